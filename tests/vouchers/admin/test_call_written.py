"""A call that exists only because somebody wrote it at the desk: from nothing to a signed decree, without a file."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.domain.calls import typed_terms
from applications.models import Application, Call, Firm
from applications.rules.states import ApplicationState
from portal.kernel.deadlines import ROME
from portal.models import AuditEntry, User
from tests.applications.guided import GOOD, give_documents
from tests.vouchers.admin.calls import begun, signed_in, text, write_call
from tests.vouchers.admin.written import written
from vouchers.domain import batches, funding, signing
from vouchers.models import Allocation, Award, CallDraft, Decree, HeadcountBand
from vouchers.rules.plain_json import sha256_of

BEFORE = timedelta(hours=1)
"""The office works on the call an hour before the desk is found open."""


@pytest.fixture
def published(elena: User, dario: User, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Written and proposed by Elena, published by Dario."""
    earlier = timezone.now() - BEFORE
    with monkeypatch.context() as story:
        story.setattr(timezone, "now", lambda: earlier)
        manager, signatory, now = signed_in(elena), signed_in(dario), timezone.now().astimezone(ROME)
        draft = begun(manager)
        write_call(manager, draft, now=now)
        at = f"/ufficio/avvisi/bozze/{draft.pk}/"
        draft.refresh_from_db()
        page = text(manager.get(at))
        assert "Non manca nulla" in page, page
        assert manager.post(f"{at}proponi/", {"impronta": sha256_of(draft.content)}).status_code == 302
        assert signatory.post(f"{at}pubblica/", {"impronta": sha256_of(draft.content)}).status_code == 302
    return Call.objects.get(slug="voucher-unico-2027")


def test_a_call_made_at_the_desk_lives_to_a_signed_decree(
    published: Call, anna: User, carla: User, elena: User, dario: User, firm: Firm
) -> None:
    draft = CallDraft.objects.get()
    assert (draft.status, draft.call, draft.published_by) == ("PUBLISHED", published, dario)
    assert HeadcountBand.objects.filter(terms__call=published).count() == 3
    assert AuditEntry.objects.get(act="call.publish").actor == dario
    funding.apply_due_money_acts(timezone.now())
    assert Allocation.objects.get(action__call=published).available == Decimal("100000.00")

    item = _presented(published, anna, firm)
    _admitted(item, carla, elena)
    award = _computed(published, item, elena)
    assert (award.calculation.total, award.status) == (Decimal("4000.00"), "RESERVED")
    decree = _signed(published, award, carla, dario)

    assert (decree.status, decree.signed_by) == ("SIGNED", dario)
    award.refresh_from_db()
    assert award.status == "GRANTED"
    assert Allocation.objects.get(action__call=published).committed == Decimal("4000.00")
    assert "Azione U" in str(decree.snapshot)


def _presented(call: Call, anna: User, firm: Firm) -> Application:
    client = signed_in(anna)
    assert "Inizia la domanda" in text(client.get(f"/avvisi/{call.slug}/"))
    assert "4.000,00" in text(client.get(f"/avvisi/{call.slug}/stima/?dipendenti=12&azioni=U"))
    client.post(f"/domande/nuova/{call.slug}/", {"impresa": firm.pk})
    item = Application.objects.get(firm=firm)
    company = {name: value for name, value in GOOD["impresa"].items() if name != "percorso"}
    for slug, typed in (GOOD | {"impresa": company}).items():
        if slug != "strumenti":  # nothing is bought on a call of one line
            assert client.post(f"/domande/{item.pk}/compila/{slug}/", typed).status_code == 302, slug
    give_documents(item)
    answer = client.post(f"/domande/{item.pk}/presenta/", {"chiave": str(uuid4()), "firmo": "si"})
    assert answer["Location"] == f"/domande/{item.pk}/ricevuta/", text(answer)
    item.refresh_from_db()
    assert item.actions == ["U"]
    return item


def _admitted(item: Application, carla: User, elena: User) -> None:
    officer, manager = signed_in(carla), signed_in(elena)
    at = f"/ufficio/domande/{item.pk}/"
    _took(officer, f"{at}presa-in-carico/")
    checks = {f"esito_{row.code}": "YES" for row in typed_terms(item.terms).requirements_for(item.path)}
    answer = officer.post(
        reverse("admin:dossier_checks", args=[item.pk]), written(text(officer.get(at)), "checks") | checks
    )
    assert answer.status_code == 302, text(answer)
    _took(officer, f"{at}ammissione/")
    proposal = item.proposals.get()
    manager.post(f"/ufficio/proposte/{item.pk}/approva/", {"proposta": proposal.pk})
    item.refresh_from_db()
    assert item.status == ApplicationState.ADMITTED


def _took(officer: Client, at: str) -> None:
    """A step of the review, with the form of its page."""
    answer = officer.post(at, written(text(officer.get(at)), "act"))
    assert answer.status_code == 302, text(answer)


def _computed(call: Call, item: Application, elena: User) -> Award:
    assert signed_in(elena).post(f"/ufficio/calcolo/{call.slug}/").status_code == 302
    progress = batches.batches_of(call).get()
    batches.run(progress.pk, clock=timezone.now)
    return Award.objects.select_related("calculation").get(application=item)


def _signed(call: Call, award: Award, carla: User, dario: User) -> Decree:
    officer, signatory = signed_in(carla), signed_in(dario)
    cor = f"protocollo,cor\n{award.application.protocol},1234567"
    assert officer.post("/ufficio/decreti/cor/", {"testo": cor}).status_code == 302
    assert officer.post(f"/ufficio/decreti/componi/{call.slug}/", {"tipo": "GRANT"}).status_code == 302
    decree = Decree.objects.get()
    answer = signatory.post(f"/ufficio/decreti/{decree.pk}/firma/", {"visto": signing.fingerprint(decree)})
    assert answer.status_code == 302, text(answer)
    decree.refresh_from_db()
    return decree


def test_the_call_is_on_the_public_pages(published: Call, anna: User) -> None:
    page = text(signed_in(anna).get("/avvisi/voucher-unico-2027/"))

    for words in ("Voucher unico 2027", "12.000,00", "Sportello unico", "VU2027"):
        assert words in page
    assert "Azione B" not in page
    assert isinstance(published.windows.get().opens_at, datetime)
