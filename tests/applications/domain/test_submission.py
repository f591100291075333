"""Submitting: one protocol number, in the window, by the terms in force, or nothing at all."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from applications.domain import drafting, submission
from applications.domain.calls import WindowClosed
from applications.domain.drafting import NotForYou
from applications.domain.submission import AlreadySubmitted, NotSubmittable, TermsChanged, sealed
from applications.models import Application, ApplicationEvent, DeclaredAid, FirmMember
from applications.rules.facts import BadAnswers
from portal.kernel.deadlines import ROME
from portal.models import AuditEntry, Mail, Promise, Sequence, User
from portal.services import audit, mail
from portal.services.clock import Clock, story_clock
from portal.services.numbering import Number
from tests.conftest import FIRST_DAY, good_answers
from tests.portal.services.parallel import at_once

OPENS = datetime(2020, 4, 2, 12, tzinfo=ROME)
CLOSES = datetime(2021, 2, 24, 12, tzinfo=ROME)
TICK = timedelta.resolution
BEFORE = OPENS - timedelta(days=1)
COVID = {"COVID_SAFETY": True, "COVID_NOTICE": True}


def drafted(desk, firm, at: datetime = BEFORE, **answers) -> Application:
    actor = desk.filer(firm)
    return drafting.draft(desk.call, firm, actor=actor, now=at, answers=good_answers(**answers))


def send(application: Application, actor, at: datetime | Clock = FIRST_DAY, key: UUID | None = None) -> Application:
    clock = story_clock(at) if isinstance(at, datetime) else at
    return submission.submit(application, actor=actor, clock=clock, client_key=key or uuid4())


def written() -> dict[str, int]:
    tables = (ApplicationEvent, AuditEntry, DeclaredAid, Mail, Promise)
    return {table.__name__: table.objects.count() for table in tables} | {
        "numbers": sum(Sequence.objects.filter(series="protocol").values_list("last", flat=True)),
        "submitted": Application.objects.exclude(status="DRAFT").count(),
    }


def test_a_submission_freezes_everything_in_one_act(desk, firm, anna):
    aid = {"granted_on": "2019-06-01", "amount": "1000.5", "granted_to": firm.tax_code}
    draft = drafted(desk, firm, headcount=12, total_employees=60, aids=[aid])
    key = uuid4()

    row = send(draft, anna, FIRST_DAY, key)

    saved = Application.objects.get(pk=draft.pk)
    assert (row.status, saved.status, saved.protocol) == ("SUBMITTED", "SUBMITTED", "2020/0000001")
    assert (saved.submitted_at, saved.submitted_by, saved.client_key) == (FIRST_DAY, anna, key)
    assert (saved.headcount, saved.total_employees, saved.size_class) == (12, 60, "medium")
    assert (saved.path, saved.actions, saved.province, saved.division) == ("ORDINARY", ["A", "B"], "MI", "62")
    assert saved.terms.version == 2
    assert saved.snapshot["answers"] == draft.answers
    assert saved.snapshot["firm"]["tax_code"] == firm.tax_code
    assert saved.snapshot_sha256 == sealed(saved.snapshot, Number(2020, 1, FIRST_DAY))
    assert DeclaredAid.objects.get().amount == Decimal("1000.50")
    assert list(audit.problems()) == []


def test_the_receipt_is_written_and_its_delivery_promised(desk, firm, anna):
    row = send(drafted(desk, firm), anna)

    [receipt], [promise, paper] = Mail.objects.all(), Promise.objects.order_by("pk")
    assert (receipt.to, receipt.about, receipt.state) == (firm.pec, f"application:{row.pk}", "QUEUED")
    assert "2020/0000001" in receipt.subject
    assert "2 aprile 2020, 12:30" in receipt.body
    assert (promise.job, promise.arguments) == ("portal.deliver_mail", {"mail_id": receipt.pk})
    assert (paper.job, paper.arguments) == ("applications.render_receipt", {"application_id": row.pk})


def test_a_firm_without_pec_is_told_to_give_one(desk, make_firm, anna):
    """The office writes terms that expire by themselves: they must reach somebody."""
    draft, before = drafted(desk, make_firm(anna, pec=""), headcount=2), written()

    with pytest.raises(NotSubmittable, match="manca la PEC dell'impresa") as refused:
        send(draft, anna)

    assert [item.code for item in refused.value.findings] == ["MIN_HEADCOUNT", "PEC"]
    assert written() == before


def test_an_aid_of_tomorrow_is_a_slip_of_the_pen(desk, firm, anna):
    days = ("2020-04-02", "2020-04-03", "2020-02-01", "2021-01-01")
    draft = drafted(desk, firm, aids=[{"granted_on": day, "amount": "1", "granted_to": firm.tax_code} for day in days])
    before = written()

    with pytest.raises(BadAnswers, match="nel futuro") as bad:
        send(draft, anna, FIRST_DAY)

    assert set(bad.value.problems) == {"aids.2", "aids.4"}
    assert written() == before


@pytest.mark.parametrize("change", [{"snapshot": {"x": 1}}, {"number": 2}, {"year": 2021}, {"at": FIRST_DAY + TICK}])
def test_the_seal_holds_content_number_and_instant(change):
    base = {"snapshot": {}, "year": 2020, "number": 1, "at": FIRST_DAY}

    def seal(snapshot, year, number, at):
        return sealed(snapshot, Number(year, number, at))

    assert seal(**base) == seal(**base | {"at": FIRST_DAY.astimezone(UTC)})
    assert seal(**base) != seal(**base | change)


def test_the_same_key_again_gives_the_same_application_back(desk, firm, anna):
    draft, key = drafted(desk, firm), uuid4()
    first = send(draft, anna, FIRST_DAY, key)
    before = written()

    again = send(draft, anna, CLOSES + timedelta(days=1), key)

    assert (again.pk, again.protocol, again.submitted_at) == (first.pk, first.protocol, FIRST_DAY)
    assert written() == before


def test_another_key_is_told_that_it_was_submitted(desk, firm, anna):
    draft = drafted(desk, firm)
    send(draft, anna)
    before = written()

    with pytest.raises(AlreadySubmitted, match="protocollo 2020/0000001"):
        send(draft, anna)
    assert written() == before


def test_a_key_used_for_another_application_changes_nothing(desk, make_firm, anna):
    key = uuid4()
    send(drafted(desk, make_firm(anna)), anna, key=key)
    other, before = drafted(desk, make_firm(anna)), written()

    with pytest.raises(AlreadySubmitted, match="appartiene a un'altra domanda"):
        send(other, anna, FIRST_DAY + timedelta(seconds=1), key)
    assert written() == before


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (OPENS - TICK, "apre il 2 aprile 2020, 12:00"),
        (datetime(2020, 12, 16, 12, tzinfo=ROME) - TICK, "apre il 16 dicembre 2020, 12:00"),
        (CLOSES, "chiuso dal 24 febbraio 2021, 12:00"),
        (CLOSES + timedelta(days=365), "chiuso dal 24 febbraio 2021, 12:00"),
    ],
)
def test_outside_the_window_nothing_is_written(at, words, desk, firm, anna):
    draft, before = drafted(desk, firm), written()

    with pytest.raises(WindowClosed, match=words):
        send(draft, anna, at)
    assert written() == before


@pytest.mark.parametrize("at", [OPENS, CLOSES - TICK])
def test_the_opening_instant_is_in_and_so_is_the_last_microsecond(at, desk, firm, anna):
    assert send(drafted(desk, firm), anna, at).submitted_at == at


def turning(*instants: datetime) -> Clock:
    """A clock read several times in one act; it stays on the last instant."""
    rest = iter(instants)
    return lambda: next(rest, instants[-1])


def test_a_desk_that_closes_while_the_number_is_awaited_is_closed(desk, firm, anna):
    draft, before = drafted(desk, firm), written()

    with pytest.raises(WindowClosed):
        send(draft, anna, turning(CLOSES - TICK, CLOSES))
    assert written() == before


def test_the_last_instant_belongs_to_one_only(desk, make_firm, anna):
    """The second to ask at the last microsecond gets the next one, which is out."""
    first, second = (drafted(desk, make_firm(anna)) for _ in range(2))
    send(first, anna, CLOSES - TICK)

    with pytest.raises(WindowClosed):
        send(second, anna, CLOSES - TICK)


def test_terms_are_those_in_force_at_the_instant_of_the_number(desk, make_firm, anna, call):
    starts = {terms.version: terms.valid_from for terms in call.terms.all()}
    call.windows.filter(number=1).update(opens_at=starts[1])

    versions = [
        send(drafted(desk, make_firm(anna), starts[1]), anna, at).terms.version
        for at in (starts[1], starts[2] - TICK, starts[2], starts[2] + TICK)
    ]

    assert versions == [1, 1, 2, 2]


def test_terms_that_change_while_the_number_is_awaited_are_read_again_by_the_firm(desk, firm, anna, call):
    starts = {terms.version: terms.valid_from for terms in call.terms.all()}
    call.windows.filter(number=1).update(opens_at=starts[1])
    draft = drafted(desk, firm, starts[1])
    before = written()

    with pytest.raises(TermsChanged):
        send(draft, anna, turning(starts[2] - TICK, starts[2]))
    assert written() == before
    assert send(draft, anna, starts[2]).terms.version == 2


def test_the_covid_path_comes_with_the_second_version(desk, make_firm, anna, call):
    starts = {terms.version: terms.valid_from for terms in call.terms.all()}
    call.windows.filter(number=1).update(opens_at=starts[1])
    declared = good_answers()["declared"] | COVID | {"EXISTING_PLAN": False}
    early, late = (
        drafted(desk, make_firm(anna), starts[1], path="COVID", declared=declared) for _ in range(2)
    )  # fmt: skip

    with pytest.raises(NotSubmittable) as refused:
        send(early, anna, starts[2] - TICK)
    assert [item.code for item in refused.value.findings] == ["PATH", "EXISTING_PLAN"]
    assert send(late, anna, starts[2]).path == "COVID"


def test_every_unmet_requirement_is_said_at_once_and_nothing_is_written(desk, firm, anna):
    draft = drafted(desk, firm, headcount=2, signed=False, actions=["B"], declared={})
    before = written()

    with pytest.raises(NotSubmittable) as refused:
        send(draft, anna)

    codes = {item.code for item in refused.value.findings}
    assert codes == {
        "INCOMPLETE", "MIN_HEADCOUNT", "EXISTING_PLAN", "DURC", "DISABLED_QUOTA", "INSOLVENCY", "EXCLUDED_SUBJECT",
        "TRUTH", "NO_PLAN", "REGULARITY", "NO_DOUBLE_FUNDING", "DE_MINIMIS", "PRIVACY", "ACTIONS",
    }  # fmt: skip
    assert "numero di dipendenti inferiore a 3" in str(refused.value)
    assert written() == before


@pytest.mark.parametrize(
    ("headcount", "error", "words"),
    [
        (0, NotSubmittable, "numero di dipendenti inferiore a 3"),
        (2, NotSubmittable, "numero di dipendenti inferiore a 3"),
        (-1, BadAnswers, "non può essere negativo"),
        (3.5, BadAnswers, "«3.5» non è un numero intero"),
        ("abc", BadAnswers, "«abc» non è un numero intero"),
        (10**9, BadAnswers, "troppo grande"),
    ],
)
def test_bad_numbers_of_employees(headcount, error, words, desk, firm, anna):
    draft, before = drafted(desk, firm, headcount=headcount), written()

    with pytest.raises(error, match=words):
        send(draft, anna)
    assert written() == before


def test_all_unreadable_answers_are_named(desk, firm, anna):
    draft = drafted(desk, firm, headcount="abc", total_employees="", actions=[], aids=[{}])

    with pytest.raises(BadAnswers) as bad:
        send(draft, anna)
    assert set(bad.value.problems) == {"headcount", "total_employees", "actions", "aids.1"}


def test_and_bruno(desk, firm, bruno, carla, elena, ivo):
    draft, before = drafted(desk, firm), written()

    for stranger in (bruno, carla, elena, ivo):
        with pytest.raises(NotForYou):
            send(draft, stranger)
    assert written() == before


def test_a_closed_account_acts_for_nobody(desk, firm, anna):
    draft = drafted(desk, firm)
    User.objects.filter(pk=anna.pk).update(is_active=False)
    before = written()

    with pytest.raises(NotForYou):
        send(draft, User.objects.get(pk=anna.pk))
    assert written() == before


def test_a_mandate_that_ended_is_no_mandate(desk, firm, anna):
    draft = drafted(desk, firm)
    FirmMember.objects.update(until=FIRST_DAY)

    with pytest.raises(NotForYou):
        send(draft, anna, FIRST_DAY)
    assert send(draft, anna, FIRST_DAY - TICK).protocol


def test_a_failure_at_the_very_end_gives_everything_back(desk, make_firm, anna):
    draft = drafted(desk, make_firm(anna))
    taken = mail.Letter(f"application-{draft.pk}-submitted", "x@pec.example", "x", "x", "x:1")
    mail.write([taken], now=BEFORE)
    before = written()

    with pytest.raises(IntegrityError), transaction.atomic():
        send(draft, anna)

    assert written() == before
    assert Application.objects.get(pk=draft.pk).status == "DRAFT"
    assert send(drafted(desk, make_firm(anna)), anna).protocol == "2020/0000001"


def test_an_application_that_is_gone(desk, firm, anna):
    """It answers as another's: no more is said."""
    with pytest.raises(NotForYou):
        send(Application(pk=987), anna)


