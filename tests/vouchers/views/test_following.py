"""The term whose silence is a forfeiture is told where a firm looks: its list, the header of the page, its calendar."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from applications.models import Firm
from portal.models import User
from portal.templatetags.italian import ultimo_giorno
from tests.applications.rules.test_calendar_file import events
from tests.conftest import Desk, FirmMaker
from vouchers.models import Award


@pytest.fixture
def anna_in(client: Client, anna: User) -> Client:
    client.force_login(anna)
    return client


def read(client: Client, address: str) -> str:
    return client.get(address).content.decode()


@pytest.fixture
def granted(desk: Desk, firm: Firm) -> Award:
    return desk.granted(firm)


def test_the_list_and_the_header_say_by_when_to_accept(anna_in: Client, granted: Award) -> None:
    day = ultimo_giorno(granted.acceptance_due_at)

    for address in ("/domande/", f"/domande/{granted.application_id}/"):
        page = read(anna_in, address)
        assert "Accetta il voucher, oppure rinuncia" in page
        assert day in page
        assert "la dice il voucher" not in page


def test_the_calendar_holds_the_day_of_the_acceptance(anna_in: Client, granted: Award) -> None:
    address = f"/domande/{granted.application_id}/scadenze.ics"

    assert address in read(anna_in, f"/domande/{granted.application_id}/")
    (entry,) = events(anna_in.get(address).content)
    assert entry["SUMMARY"].startswith("Accetta il voucher")


def test_an_accepted_voucher_has_no_term_left(anna_in: Client, granted: Award) -> None:
    Award.objects.filter(pk=granted.pk).update(status="ACCEPTED", accepted_at=granted.granted_at)
    page = read(anna_in, "/domande/")

    assert "Il voucher è accettato" in page
    assert "Accetta il voucher, oppure rinuncia" not in page


def test_one_query_tells_of_all_the_vouchers(
    anna_in: Client, granted: Award, desk: Desk, anna: User, make_firm: FirmMaker
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            read(anna_in, "/domande/")
        return len(queries)

    asked()
    before = asked()
    for _n in range(2):
        desk.granted(make_firm(anna))

    assert asked() == before
