"""The cast, the call and the databases every test stands on."""

from asyncio import events
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import redis
from django.conf import settings
from django.db import connection
from hypothesis import HealthCheck
from hypothesis import settings as trials

from applications.domain import checklist, decisions, drafting, review, submission
from applications.domain.checklist import Found
from applications.models import Application, Call, Firm, FirmMember, OfficerCheck, Proposal
from portal.kernel.deadlines import ROME
from portal.kernel.roles import Role
from portal.models import RoleGrant, User
from portal.services import presence
from portal.services.clock import story_clock
from tests.scheduling import Scheduling
from vouchers.domain import calculation, decrees, funding, signing, state_aid
from vouchers.domain.publishing import publish
from vouchers.models import Award, Decree
from vouchers.rules.call_file import read_call
from vouchers.rules.states import AwardState

trials.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
trials.load_profile("any machine")  # a busy machine is slow, and that proves nothing

ROOT = Path(__file__).resolve().parents[1]
CALL_FILE = ROOT / "vouchers" / "calls" / "smart_working_2020.toml"
LONG_AGO = datetime(2020, 1, 1, tzinfo=ROME)
FIRST_DAY = datetime(2020, 4, 2, 12, 30, tzinfo=ROME)
"""Half an hour after the first desk opens."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    """How the tests of a parallel run are handed out."""
    return Scheduling(config, log)


SECOND_TRY = ("tests/journeys/", "tests/launcher/", "tests/jobs/test_worker.py")
"""Tests that wait for other programs (a browser, servers, a worker): a machine that stops for a moment may fail one.

They are tried once more, and each one so tried is named at the end. Never those that hold a promise on races,
crashes or money: what fails there once in a hundred times is what they are there to find.
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that have a second try."""
    for item in items:
        if item.nodeid.startswith(SECOND_TRY):
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What was tried twice, and the figures that tests counted (`record_property`), said at the end of every run."""
    twice = [report.nodeid for report in terminalreporter.getreports("rerun")]
    if twice:
        terminalreporter.section("tried twice")
    for name in sorted(twice):
        terminalreporter.write_line(name)
    reports = [item for kind in ("passed", "failed") for item in terminalreporter.getreports(kind)]
    figures = [figure for report in reports if report.when == "call" for figure in report.user_properties]
    if figures:
        terminalreporter.section("figures")
    for name, value in sorted(figures, key=str):
        terminalreporter.write_line(f"{name}: {value}")


@pytest.fixture(autouse=True, scope="module")
def out_of_the_browsers_loop(request: pytest.FixtureRequest) -> Iterator[None]:
    """A browser opened by an earlier test leaves its event loop running in this process: other modules do not see it.

    Django keeps other connections inside a loop than outside: for a whole module, so that what a test opens and what
    empties the database after it are on the same side.
    """
    if request.node.get_closest_marker("browser") is not None:
        yield
        return
    running = events._get_running_loop()
    events._set_running_loop(None)
    yield
    events._set_running_loop(running)


@pytest.fixture
def now() -> datetime:
    """An instant inside the first desk."""
    return FIRST_DAY


def person(email: str, name: str, *roles: Role) -> User:
    """A user who holds roles since long ago."""
    user = User.objects.create_user(email, None, name=name)
    RoleGrant.objects.bulk_create(RoleGrant(user=user, role=role, since=LONG_AGO) for role in roles)
    return user


@pytest.fixture
def carla(db: None) -> User:
    """Case officer."""
    return person("carla@ufficio.example", "Carla", Role.CASE_OFFICER)


@pytest.fixture
def elena(db: None) -> User:
    """Proceeding manager."""
    return person("elena@ufficio.example", "Elena", Role.PROCEEDING_MANAGER)


@pytest.fixture
def dario(db: None) -> User:
    """Signatory."""
    return person("dario@ufficio.example", "Dario", Role.SIGNATORY)


@pytest.fixture
def ivo(db: None) -> User:
    """Auditor."""
    return person("ivo@ufficio.example", "Ivo", Role.AUDITOR)