def test_the_counter_is_locked_after_everything_is_judged(desk, firm, anna):
    """Refused applications must not make others wait for a number they never take."""
    draft = drafted(desk, firm, signed=False)
    with connection.execute_wrapper(no_number), pytest.raises(NotSubmittable):
        send(draft, anna)
    with connection.execute_wrapper(no_number), pytest.raises(WindowClosed):
        send(draft, anna, CLOSES)


def no_number(execute, sql, params, many, context):
    assert "portal_sequence" not in sql
    return execute(sql, params, many, context)


def test_a_submission_costs_the_same_for_the_first_and_for_the_tenth(desk, make_firm, anna):
    from_first = []
    for _ in range(10):
        draft = drafted(desk, make_firm(anna), aids=[])
        statements = []

        def count(execute, sql, params, many, context, statements=statements):
            statements.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(count):
            send(draft, anna)
        from_first.append(len(statements))

    assert len(set(from_first[1:])) == 1
    assert from_first[0] - from_first[1] <= 4  # the counter's row is made on its first use


def test_five_posts_at_once_are_one_application(committed_db, desk, firm, anna):
    draft, key = drafted(desk, firm), uuid4()

    protocols = at_once(5, lambda number: send(draft, anna, FIRST_DAY, key).protocol)

    assert protocols == ["2020/0000001"] * 5
    assert (Sequence.objects.get(series="protocol").last, Mail.objects.count()) == (1, 1)
    assert ApplicationEvent.objects.filter(event="submit").count() == 1


