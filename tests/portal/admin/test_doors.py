"""Every address of the desk, asked by everybody: who gets in is written here, and nowhere is anything leaked."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from applications.domain import bulk
from applications.models import Application, Attachment, CallTerms, ConflictOfInterest, Firm, OperatorImport
from portal.kernel.roles import READS_DOSSIERS
from portal.kernel.scopes import of_call
from portal.models import (
    Absence,
    AuditEntry,
    Document,
    Mail,
    Progress,
    Promise,
    RoleGrant,
    StaffInvitation,
    User,
)
from portal.services import documents
from reporting.models import ReportRun
from tests.conftest import CALL_FILE, LONG_AGO, Desk
from vouchers.domain import call_drafts
from vouchers.domain.publishing import publish
from vouchers.models import Allocation, Award, CallDraft, Decree, HeadcountBand, LedgerEntry, MoneyAct, SavedView
from vouchers.rules.call_file import read_call

EVERYBODY = frozenset({"carla", "ivo", "administrator"})
DOSSIERS = frozenset({"carla", "ivo"})
JOBS = frozenset({"ivo", "administrator"})
MANAGEMENT = frozenset({"ivo"})
OFFICERS = frozenset({"carla"})
REVIEW = (
    "dossier_take_charge", "dossier_integration", "dossier_notice", "dossier_admission", "dossier_rejection",
    "dossier_checks",
)  # fmt: skip
HANDS = ("dossier_claim", "dossier_release", "dossier_take_over", "dossier_conflict")
VIEWS = ("queue_views", "queue_view", "queue_view_remove")
BULK = ("bulk", "bulk_step", "bulk_csv")
CALL_DRAFT = (
    "call_draft", "call_part", "call_difference", "call_preview", "call_rehearsal", "call_file", "call_propose",
    "call_publish", "call_send_back", "call_discard", "call_catch_up",
)  # fmt: skip
DECREES = (
    "decree", "decree_preview", "decree_sign", "decree_discard", "decree_file", "decree_signature", "decree_letters",
    "decree_rectify", "decree_correct", "decree_text", "decree_rows", "decree_pull",
)  # fmt: skip
PROPOSALS = ("proposal", "proposal_approve", "proposal_send_back")

WHO_READS = {
    "index": EVERYBODY,
    "queue": DOSSIERS,
    "queue_csv": DOSSIERS,
    **dict.fromkeys(VIEWS, DOSSIERS),
    "dossier": DOSSIERS,
    "dossier_messages": DOSSIERS,
    **dict.fromkeys(REVIEW, OFFICERS),
    **dict.fromkeys(("proposals", *PROPOSALS, "awards", "call_awards"), DOSSIERS),
    **dict.fromkeys(("what_if", "what_if_csv"), OFFICERS),
    **dict.fromkeys(("decrees", "decree_compose", "decree_cor", "cor_ask", "refinance", *DECREES), DOSSIERS),
    **dict.fromkeys(("calls", "call_begin", *CALL_DRAFT), DOSSIERS),
    "dossier_file": DOSSIERS,
    **dict.fromkeys(("dossier_readings", "dossier_readings_csv"), frozenset({"ivo"})),
    **dict.fromkeys(("people", "person"), JOBS),
    **dict.fromkeys(("people_invite", "people_invitation", "person_role"), frozenset({"administrator"})),
    **dict.fromkeys(("absences", "absence"), EVERYBODY),
    "dossier_look": DOSSIERS,
    "dossier_hands": DOSSIERS,
    "dossier_presence": DOSSIERS,
    **dict.fromkeys(("dossier_registry", "dossier_visura"), OFFICERS),
    **dict.fromkeys(HANDS, OFFICERS),
    "assignments": DOSSIERS,
    "assign_now": OFFICERS,
    "assign_mode": frozenset(),
    "officer_provinces": frozenset(),
    "conflicts": DOSSIERS,
    "conflict_withdraw": OFFICERS,
    **dict.fromkeys(("bulks", "bulk_new", *BULK), DOSSIERS),
    "to_propose": OFFICERS,
    "outgoing": DOSSIERS,
    "operators": EVERYBODY,
    "operators_list": frozenset({"carla", "administrator"}),
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


EVERY_ROW = dict.fromkeys(("queue", "queue_csv", "outgoing"), "?stato=tutte")
"""Lists that show only a part unless asked."""
OPEN_TO_ALL_CALLS = frozenset(
    {
        "index", "queue", "queue_csv", *VIEWS, "proposals", "awards", "decrees", "decree_cor", "operators",
        "operators_list", "calls", "call_begin",
        "assignments", "assign_now", "conflicts", "officer_provinces",
        "bulks", "bulk_new", "to_propose",
        "outgoing",
        "absences", "absence", "applications_call", "applications_callterms",
        "vouchers_headcountband", "vouchers_allocation",
        "vouchers_moneyact",
    }
)  # fmt: skip
"""Pages that whoever works on another call opens too: lists of their own, and what is published."""


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
    carla = desk.officer
    invited = StaffInvitation.objects.create(
        email="marta@ufficio.example", name="Marta", roles=["CASE_OFFICER"], scopes=[""], reason="x", invited_by=carla,
        invited_at=now, asked_at=now, expires_at=now,
    )  # fmt: skip
    away = Absence.objects.create(
        user=carla, substitute=desk.manager, since=now, until=now + timedelta(days=1), reason="x", declared_by=carla,
        declared_at=now,
    )  # fmt: skip
    keys |= {"people_invitation": invited.pk, "person": carla.pk, "person_role": carla.role_grants.get().pk}
    keys |= {"absence": away.pk}
    keys |= dict.fromkeys(("dossier_readings", "dossier_readings_csv"), award.application_id)
    keys |= {"applications_call": desk.call.pk, "portal_rolegrant": desk.officer.role_grants.get().pk}
    keys |= dict.fromkeys(
        (
            "dossier",
            "dossier_messages",
            "dossier_file",
            "dossier_look",
            "dossier_hands",
            "dossier_presence",
            "dossier_registry",
            "dossier_visura",
            *HANDS,
            *REVIEW,
        ),
        award.application_id,
    )
    keys |= {**dict.fromkeys(PROPOSALS, award.application_id), "call_awards": desk.call.slug}
    keys |= dict.fromkeys(("what_if", "what_if_csv"), desk.call.slug)
    keys |= {
        **dict.fromkeys(DECREES, award.grant_decree_id),
        "decree_compose": desk.call.slug,
        "cor_ask": desk.call.slug,
        "refinance": desk.call.slug,
    }
    run = bulk.freeze("APPROVE", [award.application_id], actor=desk.manager, now=now)
    keys |= dict.fromkeys(BULK, run.pk)
    view = SavedView.objects.create(
        owner=desk.officer, slot=1, name="Una vista", query="stato=tutte", shared=True, created_at=now
    )
    keys |= {"queue_view": view.pk, "queue_view_remove": view.pk}
    keys |= dict.fromkeys(CALL_DRAFT, _call_draft(desk, now).pk)
    listed = OperatorImport.objects.create(uploaded_by=desk.officer, uploaded_at=now, name="operatori.csv", rows=[])
    keys |= {"operators_list": listed.pk, "officer_provinces": desk.officer.pk}
    keys["assign_mode"] = desk.call.slug
    theirs = ConflictOfInterest.objects.create(officer=desk.officer, firm=firm, reason="x", declared_at=now)
    keys["conflict_withdraw"] = theirs.pk
    name, media_type = "procura.pdf", "application/pdf"
    paper = documents.store(kind="attachment", name=name, media_type=media_type, data=b"%PDF-", key="a", now=now)
    given = Attachment.objects.create(
        application=award.application, code="x", format="pdf", document=paper, scan=Attachment.Scan.NOT_SCANNED,
        received_at=now, received_from=anna,
    )  # fmt: skip
    rest = {
        "decree_correct": [award.application_id],
        "decree_file": ["decreto"], "decree_pull": [award.decree_rows.get(annex="A").pk],
        "dossier_file": [given.pk], "dossier_look": [given.pk], "call_part": ["fasce"],
    }  # fmt: skip

    def make(name: str) -> str:
        needs_key = name.startswith("dossier") or name in keys or name.endswith("_change")
        more = rest.get(name, [])
        return reverse(f"admin:{name}", args=[keys[kind_of(name)], *more] if needs_key else [])

    return make


def _call_draft(desk: Desk, now: datetime) -> CallDraft:
    return call_drafts.begin_version(desk.call, with_terms=True, actor=desk.manager, now=now)


def ask(person: User | None, address: str) -> HttpResponse:
    """The answer to somebody's GET."""
    client = Client()
    if person is not None:
        client.force_login(person)
    answer = client.get(address)
    if answer.streaming:
        whole = b"".join(answer)  # a file is read to its end, which closes it
        assert whole, address
        return HttpResponse(whole)
    return answer


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


