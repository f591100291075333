"""The demonstration on the open call: every state once, terms that run, the rest of the portal as it was."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from pytest_django import Settings

from applications.models import Application, Attachment, Call
from portal.services.demo import DemoForbidden
from tests.vouchers.replay.test_demo_story import NOW, SECOND, check_signatures, held_by, signatures_on
from vouchers.domain.publishing import publish
from vouchers.replay.demo import NothingToShow, show
from vouchers.rules.call_file import read_call


@pytest.fixture
def trusted(settings: Settings, tmp_path: Path) -> Path:
    """A folder of their own for the authorities that are trusted."""
    settings.TRUST_ROOTS = tmp_path / "trust"
    return settings.TRUST_ROOTS


@pytest.fixture
def second(call: Call, trusted: Path) -> Call:
    """The open call beside the real one, without a story."""
    return publish(read_call(SECOND.read_text(encoding="utf-8")), now=NOW).call


def test_an_hour_after_the_opening_there_is_time_enough(second: Call) -> None:
    assert show(now=second.windows.get().opens_at + timedelta(hours=1)) == 15


def test_after_the_closing_there_is_nothing_to_show(second: Call) -> None:
    with pytest.raises(NothingToShow, match="non è aperto: nessuna domanda dimostrativa"):
        show(now=second.windows.get().closes_at)
    assert not Application.objects.exists()


def test_the_command_without_the_call(call: Call) -> None:
    with pytest.raises(CommandError, match="Nessun avviso si chiama"):
        call_command("demo")


@override_settings(DEMO_ACCOUNTS_ALLOWED=False)
def test_production_refuses(second: Call) -> None:
    with pytest.raises(DemoForbidden):
        show(now=NOW)
    assert not Application.objects.exists()


def test_a_database_that_lived_under_the_first_terms_takes_the_new_ones(call: Call, trusted: Path) -> None:
    file = read_call(SECOND.read_text(encoding="utf-8"))
    publish(replace(file, versions=file.versions[:1]), now=NOW)
    show(now=NOW)

    published = publish(file, now=NOW)

    assert published.new_versions == (2,)
    assert {item.terms.version for item in Application.objects.filter(call=published.call).exclude(terms=None)} == {1}
    assert show(now=NOW) == 0


def test_where_applications_are_signed_by_access_the_documents_are_there_all_the_same(second: Call) -> None:
    show(now=NOW + timedelta(days=60))

    check_signatures()
    assert not Attachment.objects.filter(code="APPLICATION_FORM").exists()


def test_a_story_without_the_authority_would_verify_nothing(
    second: Call, trusted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: the certificates are not trusted by themselves."""
    monkeypatch.setattr("vouchers.replay.demo_files.ROOT", "autorita.ignorata")

    show(now=NOW)

    for item in held_by("carla", "IN_REVIEW"):
        assert {state for state, _who, _day in signatures_on(item).values()} == {"UNVERIFIABLE"}
