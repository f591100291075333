"""Roles given and taken away: by whom, when, and what nobody may do."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier

import pytest

from applications.models import Call
from portal.kernel.roles import Role
from portal.kernel.scopes import of_call
from portal.models import AuditEntry, RoleGrant, User
from portal.services import staff
from portal.services.staff import NotKeeper, RoleRefused
from tests.conftest import person
from tests.portal.services.parallel import at_once


@pytest.fixture
def root(db: None) -> User:
    """Runs the system."""
    return person("amministratore@ufficio.example", "Amministrazione", Role.SYSTEM_ADMIN)


Give = Callable[..., list[RoleGrant]]


@pytest.fixture
def give(root: User, anna: User, now: datetime) -> Give:
    """Anna becomes a case officer everywhere from now on, unless told otherwise."""

    def given(who: User = anna, **changes: object) -> list[RoleGrant]:
        fields = {"roles": [Role.CASE_OFFICER], "scopes": [""], "since": None, "until": None, "reason": "ordine 12"}
        return staff.grant(who, **fields | {"actor": root, "now": now} | changes)

    return given


def fresh(user: User) -> User:
    """As the next request reads them."""
    return User.objects.get(pk=user.pk)


def test_a_role_holds_from_its_day_to_its_end_and_is_in_the_register(give, anna, root, now):
    until = now + timedelta(days=30)
    (row,) = give(since=now + timedelta(days=1), until=until)

    assert fresh(anna).roles_at(now) == set()
    assert fresh(anna).roles_at(now + timedelta(days=2)) == {Role.CASE_OFFICER}
    assert fresh(anna).roles_at(until) == set()
    entry = AuditEntry.objects.get(act="user.grant_role")
    assert (entry.actor, entry.target, entry.detail["role"]) == (root, f"user:{anna.pk}", "CASE_OFFICER")
    assert (entry.detail["reason"], row.scope) == ("ordine 12", "")


def test_roles_for_two_calls_are_roles_there_alone(give, anna, call: Call, now):
    scope = of_call(call.pk)
    give(roles=[Role.CASE_OFFICER, Role.AUDITOR], scopes=[scope])

    assert fresh(anna).roles_at(now, scope) == {Role.CASE_OFFICER, Role.AUDITOR}
    assert fresh(anna).roles_at(now) == set()


def test_nothing_is_given_into_the_past(give, anna, now):
    (row,) = give(since=now - timedelta(days=30))

    assert row.since == now


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"roles": []}, "roles", "almeno un ruolo"),
        ({"roles": [Role.APPLICANT]}, "roles", "almeno un ruolo"),
        ({"scopes": []}, "scopes", "per quali avvisi"),
        ({"scopes": ["call:999999"]}, "scopes", "per quali avvisi"),
        ({"reason": "  "}, "reason", "Scrivi il motivo"),
    ],
)
def test_what_cannot_be_given_is_refused_with_its_field(changes, field, said, give):
    with pytest.raises(RoleRefused, match=said) as refused:
        give(**changes)

    assert refused.value.field == field
    assert not RoleGrant.objects.filter(role=Role.CASE_OFFICER).exists()


def test_days_that_make_no_sense_are_refused(give, now):
    for until in (now, now - timedelta(days=1)):
        with pytest.raises(RoleRefused, match="finirebbe prima di cominciare"):
            give(until=until)


def test_everywhere_is_not_added_to_one_call_nor_the_system_to_a_call(give, call: Call):
    with pytest.raises(RoleRefused, match="comprende già gli altri"):
        give(scopes=["", of_call(call.pk)])
    with pytest.raises(RoleRefused, match="per tutti gli avvisi"):
        give(roles=[Role.SYSTEM_ADMIN], scopes=[of_call(call.pk)])


def test_what_is_held_already_is_not_given_twice(give, call: Call, anna, now):
    give()
    for scopes in ([""], [of_call(call.pk)]):
        with pytest.raises(RoleRefused, match="Ha già questo ruolo"):
            give(scopes=scopes)

    RoleGrant.objects.filter(user=anna).update(until=now)
    assert give()


@pytest.mark.parametrize("role", [Role.SIGNATORY, Role.SYSTEM_ADMIN, Role.AUDITOR])
def test_nobody_gives_a_role_to_themselves(role, give, root):
    with pytest.raises(RoleRefused, match="a se stesso"):
        give(root, roles=[role])


def test_an_account_that_is_off_takes_no_role(give, anna):
    User.objects.filter(pk=anna.pk).update(is_active=False)

    with pytest.raises(RoleRefused, match="è spento"):
        give(fresh(anna))


@pytest.mark.parametrize("who", ["anna", "carla", "elena", "dario", "ivo"])
def test_only_who_runs_the_system_gives_and_takes_away(who, give, request, carla, now):
    other = request.getfixturevalue(who)
    with pytest.raises(NotKeeper):
        give(carla if who != "carla" else request.getfixturevalue("bruno"), actor=other)
    with pytest.raises(NotKeeper):
        staff.revoke(carla.role_grants.get(), until=None, reason="x", actor=other, now=now)


def test_a_role_taken_away_is_over_at_once_and_says_why(carla, root, now):
    row = staff.revoke(carla.role_grants.get(), until=None, reason="trasferita", actor=root, now=now)

    assert row.until == now
    assert fresh(carla).roles_at(now) == set()
    entry = AuditEntry.objects.get(act="user.revoke_role")
    assert (entry.actor, entry.target, entry.detail["reason"]) == (root, f"user:{carla.pk}", "trasferita")
    with pytest.raises(RoleRefused, match="finisce già prima"):
        staff.revoke(row, until=None, reason="di nuovo", actor=root, now=now)
    with pytest.raises(RoleRefused, match="Scrivi il motivo"):
        staff.revoke(row, until=None, reason=" ", actor=root, now=now)


def test_a_role_may_end_later_and_one_that_did_not_begin_never_begins(carla, root, give, anna, now):
    later = now + timedelta(days=7)
    staff.revoke(carla.role_grants.get(), until=later, reason="x", actor=root, now=now)
    (coming,) = give(since=later)
    gone = staff.revoke(coming, until=None, reason="x", actor=root, now=now)

    assert fresh(carla).roles_at(later - timedelta.resolution) == {Role.CASE_OFFICER}
    assert fresh(carla).roles_at(later) == set()
    assert gone.until == gone.since
    assert fresh(anna).roles_at(later) == set()


def test_the_last_administrator_stays(root, give, now):
    own = root.role_grants.get()
    with pytest.raises(RoleRefused, match="l'ultimo amministratore"):
        staff.revoke(own, until=None, reason="x", actor=root, now=now)

    second = person("secondo@ufficio.example", "Secondo", Role.SYSTEM_ADMIN)
    User.objects.filter(pk=second.pk).update(is_active=False)
    with pytest.raises(RoleRefused, match="l'ultimo amministratore"):
        staff.revoke(own, until=None, reason="x", actor=root, now=now)
    User.objects.filter(pk=second.pk).update(is_active=True)
    second.role_grants.update(until=now + timedelta(days=9))
    with pytest.raises(RoleRefused, match="senza scadenza"):
        staff.revoke(own, until=None, reason="x", actor=root, now=now)
    second.role_grants.update(until=None)

    assert staff.revoke(own, until=None, reason="x", actor=root, now=now).until == now


def two_at_once(now: datetime) -> list[object]:
    """Two administrators take each other's role away at the same moment."""
    pair = [person(f"capo{number}@ufficio.example", f"Capo {number}", Role.SYSTEM_ADMIN) for number in range(2)]
    rows = [user.role_grants.get() for user in pair]
    return at_once(2, lambda n: staff.revoke(rows[1 - n], until=None, reason="x", actor=pair[n], now=now))


def administrators(now: datetime) -> int:
    return sum(Role.SYSTEM_ADMIN in user.roles_at(now) for user in User.objects.all())


def test_two_who_take_each_other_away_leave_one(committed_db, now):
    results = two_at_once(now)

    assert administrators(now) == 1
    assert sum(isinstance(item, RoleRefused | NotKeeper) for item in results) == 1


def test_without_the_lock_nobody_would_be_left(committed_db, now, monkeypatch):
    """Negative control: the rows are read without being locked, by two who look before either has written."""
    meet = Barrier(2)
    query = type(RoleGrant.objects.all())
    monkeypatch.setattr(query, "select_for_update", lambda self, **options: self)
    save = RoleGrant.save

    def late(self: RoleGrant, *args: object, **options: object) -> None:
        if self.until is not None:
            meet.wait(timeout=60)
        save(self, *args, **options)

    monkeypatch.setattr(RoleGrant, "save", late)
    two_at_once(now)

    assert administrators(now) == 0
