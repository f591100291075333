"""People: one row an address, roles with their dates, no role while the account is off."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.kernel.roles import Role
from portal.models import RoleGrant, User

SINCE = datetime(2020, 5, 5, 9, 30, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=1)


@pytest.fixture
def auditor(anna) -> User:
    RoleGrant.objects.create(user=anna, role=Role.AUDITOR, since=SINCE, until=UNTIL)
    return anna


@pytest.mark.parametrize(
    ("instant", "roles"),
    [
        (SINCE - timedelta.resolution, set()),
        (SINCE, {Role.AUDITOR}),
        (UNTIL - timedelta.resolution, {Role.AUDITOR}),
        (UNTIL, set()),
    ],
)
def test_a_role_is_held_from_its_instant_to_just_before_its_end(instant, roles, auditor):
    assert auditor.roles_at(instant) == roles


@pytest.mark.parametrize(
    ("granted", "everywhere", "first", "calls"),
    [
        ([""], True, True, None),
        (["call:1"], False, True, {1}),
        (["call:2", "call:3"], False, False, {2, 3}),
        (["call:2", ""], True, True, None),
        ([], False, False, set()),
    ],
)
def test_a_role_holds_everywhere_or_for_its_calls(granted, everywhere, first, calls, anna):
    for scope in granted:
        RoleGrant.objects.create(user=anna, role=Role.AUDITOR, since=SINCE, scope=scope)

    assert anna.roles_at(SINCE) == ({Role.AUDITOR} if everywhere else set())
    assert anna.roles_at(SINCE, "call:1") == ({Role.AUDITOR} if first else set())
    assert anna.roles_anywhere_at(SINCE) == ({Role.AUDITOR} if granted else set())
    assert anna.calls_at(SINCE, {Role.AUDITOR, Role.SIGNATORY}) == calls
    assert anna.calls_at(SINCE, {Role.SIGNATORY}) == set()
    assert anna.calls_at(SINCE - timedelta.resolution, {Role.AUDITOR}) == set()
    assert anna.is_staff == bool(granted)


def test_an_account_that_is_off_holds_no_role(auditor):
    auditor.is_active = False

    assert auditor.roles_at(SINCE) == set()
    assert auditor.roles_anywhere_at(SINCE) == set()
    assert auditor.calls_at(SINCE, {Role.AUDITOR}) == set()


def test_who_once_worked_for_the_office_is_not_staff_today(auditor, carla):
    assert carla.is_staff
    assert not auditor.is_staff


def test_addresses_are_kept_in_small_letters_and_found_in_any(db):
    made = User.objects.create_user("Anna@Impresa.Example", None, name="Anna")

    assert made.email == "anna@impresa.example"
    assert User.objects.get_by_natural_key("ANNA@impresa.example") == made
    assert not made.has_usable_password()


def test_a_person_without_an_address_is_refused(db):
    with pytest.raises(ValueError, match="indirizzo e-mail"):
        User.objects.create_user("")


def test_the_administrator_of_the_system_sees_no_dossier(db):
    made = User.objects.create_superuser("root@ufficio.example", "una frase lunga", name="Root")

    assert made.roles == {Role.SYSTEM_ADMIN}
    assert made.check_password("una frase lunga")


def test_roles_are_asked_once(auditor, django_assert_num_queries):
    with django_assert_num_queries(1):
        for _ in range(3):
            auditor.roles_at(SINCE)
            auditor.calls_at(SINCE, {Role.AUDITOR})
