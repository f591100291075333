"""A NUL in every field of every form outside the desk: it is left out, and what was typed is written all the same."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import DataError
from django.test import Client
from pytest_django import Settings

from tests.access.table import address_of, addresses
from tests.access.world import Holdings
from tests.conftest import Desk, FirmMaker
from tests.mass.test_mass_assignment import Forms

NUL = "\0"
MIDDLEWARE = "portal.views.nul.WithoutNul"


@pytest.fixture
def own(annas: Holdings, brunos: Holdings, make_firm: FirmMaker) -> Holdings:
    """Anna's things, and a firm without an application."""
    annas.firms["spare"] = make_firm(annas.owner, tax_code="09000020157", vat_number="09000020157")
    return annas


def soiled(value: Any) -> Any:
    """The same with a NUL inside every text."""
    if isinstance(value, list):
        return [soiled(one) for one in value]
    return f"{value[:1]}{NUL}{value[1:]}{NUL}" if isinstance(value, str) else value


def test_a_nul_in_any_field_changes_nothing_of_what_is_written(own: Holdings, office: Desk) -> None:
    forms = Forms(own, office.call.slug)
    clean, tried = forms.good, 0
    for address in addresses():
        cache.clear()
        forms.good = clean
        honest, asked = forms.post(address)
        typed = clean.get(address.name, {})
        forms.good = {address.name: {name: soiled(value) for name, value in typed.items()}}
        assert forms.post(address)[0] == honest, address.name
        rest = dict.fromkeys(asked - typed.keys(), f"a{NUL}b")
        forms.post(address, rest)  # fails at an answer of 500
        tried += len(typed) + len(rest)
    assert tried > 300


def test_without_the_middleware_a_page_breaks(own: Holdings, office: Desk, settings: Settings) -> None:
    """Negative control."""
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != MIDDLEWARE]
    forms = Forms(own, office.call.slug)
    (address,) = [each for each in addresses() if each.name == "application_step"]
    forms.good[address.name]["totale"] = soiled("13")

    with pytest.raises(DataError):
        forms.post(address)


def test_a_nul_in_a_question_or_in_an_address_breaks_no_page(own: Holdings, office: Desk) -> None:
    client = Client()
    client.force_login(own.owner)
    question = "&".join(f"{name}=a%00" for name in ("q", "tax_code", "ateco", "municipality", "pagina", "motivo"))
    for address in addresses():
        answer = client.get(f"{address_of(address, own, office.call.slug)}?{question}")
        assert answer.status_code < 500, address
        b"".join(answer)  # files are read to their end

    assert client.get("/verifica/A%00B/").status_code == 404
    assert client.get("/imprese/inviti/A%00B/").status_code == 404
