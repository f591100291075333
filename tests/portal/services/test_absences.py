"""Absences: who may write them, when they cannot be, and whom a substitute works for."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from portal.kernel.roles import Role
from portal.kernel.scopes import of_call
from portal.models import Absence, AuditEntry, RoleGrant, User
from portal.services import absences
from portal.services.absences import AbsenceRefused, NotForYou
from tests.conftest import LONG_AGO, person


@pytest.fixture
def marta(db: None) -> User:
    """Another case officer."""
    return person("marta@ufficio.example", "Marta", Role.CASE_OFFICER)


Declare = Callable[..., Absence]


@pytest.fixture
def declare(carla: User, marta: User, elena: User, now: datetime) -> Declare:
    """Carla's absence of three days from tomorrow, Marta in her place, unless told otherwise."""

    def written(who: User = carla, **changes: object) -> Absence:
        fields = {
            "substitute": marta,
            "since": now + timedelta(days=1),
            "until": now + timedelta(days=4),
            "reason": "ferie",
            "actor": elena,
            "now": now,
        }
        return absences.declare(who, **fields | changes)

    return written


def test_a_substitute_works_in_somebodys_place_from_its_instant_to_just_before_its_end(declare, carla, marta):
    away = declare()

    for instant, there in (
        (away.since - timedelta.resolution, False),
        (away.since, True),
        (away.until - timedelta.resolution, True),
        (away.until, False),
    ):
        assert absences.absent_at(instant) == ({carla.pk: marta.pk} if there else {})
        assert absences.stood_in_for(marta, instant) == ({carla.pk} if there else set())
        assert absences.stands_in(marta, carla.pk, instant) == there
        assert away.covers(instant) == there
        assert not absences.stands_in(carla, marta.pk, instant)
    entry = AuditEntry.objects.get(act="absence.declare")
    assert (entry.target, entry.detail["substitute"]) == (f"user:{carla.pk}", marta.pk)


