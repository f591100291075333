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


def test_an_account_that_is_off_holds_no_role(auditor):
    auditor.is_active = False

    assert auditor.roles_at(SINCE) == set()


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
