"""Every address of the desk, asked by everybody: who gets in is written here, and nowhere is anything leaked."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from applications.models import Application, CallTerms, Firm
from portal.models import AuditEntry, Document, Mail, Progress, Promise, User
from reporting.models import ReportRun
from tests.conftest import Desk
from vouchers.models import Allocation, Award, Decree, HeadcountBand, LedgerEntry, MoneyAct

EVERYBODY = frozenset({"carla", "ivo", "administrator"})
DOSSIERS = frozenset({"carla", "ivo"})
JOBS = frozenset({"ivo", "administrator"})
MANAGEMENT = frozenset({"ivo"})

WHO_READS = {
    "index": EVERYBODY,
    "queue": DOSSIERS,
    "queue_csv": DOSSIERS,
    "dossier": DOSSIERS,
    "portal_user": JOBS,
    "portal_rolegrant": JOBS,
    "portal_auditentry": JOBS,
    "portal_promise": JOBS,
    "portal_progress": JOBS,
    "portal_mail": DOSSIERS,
    "portal_document": DOSSIERS,
    "applications_call": EVERYBODY,
    "applications_callterms": EVERYBODY,
    "applications_firm": DOSSIERS,
    "vouchers_headcountband": EVERYBODY,
    "vouchers_allocation": EVERYBODY,
    "vouchers_moneyact": EVERYBODY,
    "vouchers_ledgerentry": DOSSIERS,
    "vouchers_award": DOSSIERS,
    "vouchers_decree": DOSSIERS,
    "reporting_reportrun": MANAGEMENT,
}


def desk_names() -> Iterator[str]:
    """The name of every address under /ufficio/, as the resolver knows them; the catch-all has none."""
    (door,) = [item for item in get_resolver().url_patterns if str(item.pattern) == "ufficio/"]
    stack: list[URLPattern | URLResolver] = list(door.url_patterns)
    while stack:
        item = stack.pop()
        if isinstance(item, URLResolver):
            stack += item.url_patterns
        else:
            yield item.name or "missing"


def kind_of(name: str) -> str:
    """The row of the table for an address: list and page of a record have one in common."""
    return name.removesuffix("_changelist").removesuffix("_change")


NAMES = sorted(set(desk_names()) - {"missing"})


def test_every_address_has_a_row() -> None:
    assert {kind_of(name) for name in NAMES} == set(WHO_READS)
    assert "missing" in set(desk_names())


def test_only_our_records_are_shown() -> None:
    assert Group not in admin.site._registry
    assert {records.__class__.__module__.split(".")[0] for records in admin.site._registry.values()} == {
        "portal",
        "applications",
        "vouchers",
        "reporting",
    }


@pytest.fixture
def address(desk: Desk, firm: Firm, anna: User, now: datetime) -> Callable[[str], str]:
    """The address of a name, of something that exists."""
    award = desk.granted(firm)
    progress = Progress.objects.create(key="report:1", title="Rapporto", created_at=now)
    ReportRun.objects.create(
        report="monitoring", call=desk.call, as_of=now, format="pdf", requested_at=now, progress=progress
    )
    Document.objects.create(
        kind="decree",
        name="decreto.pdf",
        media_type="application/pdf",
        size=1,
        sha256="0" * 64,
        key="d",
        created_at=now,
    )
    kinds = (
        Allocation, AuditEntry, Award, CallTerms, Decree, Document, Firm, HeadcountBand, LedgerEntry, Mail, MoneyAct,
        Progress, Promise, ReportRun, User,
    )  # fmt: skip
    keys = {f"{kind._meta.app_label}_{kind._meta.model_name}": kind.objects.first().pk for kind in kinds}
    keys |= {"applications_call": desk.call.pk, "portal_rolegrant": desk.officer.role_grants.get().pk}
    keys["dossier"] = award.application_id

    def make(name: str) -> str:
        needs_key = name == "dossier" or name.endswith("_change")
        return reverse(f"admin:{name}", args=[keys[kind_of(name)]] if needs_key else [])

    return make


def ask(person: User | None, address: str) -> HttpResponse:
    """The answer to somebody's GET."""
    client = Client()
    if person is not None:
        client.force_login(person)
    return client.get(address)


def test_who_enters_where(
    address: Callable[[str], str], anna: User, bruno: User, carla: User, ivo: User, administrator: User
) -> None:
    staff = {"carla": carla, "ivo": ivo, "administrator": administrator}
    for name in NAMES:
        at = address(name)
        stranger = ask(None, at)
        assert (stranger.status_code, stranger["Location"]) == (302, f"/accesso/?next={at}"), name
        for outsider in (anna, bruno):
            refused = ask(outsider, at)
            assert refused.status_code == 403, name
            assert b"Alfa" not in refused.content, name
        for who, person in staff.items():
            answer = ask(person, at)
            assert answer.status_code == (200 if who in WHO_READS[kind_of(name)] else 403), (name, who)
            if answer.status_code == 403:
                assert b"Alfa" not in answer.content, (name, who)


@pytest.mark.parametrize("missing", ["nulla/", "domande/999999/", "archivio/portal/user/999999/", "login/", "logout/"])
def test_what_is_missing_looks_like_what_is_forbidden(missing: str, bruno: User, carla: User, ivo: User) -> None:
    at = f"/ufficio/{missing}"

    assert ask(None, at)["Location"] == f"/accesso/?next={at}"
    assert ask(bruno, at).status_code == 403
    assert ask(ivo, at).status_code == 404


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_written_from_the_desk(name: str, address: Callable[[str], str], ivo: User) -> None:
    before = (Application.objects.count(), AuditEntry.objects.count(), Firm.objects.values_list("name").get())
    client = Client()
    client.force_login(ivo)

    answer = client.post(address(name), {"name": "Altra S.r.l.", "action": "delete_selected", "_save": "1"})

    assert answer.status_code in (200, 403, 405)
    after = (Application.objects.count(), AuditEntry.objects.count(), Firm.objects.values_list("name").get())
    assert after == before


def test_a_role_that_ended_opens_nothing(carla: User, now: datetime) -> None:
    assert ask(carla, "/ufficio/").status_code == 200

    carla.role_grants.update(until=now)

    assert ask(carla, "/ufficio/").status_code == 403