def test_who_is_away_costs_one_query_however_many(declare, carla, marta, elena, dario, now, django_assert_num_queries):
    declare()
    at = now + timedelta(days=2)
    with django_assert_num_queries(1):
        absences.absent_at(at)
    for number in range(2):
        other = person(f"altra{number}@ufficio.example", f"Altra {number}", Role.CASE_OFFICER)
        declare(other)
    with django_assert_num_queries(1):
        assert len(absences.absent_at(at)) == 3


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"until": timedelta(0)}, "until", "finisce prima di cominciare"),
        ({"since": timedelta(days=-4), "until": timedelta(days=-1)}, "until", "già passati"),
        ({"reason": " "}, "reason", "Scrivi il motivo"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(changes, field, said, declare, now):
    changes = {name: now + value if isinstance(value, timedelta) else value for name, value in changes.items()}

    with pytest.raises(AbsenceRefused, match=said) as refused:
        declare(**changes)

    assert refused.value.field == field
    assert not Absence.objects.exists()


def test_nobody_is_their_own_substitute(declare, carla):
    with pytest.raises(AbsenceRefused, match="se stesso"):
        declare(substitute=carla)


def test_a_substitute_holds_a_role_of_who_is_away(declare, elena):
    with pytest.raises(AbsenceRefused, match="Elena non ha un ruolo di Carla"):
        declare(substitute=elena)


def test_and_holds_it_to_the_end(declare, marta, now):
    RoleGrant.objects.filter(user=marta).update(until=now + timedelta(days=3))

    with pytest.raises(AbsenceRefused, match="per tutti questi giorni"):
        declare()


def test_two_absences_of_one_person_do_not_overlap(declare):
    first = declare()

    with pytest.raises(AbsenceRefused, match="C'è già un'assenza di Carla"):
        declare(since=first.until - timedelta(hours=1), until=first.until + timedelta(days=1))

    assert declare(since=first.until, until=first.until + timedelta(days=1)).pk


def test_who_is_away_stands_in_for_nobody(declare, carla, marta):
    declare()
    third = person("terza@ufficio.example", "Terza", Role.CASE_OFFICER)

    with pytest.raises(AbsenceRefused, match="Carla è assente in questi giorni"):
        declare(third, substitute=carla)


def test_who_stands_in_finds_somebody_else_before_going_away(declare, marta):
    declare()
    third = person("terza@ufficio.example", "Terza", Role.CASE_OFFICER)

    with pytest.raises(AbsenceRefused, match="Marta sostituisce Carla: scegli prima"):
        declare(marta, substitute=third)


def test_everybody_writes_their_own_and_who_leads_writes_all(declare, carla, marta, anna, now):
    assert declare(actor=carla).declared_by == carla
    with pytest.raises(NotForYou):
        declare(marta, substitute=carla, actor=carla, since=now + timedelta(days=9), until=now + timedelta(days=10))
    with pytest.raises(NotForYou):
        declare(anna, substitute=carla, actor=anna)


def test_one_that_has_not_begun_is_taken_back_and_one_that_has_is_ended(declare, carla, now):
    first = absences.call_off(declare(), actor=carla, now=now)
    assert (first.called_off_at, first.until) == (now, now + timedelta(days=4))
    second = declare()
    middle = second.since + timedelta(hours=5)

    ended = absences.call_off(second, actor=carla, now=middle)

    assert (ended.called_off_at, ended.until) == (None, middle)
    assert absences.absent_at(middle) == {}
    with pytest.raises(AbsenceRefused, match="già finita o annullata"):
        absences.call_off(ended, actor=carla, now=middle)
    with pytest.raises(AbsenceRefused, match="già finita o annullata"):
        absences.call_off(first, actor=carla, now=middle)


def test_nobody_takes_back_the_absence_of_another(declare, marta, now):
    with pytest.raises(NotForYou):
        absences.call_off(declare(), actor=marta, now=now)


def test_a_role_of_long_ago_is_no_role(declare, now):
    former = person("ex@ufficio.example", "Ex", Role.CASE_OFFICER)
    former.role_grants.update(since=LONG_AGO, until=now)

    with pytest.raises(AbsenceRefused, match="Ex non ha un ruolo"):
        declare(substitute=former)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Two calls that the floors above know by name."""
    first, second = of_call(1), of_call(2)
    names = {first: "Primo avviso", second: "Secondo avviso"}
    monkeypatch.setattr("portal.services.scopes.NAMES", [lambda: names])
    return first, second


def only_for(who: User, *scopes: str) -> None:
    """The role of somebody, for some calls."""
    who.role_grants.all().delete()
    for scope in scopes:
        RoleGrant.objects.create(user=who, role=Role.CASE_OFFICER, since=LONG_AGO, scope=scope)


def test_a_substitute_of_another_call_is_refused(declare, carla, marta, calls):
    only_for(carla, calls[0])
    only_for(marta, calls[1])

    with pytest.raises(AbsenceRefused, match="Marta non ha un ruolo di Carla per tutti"):
        declare()
    assert not Absence.objects.exists()


@pytest.mark.parametrize("everywhere", [True, False])
def test_the_calls_that_would_stay_without_anybody_are_named(declare, carla, marta, calls, everywhere):
    if not everywhere:
        only_for(carla, *calls)
    only_for(marta, calls[0])

    with pytest.raises(AbsenceRefused, match="un ruolo di Carla su «Secondo avviso» per") as refused:
        declare()
    assert refused.value.field == "substitute"

    only_for(marta, *calls)
    assert declare().pk


def test_the_call_of_who_is_away_is_enough(declare, carla, marta, calls):
    only_for(carla, calls[1])
    only_for(marta, calls[1])

    assert declare().pk


def test_what_one_only_reads_needs_nobody(declare, carla, marta, calls):
    only_for(carla, calls[0])
    RoleGrant.objects.create(user=carla, role=Role.AUDITOR, since=LONG_AGO)
    only_for(marta, calls[0])

    assert declare().pk


def test_a_role_of_this_morning_is_enough_for_an_absence_that_begins_today(declare, marta, now):
    RoleGrant.objects.filter(user=marta).update(since=now - timedelta(hours=1))
    midnight = now - timedelta(hours=9)

    assert declare(since=midnight).since == midnight


def test_a_role_of_tomorrow_is_not(declare, marta, now):
    RoleGrant.objects.filter(user=marta).update(since=now + timedelta(days=1))

    with pytest.raises(AbsenceRefused, match="per tutti questi giorni"):
        declare(since=now - timedelta(hours=9))
