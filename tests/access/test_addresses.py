"""Every address outside the desk, asked by every kind of person with GET and POST (R10): see `table.py`."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from applications.models import FirmMember
from portal.models import User
from tests.access.state import changed, fingerprint
from tests.access.table import ROWS, Door, address_of, addresses, missing_of, resolved, row_of
from tests.access.world import Holdings
from tests.conftest import Desk

WORD = "Aquilone"
"""In everything that is Anna's, and nowhere else."""
OFFICE = {"carla", "elena", "ivo", "administrator"}
MANAGERS = {"elena", "ivo"}


@dataclass
class People:
    """One of each kind, by name; None has not signed in."""

    by_name: dict[str, User | None]

    def ask(self, who: str, method: str, address: str) -> tuple[HttpResponse, list[str]]:
        """The answer to somebody, and the tables it changed; nothing of it stays."""
        client = Client()
        user = self.by_name[who]
        if user is not None:
            client.force_login(user)
        before = fingerprint() if method == "POST" else {}
        with transaction.atomic():
            answer = client.generic(method, address, "", "application/x-www-form-urlencoded")
            if answer.streaming:
                answer.body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
            after = fingerprint() if method == "POST" else {}
            transaction.set_rollback(True)
        return answer, changed(before, after)


@pytest.fixture
def people(annas: Holdings, brunos: Holdings, carla: User, elena: User, ivo: User, administrator: User) -> People:
    office = {"carla": carla, "elena": elena, "ivo": ivo, "administrator": administrator}
    return People({"nobody": None, "anna": annas.owner, "bruno": brunos.owner} | office)


def text(answer: HttpResponse) -> str:
    """All that was answered, headers too."""
    body = getattr(answer, "body", None) or answer.content
    return str(answer.headers) + body.decode(errors="replace")


def plain(answer: HttpResponse) -> str:
    """A page without what differs at every request: nonces, tokens, and the address it was asked at."""
    return re.sub(r"(nonce|value)=\"[^\"]*\"|CSRFToken\": \"\w+|/[0-9]+/|/[0-9a-f-]{36}/", "", answer.content.decode())


def outcome(answer: HttpResponse) -> str:
    """What became of somebody who knocked."""
    if answer.status_code == 302 and answer["Location"].startswith("/accesso/?next="):
        return "login"
    return {404: "gone", 403: "forbidden", 405: "method"}.get(answer.status_code, "in")


def expected(who: str, method: str, name: str) -> set[str]:
    """What may become of them."""
    row = row_of(name)
    if row.door in (Door.PUBLIC, Door.ACCOUNT):
        return {"in", "method"} | ({"login", "gone", "forbidden"} if row.door is Door.ACCOUNT else set())
    if row.door is Door.PUBLISHED:
        return {"in", "gone", "method"}
    if row.door is Door.OFF:
        return {"gone"}
    if who == "nobody":
        return {"login"} | ({"method"} if method == "POST" or row.only_post or row.door is Door.MANAGEMENT else set())
    if row.only_post and method == "GET":
        return {"method"}
    allowed = {"in", "method"} if method == "POST" else {"in"}
    if row.door is Door.OWN:
        return allowed if who == "anna" else {"gone", *({"method"} if method == "POST" else ())}
    if row.door is Door.MANAGEMENT:
        return {"in", "gone", "method"} if who in MANAGERS else {"forbidden", "gone", "method"}
    return allowed | ({"forbidden"} if who in OFFICE else set())


def test_every_address_has_a_row() -> None:
    names = {address.name for address in resolved()}
    accounts = {name for name in names if name.startswith("accounts:")}

    assert names - accounts == set(ROWS)
    assert len(accounts) > 20


def test_who_enters_where_and_nothing_leaks(
    people: People, annas: Holdings, office: Desk, record_property: Callable[[str, object], None]
) -> None:
    """Anna's things are asked by everybody: nobody else gets a byte of them, and no refused POST changes a row."""
    cache.clear()
    outcomes: Counter[str] = Counter()
    for address in addresses():
        name, at = address.name, address_of(address, annas, office.call.slug)
        for who in people.by_name:
            for method in ("GET", "POST"):
                answer, touched = people.ask(who, method, at)
                became = outcome(answer)
                outcomes[became] += 1
                assert became in expected(who, method, name), (name, at, who, method, answer.status_code)
                if who != "anna" and name != "receipt_check":
                    assert WORD not in text(answer), (name, who, method)
                if became != "in":
                    assert touched == [], (name, who, method)
    record_property("R10", f"{outcomes.total()} risposte in {len(ROWS)} righe, fughe 0: {dict(outcomes)}")
    assert outcomes["gone"] > 200


def test_foreign_and_missing_are_one_answer(people: People, annas: Holdings, office: Desk) -> None:
    for address in addresses():
        if row_of(address.name).door not in (Door.OWN, Door.KEY):
            continue
        for method in ("GET", "POST"):
            foreign, _ = people.ask("bruno", method, address_of(address, annas, office.call.slug))
            missing, _ = people.ask("bruno", method, missing_of(address, annas, office.call.slug))
            assert foreign.status_code == missing.status_code, (address.name, method)
            assert plain(foreign) == plain(missing), (address.name, method)


def test_with_the_filter_off_the_table_notices(
    people: People, annas: Holdings, office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: were everybody's applications visible to all, Bruno would get Anna's."""
    monkeypatch.setattr("applications.permissions.memberships_at", lambda user, now: FirmMember.objects.all())
    let_in = [
        address.name
        for address in addresses()
        if row_of(address.name).door is Door.OWN
        and WORD in text(people.ask("bruno", "GET", address_of(address, annas, office.call.slug))[0])
    ]
    assert len(let_in) > 10