@pytest.fixture
def stranger(db: None) -> User:
    """Every role that reads dossiers, for another call only."""
    text = CALL_FILE.read_text(encoding="utf-8").replace('"smart-working-2020"', '"altro-avviso"')
    other = publish(read_call(text), now=LONG_AGO).call
    person = User.objects.create_user("altrove@ufficio.example", None, name="Altrove")
    RoleGrant.objects.bulk_create(
        RoleGrant(user=person, role=role, since=LONG_AGO, scope=of_call(other.pk)) for role in READS_DOSSIERS
    )
    return person


def seen(name: str, answer: HttpResponse) -> list[str]:
    """What an answer tells of Anna's dossier to somebody who works on another call."""
    told = [f"{name}: {word!r}" for word in (b"Alfa", b"00000000001") if word in answer.content]
    expected = kind_of(name) in OPEN_TO_ALL_CALLS or name.endswith("_changelist")
    return told if expected or answer.status_code != 200 else [*told, f"{name}: opened"]


def test_who_works_on_another_call_finds_nothing_of_this_one(address: Callable[[str], str], stranger: User) -> None:
    told = []
    for name in NAMES:
        answer = ask(stranger, address(name) + EVERY_ROW.get(name, ""))
        assert answer.status_code in (200, 403, 404), name
        told += seen(name, answer)

    assert told == []


def test_without_the_scope_everything_would_be_found(address: Callable[[str], str], stranger: User) -> None:
    """Negative control: the same person with the same roles everywhere."""
    stranger.role_grants.update(scope="")

    names = ("queue", "queue_csv", "outgoing", "dossier", "proposal", "decree", "vouchers_award_changelist")
    told = [line for name in names for line in seen(name, ask(stranger, address(name) + EVERY_ROW.get(name, "")))]

    assert {line.partition(":")[0] for line in told} == set(names)