@pytest.fixture
def anna(db: None) -> User:
    """Represents a firm."""
    return person("anna@impresa.example", "Anna")


@pytest.fixture
def bruno(db: None) -> User:
    """Represents another firm, and must never see Anna's."""
    return person("bruno@impresa.example", "Bruno")


FirmMaker = Callable[..., Firm]


@pytest.fixture
def make_firm(db: None) -> FirmMaker:
    """Make a firm that a person represents: `make_firm(anna, name="Alfa")`."""
    made = 0

    def make(owner: User, **fields: Any) -> Firm:
        nonlocal made
        made += 1
        number = f"{made:011d}"
        firm = Firm.objects.create(
            **{
                "tax_code": number,
                "vat_number": number,
                "name": f"Impresa {made} S.r.l.",
                "legal_form": "SRL",
                "rea": f"MI-{made:07d}",
                "ateco": "62.01.00",
                "province": "MI",
                "municipality": "Milano",
                "pec": f"impresa{made}@pec.example",
                "representative_name": owner.name,
                "representative_tax_code": "RSSNNA80A41F205X",
                "created_at": LONG_AGO,
            }
            | fields
        )
        FirmMember.objects.create(firm=firm, user=owner, role=Role.APPLICANT, since=LONG_AGO)
        return firm

    return make


@pytest.fixture
def firm(make_firm: FirmMaker, anna: User) -> Firm:
    """Anna's firm."""
    return make_firm(anna, name="Alfa S.r.l.")


@pytest.fixture
def other_firm(make_firm: FirmMaker, bruno: User) -> Firm:
    """Bruno's firm."""
    return make_firm(bruno, name="Beta S.r.l.")


@pytest.fixture
def call(db: None) -> Call:
    """The real call, published, its first money on the lines."""
    call = publish(read_call(CALL_FILE.read_text(encoding="utf-8")), now=LONG_AGO).call
    funding.apply_money_act(call.money_acts.get(code="OPENING"), actor=None, now=LONG_AGO + timedelta(days=60))
    return call


def good_answers(**changes: Any) -> dict[str, Any]:
    """Answers that meet every requirement, for a firm of twelve."""
    signed = ("TRUTH", "NO_PLAN", "REGULARITY", "NO_DOUBLE_FUNDING", "PRIVACY")
    declared = (*signed, "EXISTING_PLAN", "DURC", "DISABLED_QUOTA", "INSOLVENCY", "DE_MINIMIS", "EXCLUDED_SUBJECT")
    return {
        "path": "ORDINARY",
        "actions": ["A", "B"],
        "headcount": 12,
        "total_employees": 12,
        "site_in_lombardy": True,
        "signed": True,
        "declared": dict.fromkeys(declared, True),
        "operator": {"name": "Operatore accreditato"},
        "operator_registers": {"training": "0001", "labour": "0002"},
        "aids": [],
    } | changes


