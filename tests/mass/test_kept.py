"""Every form in which one types, met by an expired session or by an old page: nothing is lost, nothing is done."""

from html.parser import HTMLParser

import pytest
from django.test import Client

from applications.views.kept import KEPT
from tests.access.table import Address, address_of, addresses
from tests.access.world import Holdings
from tests.conftest import Desk, FirmMaker
from tests.mass.difference import everything, written
from tests.mass.payloads import payloads

BY_ITSELF = {"application_save", "application_integration_save", "application_observations_save"}
"""What the page sends while one writes: it is told, and keeps what is typed itself."""
NOTHING_TYPED = {"application_document_remove", "remove_site", "application_documents", "application_clone"}
UNSEEN = {"versione", "finestra", "chiave", "conferma"}


class Fields(HTMLParser):
    """What the fields of a page hold, as pairs of name and value; `tokens` are those of its forms."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.held: set[tuple[str, str]] = set()
        self.token = self.name = self.area = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name, value = given.get("name", ""), given.get("value", "")
        if name == "csrfmiddlewaretoken":
            self.token = value
        if tag == "select":
            self.name = name
        if tag == "option" and "selected" in given:
            self.held.add((self.name, value))
        if tag == "input" and (given.get("type") not in ("radio", "checkbox") or "checked" in given):
            self.held.add((name, value))
        if tag == "textarea":
            self.area = name

    def handle_data(self, data: str) -> None:
        if self.area:
            self.held.add((self.area, data.strip()))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""


@pytest.fixture
def own(annas: Holdings, brunos: Holdings, make_firm: FirmMaker) -> Holdings:
    """Anna's things, and a firm without an application."""
    annas.firms["spare"] = make_firm(annas.owner, tax_code="09000020157", vat_number="09000020157")
    return annas


def forms_of(own: Holdings) -> list[tuple[Address, dict[str, object]]]:
    """The pages in which one types, with something typed."""
    typed = payloads(own)
    there = [each for each in addresses() if each.name in typed and not each.name.startswith("accounts:")]
    return [(each, typed[each.name]) for each in there if each.name not in BY_ITSELF | NOTHING_TYPED]


def lost(page: str, typed: dict[str, object]) -> set[tuple[str, object]]:
    """What was typed and is not in the fields of a page."""
    pairs = {
        (name, one)
        for name, value in typed.items()
        for one in (value if isinstance(value, list) else [value])
        if one and name not in UNSEEN
    }
    return pairs - Fields(page).held


@pytest.mark.parametrize("met", ["expired session", "old page"])
def test_no_form_loses_what_was_typed(met: str, own: Holdings, office: Desk) -> None:
    tried = 0
    for address, typed in forms_of(own):
        at = address_of(address, own, office.call.slug)
        client = Client(enforce_csrf_checks=True)
        client.force_login(own.owner)
        old = Fields(client.get(at).content.decode()).token or Fields(client.get("/accesso/").content.decode()).token
        if met == "expired session":
            client.session.flush()
        else:
            client.cookies["csrftoken"] = "b" * 32
        before = everything()
        answer = client.post(at, typed | {"csrfmiddlewaretoken": old})
        assert written(before, everything()) == [], at
        assert answer.headers.get("Location") == (f"/accesso/?next={at}" if met == "expired session" else at), at
        if met == "expired session":
            client.force_login(own.owner)
        page = client.get(at).content.decode()
        assert lost(page, typed) == set(), at
        assert "Quello che avevi scritto è ancora qui" in page, at
        assert KEPT not in client.session
        tried += 1
    assert tried >= 14
