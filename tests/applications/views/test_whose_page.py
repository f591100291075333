"""Whose page it is: name, number and mark on every page about a firm; a word beside a file that is another's."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from applications.domain import attachments, review
from applications.domain.attachments import Sent
from applications.models import Application, Firm, FirmMember, IntegrationRequest
from applications.rules.integration import Asked
from applications.rules.wrong_client import mark_of
from portal.kernel.roles import Role
from portal.models import User
from tests.applications.domain.test_wrong_client import GAMMA, paper
from tests.conftest import LONG_AGO, Desk, FirmMaker

OF_A_DRAFT = ("", "compila/", "compila/piano/", "controlla/", "documenti/", "messaggi/", "riusa/", "capienza/")
OF_A_SUBMITTED = ("", "ricevuta/", "documenti/", "messaggi/", "riusa/", "voucher/", "coda/", "ritiro/")


pytestmark = pytest.mark.usefixtures("own_folder")


@pytest.fixture
def gamma(make_firm: FirmMaker, anna: User) -> Firm:
    """Another client of Anna's."""
    return make_firm(anna, name="Gamma S.r.l.", tax_code=GAMMA, vat_number=GAMMA)


def banner(client: Client, address: str) -> str:
    """The first banner of a page, its words and its mark."""
    found = re.search(r'<p class="firm-banner">(.*?)</p>', client.get(address).content.decode(), re.DOTALL)
    return found[1] if found else ""


@pytest.mark.parametrize("page", OF_A_DRAFT)
def test_every_page_of_a_draft_says_whose_it_is(page: str, client: Client, desk: Desk, firm: Firm, anna: User) -> None:
    client.force_login(anna)
    shown = banner(client, f"/domande/{desk.draft(firm).pk}/{page}")

    for words in ("Alfa S.r.l.", f"partita IVA {firm.vat_number}", f"firm-mark--{mark_of(firm.tax_code)}"):
        assert words in shown


@pytest.mark.parametrize("page", OF_A_SUBMITTED)
def test_every_page_of_a_presented_application_says_whose_it_is(
    page: str, client: Client, desk: Desk, firm: Firm, anna: User
) -> None:
    client.force_login(anna)

    assert "Alfa S.r.l." in banner(client, f"/domande/{desk.submit(firm).pk}/{page}")


@pytest.mark.parametrize("page", ["", "modifica/", "sedi/nuova/"])
def test_every_page_of_a_firm_says_whose_it_is(page: str, client: Client, firm: Firm, anna: User) -> None:
    client.force_login(anna)

    assert "Alfa S.r.l." in banner(client, f"/imprese/{firm.pk}/{page}")


def test_who_has_no_vat_number_is_known_by_the_codice_fiscale(client: Client, make_firm: FirmMaker, anna: User) -> None:
    club = make_firm(anna, name="Associazione <b>", vat_number="")
    client.force_login(anna)
    shown = banner(client, f"/imprese/{club.pk}/")

    assert f"codice fiscale {club.tax_code}" in shown
    assert "Associazione &lt;b&gt;" in shown


def sent(item: Application, actor: User, now: datetime) -> None:
    outcome = attachments.receive(item, "EQUIPMENT_LIST", [Sent("elenco.pdf", paper(GAMMA))], actor=actor, now=now)[0]
    assert outcome.attachment, outcome.refusal


def test_the_warning_stands_beside_the_file_and_names_the_other_to_who_acts_for_it(
    client: Client, desk: Desk, firm: Firm, gamma: Firm, anna: User, bruno: User
) -> None:
    FirmMember.objects.create(firm=firm, user=bruno, role=Role.APPLICANT, since=LONG_AGO)
    draft = desk.draft(firm)
    sent(draft, anna, desk.tick())
    pages = []
    for person in (anna, bruno):
        client.force_login(person)
        pages.append(client.get(f"/domande/{draft.pk}/documenti/").content.decode())

    assert "Sembra di un altro cliente (Gamma S.r.l.)" in pages[0]
    assert "Sembra di un&#x27;altra impresa" in pages[1]
    assert "Gamma" not in pages[1]
    assert "elenco.pdf" in pages[1]


def test_the_warning_stands_beside_a_file_of_an_answer_too(
    client: Client, desk: Desk, firm: Firm, gamma: Firm, anna: User
) -> None:
    asked = desk.in_review(firm)
    wanted = [Asked.document("EQUIPMENT_LIST", "Manca")]
    review.request_integration(asked, wanted, actor=desk.officer, now=desk.tick())
    IntegrationRequest.objects.update(due_at=timezone.now() + timedelta(days=3))
    asked.refresh_from_db()
    sent(asked, anna, desk.tick())
    client.force_login(anna)

    page = client.get(f"/domande/{asked.pk}/integrazione/").content.decode()
    assert "Sembra di un altro cliente (Gamma S.r.l.)" in page