@dataclass
class Desk:
    """Lives the acts for a test, one call a step; every step takes its own instant."""

    call: Call
    officer: User
    manager: User
    signatory: User
    at: datetime = FIRST_DAY

    def tick(self, **step: float) -> datetime:
        """Move the story on (a second unless told) and say when it is."""
        self.at += timedelta(**(step or {"seconds": 1}))
        return self.at

    def draft(self, firm: Firm, **answers: Any) -> Application:
        """A draft by the firm's representative."""
        return drafting.draft(self.call, firm, actor=self.filer(firm), now=self.tick(), answers=good_answers(**answers))

    def submit(self, firm: Firm, key: UUID | None = None, **answers: Any) -> Application:
        """An application submitted."""
        draft = self.draft(firm, **answers)
        clock = story_clock(self.tick())
        return submission.submit(draft, actor=self.filer(firm), clock=clock, client_key=key or uuid4())

    def in_review(self, firm: Firm, **answers: Any) -> Application:
        """An application in the officer's hands."""
        return review.take_charge(self.submit(firm, **answers), actor=self.officer, now=self.tick())

    def check(self, application: Application, officer: User | None = None) -> None:
        """Every requirement found met by the officer."""
        hand = officer or self.officer
        found = [Found(row.code, OfficerCheck.Outcome.YES) for row in checklist.requirements_of(application)]
        seen = max((row.pk for row in checklist.latest(application).values()), default=0)
        checklist.record_checks(application, found, seen=seen, actor=hand, now=self.tick())

    def propose(self, application: Application, officer: User | None = None, note: str = "") -> Proposal:
        """Every requirement found met, then the admission proposed by the same hand."""
        self.check(application, officer)
        return decisions.propose_admission(application, actor=officer or self.officer, now=self.tick(), note=note)

    def admit(self, application: Application) -> Application:
        """Proposed by the officer, approved by the manager."""
        self.propose(application)
        return decisions.approve(application, actor=self.manager, now=self.tick())

    def admitted(self, firm: Firm, **answers: Any) -> Application:
        """An application admitted, without its award yet."""
        return self.admit(self.in_review(firm, **answers))

    def rejected(self, firm: Firm, *codes: str, **answers: Any) -> Application:
        """An application rejected after its notice."""
        application = self.in_review(firm, **answers)
        review.notify_rejection(application, codes, actor=self.officer, now=self.tick())
        review.close_notice(application, now=self.tick(days=15))
        decisions.propose_rejection(application, codes, actor=self.officer, now=self.tick())
        return decisions.approve(application, actor=self.manager, now=self.tick())

    def reserve(self) -> list[Award]:
        """Compute what is admitted and serve the queue, without asking for the codes of the State-aid register."""
        calculation.compute_awards(calculation.uncomputed(self.call), now=self.tick())
        return funding.fund(self.call, now=self.tick())

    def fund(self) -> list[Award]:
        """Compute what is admitted, serve the queue, and ask for the codes."""
        served = self.reserve()
        self.ask_cors()
        return served

    def ask_cors(self) -> None:
        """The codes of the State-aid register for the reserved awards that have none."""
        reserved = Award.objects.filter(call=self.call, status=AwardState.RESERVED, cor="").select_related(
            "application"
        )
        codes = {award.application.protocol: str(1_000_000 + award.pk) for award in reserved}
        state_aid.record_cors(codes, actor=self.officer, now=self.tick())

    def sign(self, kind: str = Decree.Kind.GRANT) -> Decree:
        """A decree with what is ready, signed."""
        self.ask_cors()
        draft = decrees.draft(self.call, kind, actor=self.manager, now=self.tick())
        return signing.sign(draft, actor=self.signatory, clock=story_clock(self.tick()))

    def granted(self, firm: Firm, **answers: Any) -> Award:
        """An award granted by decree."""
        application = self.admitted(firm, **answers)
        self.fund()
        self.sign()
        return Award.objects.get(application=application)

    @staticmethod
    def filer(firm: Firm) -> User:
        """Who represents the firm."""
        return firm.members.select_related("user").order_by("pk")[0].user


@pytest.fixture
def desk(call: Call, carla: User, elena: User, dario: User) -> Desk:
    """The office at work on the call."""
    return Desk(call, carla, elena, dario)


@pytest.fixture
def triggers_off(db: None) -> Iterator[Callable[[str], None]]:
    """Run SQL as somebody who got past the guards of the database: to tamper with what cannot change."""

    def run(sql: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(sql)
            cursor.execute("SET session_replication_role = origin")

    yield run
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = origin")


@pytest.fixture
def nobody_looks(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is left over from another run of this database, and the broker of a busy machine has time to answer."""
    monkeypatch.setattr(presence, "PATIENCE", 10.0)
    monkeypatch.setattr(presence._Broker, "pools", {})
    monkeypatch.setattr(presence._Broker, "down_until", 0.0)
    client = redis.Redis.from_url(presence.address_of(settings.CELERY_BROKER_URL))
    if keys := client.keys(f"{connection.settings_dict['NAME']}:looking:*"):
        client.delete(*keys)


@pytest.fixture
def committed_db(transactional_db: None) -> Iterator[None]:
    """A database whose transactions really commit; it is emptied after the test, append-only tables included."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = origin")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
