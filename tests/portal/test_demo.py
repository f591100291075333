"""The demo accounts."""

import json
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from portal.checks import demo_accounts_stay_home, look_is_there
from portal.demo import ACCOUNTS, DEMO_PASSWORD
from portal.kernel.roles import Role
from portal.models import AuditEntry, RoleGrant, User
from portal.services.demo import SINCE, DemoForbidden, ensure_accounts


@pytest.mark.django_db
def test_there_is_one_account_for_every_role_a_person_may_hold() -> None:
    users = ensure_accounts(timezone.now())

    assert {role for user in users.values() for role in user.roles} == set(Role) - {Role.SYSTEM}
    assert all(user.check_password(DEMO_PASSWORD) for user in users.values())
    assert users["dario@ufficio.example"].roles_at(SINCE) == {Role.SIGNATORY}


@pytest.mark.django_db
def test_asking_again_changes_nothing() -> None:
    first = ensure_accounts(timezone.now())
    entries = AuditEntry.objects.count()

    assert ensure_accounts(timezone.now()) == first
    assert User.objects.count() == RoleGrant.objects.count() == len(ACCOUNTS)
    assert AuditEntry.objects.count() == entries == len(ACCOUNTS)


@pytest.mark.django_db
def test_a_password_that_was_changed_stays_changed() -> None:
    anna = ensure_accounts(timezone.now())["anna@impresa.example"]
    anna.set_password("un-altra-frase-lunga")
    anna.save()

    ensure_accounts(timezone.now())

    anna.refresh_from_db()
    assert anna.check_password("un-altra-frase-lunga")


@pytest.mark.django_db
def test_the_command_prints_what_programs_need(client: object) -> None:
    out = StringIO()
    call_command("demo_accounts", "--json", stdout=out)
    rows = json.loads(out.getvalue())

    assert [row["email"] for row in rows] == [account.email for account in ACCOUNTS]
    assert authenticate(None, email=rows[0]["email"], password=rows[0]["password"]) is not None


@pytest.mark.django_db
def test_a_real_installation_refuses_them(settings: Settings) -> None:
    settings.DEMO_ACCOUNTS_ALLOWED = False

    with pytest.raises(DemoForbidden):
        ensure_accounts(timezone.now())
    with pytest.raises(CommandError, match="produzione"):
        call_command("demo_accounts")
    assert not User.objects.exists()


def test_showing_them_where_they_cannot_exist_stops_the_start(settings: Settings) -> None:
    settings.DEMO_ACCOUNTS_ALLOWED, settings.SHOW_DEMO_ACCOUNTS = False, True

    assert [problem.id for problem in demo_accounts_stay_home(None)] == ["portal.E003"]


def test_a_missing_font_is_named_at_the_start(settings: Settings, tmp_path: object) -> None:
    assert look_is_there(None) == []

    settings.FONTS_ROOT = tmp_path
    assert "fonts.conf" in look_is_there(None)[0].msg
