"""A consultant: invited by mail, acts for two firms, imports, clones, presents within what was given, and is seen."""

import re

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from applications.models import Application, FirmMember, Invitation, Site
from applications.rules.mandates import Scope
from portal.models import User
from tests.applications.domain.test_invitations import link_of
from tests.applications.guided import give_documents
from tests.conftest import LONG_AGO, FirmMaker
from tests.journeys.conftest import OpenBrowser
from tests.journeys.walking import MICRO, Walk, open_call, with_password

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed_db")]
CODES = {"Alfa S.r.l.": "09000010158", "Gamma S.r.l.": "09000020157"}
SITE = {"address": "Via Roma 1", "municipality": "Milano", "province": "MI", "employees": 5}


def test_a_consultant_for_two_firms(open_browser: OpenBrowser, anna: User, bruno: User, make_firm: FirmMaker) -> None:
    open_call()
    consultant = with_password(User.objects.create_user("consulente@studio.example", None, name="Studio di consulenza"))
    firms = {
        name: make_firm(owner, name=name, tax_code=CODES[name], total_employees=5, total_employees_on=LONG_AGO)
        for name, owner in zip(CODES, (anna, bruno), strict=True)
    }
    Site.objects.bulk_create(Site(firm=firm, employees_on=LONG_AGO.date(), **SITE) for firm in firms.values())
    alfa, gamma = firms.values()
    FirmMember.objects.create(
        firm=gamma, user=consultant, role="DELEGATE", scopes=[Scope.FILL, Scope.UPLOAD], since=LONG_AGO, given_by=bruno
    )

    owner = Walk(open_browser(anna))
    owner.page.goto(f"/imprese/{alfa.pk}/deleghe/")
    owner.look("deleghe")
    owner.press("Manda l'invito")
    owner.is_refused("deleghe")
    owner.page.get_by_label(re.compile("Indirizzo e-mail")).fill(consultant.email)
    for scope in Scope:
        owner.page.locator(f"[name=scopes][value={scope}]").check()
    owner.press("Manda l'invito")
    expect(owner.page.get_by_text(consultant.email).first).to_be_visible()
    token = link_of(Invitation.objects.get(), timezone.now())
    assert mail.outbox[-1].to == [consultant.email]

    walk = Walk(open_browser())
    page = walk.page
    page.goto(f"/imprese/inviti/{token}/")
    walk.sign_in(consultant)
    walk.is_at("Agire per Alfa S.r.l.")
    walk.look("invito")
    walk.follow("Accetta la delega")
    page.goto("/consulente/")
    expect(page.get_by_role("rowheader")).to_have_count(2)
    walk.look("quadro")

    page.goto("/consulente/dipendenti/")
    walk.look("importazione")
    day = f"{timezone.now():%d/%m/%Y}"
    rows = [f"{code};{where};{{number}};{day}" for code in CODES.values() for where in ("totale", "Milano")]
    for number, wrong in (("otto", True), ("8", False)):
        text = "\r\n".join(["codice fiscale;sede;dipendenti;data", *(row.format(number=number) for row in rows)])
        file = {"name": "dipendenti.csv", "mimeType": "text/csv", "buffer": text.encode()}
        page.get_by_label("File dei dipendenti").set_input_files(file)  # type: ignore[arg-type]
        walk.press("Controlla il file")
        if wrong:
            expect(page.get_by_text("4 errori")).to_be_visible()
            walk.is_refused("importazione")
            page.goto("/consulente/dipendenti/")
    walk.look("importazione, prova")
    walk.press("Conferma e aggiorna")
    walk.is_at("Dipendenti aggiornati")
    walk.look("importazione, fatta")
    alfa.refresh_from_db()
    assert alfa.total_employees == 8

    page.goto("/domande/nuova/lavoro-agile-prova/")
    walk.begin("Alfa S.r.l.")
    walk.write(MICRO, errors=False)
    first = Application.objects.get(firm=alfa)
    page.goto(f"/domande/{first.pk}/riusa/")
    walk.look("usa come base")
    page.locator("select[name=impresa]").select_option(str(gamma.pk))
    page.locator("[name=avviso]").select_option(index=1)
    walk.follow("Guarda che cosa passa")
    walk.look("usa come base, che cosa passa")
    walk.follow("Comincia la bozza")
    second = Application.objects.get(firm=gamma)
    assert second.typed["piano"]["values"]["orari"] == first.typed["piano"]["values"]["orari"]
    assert "requisiti" not in second.typed
    assert "signed" not in second.answers

    give_documents(first)
    page.goto(f"/domande/{first.pk}/controlla/")
    protocol = walk.present()
    owner.page.goto("/domande/")
    expect(owner.page.get_by_text(protocol).first).to_be_visible()
    owner.page.goto(f"/imprese/{alfa.pk}/deleghe/")
    expect(owner.page.get_by_text("Studio di consulenza").first).to_be_visible()
    owner.look("deleghe, operazioni")