def test_five_keys_at_once_are_one_application_and_four_refusals(committed_db, desk, firm, anna):
    draft = drafted(desk, firm)

    outcomes = at_once(5, lambda number: send(draft, anna).protocol)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadySubmitted"] * 4 + ["str"]
    assert Sequence.objects.get(series="protocol").last == 1


def test_twenty_firms_at_once_get_twenty_numbers_in_order(committed_db, desk, make_firm, anna):
    drafts = [drafted(desk, make_firm(anna)) for _ in range(20)]

    outcomes = at_once(20, lambda number: send(drafts[number], anna).protocol_number)

    assert sorted(outcomes) == list(range(1, 21))
    instants = list(Application.objects.order_by("protocol_number").values_list("submitted_at", flat=True))
    assert instants == sorted(set(instants))
    assert list(audit.problems()) == []


@pytest.mark.parametrize(("after", "hints"), [(timedelta(0), 0), (timedelta(minutes=5), 1)])
def test_in_the_rush_of_an_opening_jobs_are_promised_without_hints(
    after, hints, desk, firm, anna, django_capture_on_commit_callbacks
):
    """The broker has nothing to do while everybody submits: the reconciler sends what was promised a minute later."""
    draft = drafted(desk, firm)
    with django_capture_on_commit_callbacks() as callbacks:
        send(draft, anna, OPENS + after)

    assert (len(callbacks), Promise.objects.filter(state="PENDING").count() >= 2) == (hints, True)
