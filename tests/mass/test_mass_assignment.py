"""Every form outside the desk, with every field of every model added by hand (R12): nothing more is written."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from tests.access.table import Address, Door, address_of, addresses, row_of
from tests.access.world import Holdings
from tests.conftest import Desk, FirmMaker
from tests.mass.difference import effect
from tests.mass.extras import asked_by, extras
from tests.mass.payloads import payloads

MOST = 900
"""Fields added at once: with those of the form, fewer than a POST may have."""
SOME = 300
"""Fields added at once beside a file: more than 64 KB of them make it look cut short, and it is refused."""


@pytest.fixture
def own(annas: Holdings, brunos: Holdings, make_firm: FirmMaker) -> Holdings:
    """Anna's things, and a firm without an application."""
    annas.firms["spare"] = make_firm(annas.owner, tax_code="09000020157", vat_number="09000020157")
    return annas


@pytest.fixture
def forced(brunos: Holdings) -> dict[str, str]:
    """Every field of every model, with values that favour Bruno."""
    return extras(brunos)


class Forms:
    """Anna at every form."""

    def __init__(self, own: Holdings, slug: str) -> None:
        self.own, self.slug, self.good = own, slug, payloads(own)

    def post(self, address: Address, more: Mapping[str, str] = MappingProxyType({})) -> tuple[list[str], set[str]]:
        """What a POST wrote, and the names its pages ask for."""
        client = Client()
        if row_of(address.name).door is not Door.ACCOUNT:
            client.force_login(self.own.owner)
        at = address_of(address, self.own, self.slug)
        answers: list[Any] = [client.get(at)]
        typed = self.good.get(address.name, {})
        for file in (value for value in typed.values() if hasattr(value, "seek")):
            file.seek(0)
        lines = effect(lambda: answers.append(client.post(at, {**more, **typed})))
        assert all(answer.status_code < 500 for answer in answers), address
        pages = [
            (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode(errors="replace")
            for answer in answers
        ]
        return lines, {name for page in pages for name in asked_by(page)} | typed.keys()

    def parts(self, address: Address, more: Mapping[str, str]) -> list[dict[str, str]]:
        """What to add by hand, in as many posts as the form needs."""
        has_file = any(hasattr(value, "seek") for value in self.good.get(address.name, {}).values())
        names, size = list(more), SOME if has_file else MOST
        return [{name: more[name] for name in names[at : at + size]} for at in range(0, len(names), size)]


def test_no_form_writes_what_it_does_not_ask(
    own: Holdings, forced: dict[str, str], office: Desk, record_property: Callable[[str, object], None]
) -> None:
    forms = Forms(own, office.call.slug)
    tried, writing = 0, list[str]()
    for address in addresses():
        cache.clear()
        honest, asked = forms.post(address)
        more = {name: value for name, value in forced.items() if name not in asked}
        tried += len(more)
        assert len(more) > 100
        for part in forms.parts(address, more):
            assert forms.post(address, part)[0] == honest, address.name
        assert honest or address.name not in forms.good, address.name
        if honest:
            writing.append(address.name)
    record_property("R12", f"{tried} campi aggiunti a mano a {len(writing)} moduli che scrivono: 0 scritti")


def test_a_careless_page_is_found(own: Holdings, forced: dict[str, str], office: Desk, settings: Settings) -> None:
    """Negative control: a page that writes whatever comes."""
    (address,) = [each for each in addresses() if each.name == "edit_firm"]
    forms = Forms(own, office.call.slug)
    settings.ROOT_URLCONF = "tests.mass.careless"
    honest, _ = forms.post(address)

    lines, _ = forms.post(address, {"created_at": forced["created_at"], "tax_code": "09000010158"})

    assert lines != honest
    assert "created_at" in "".join(lines)
