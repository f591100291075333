"""Publishing a call: once, whole, and never over what people have read already."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db.models import Model

from applications.models import Action, Call, CallTerms, DeskWindow, Firm
from portal.models import AuditEntry, User
from tests.conftest import CALL_FILE, FIRST_DAY, LONG_AGO, Desk
from vouchers.domain import funding
from vouchers.domain.publishing import PublishedTermsChanged, objections, publish
from vouchers.models import Allocation, HeadcountBand, MoneyAct
from vouchers.rules.call_file import CallFile, read_call

TEXT = CALL_FILE.read_text(encoding="utf-8")
TABLES: tuple[type[Model], ...] = (
    Call, CallTerms, DeskWindow, Action, HeadcountBand, MoneyAct, Allocation, AuditEntry,
)  # fmt: skip


def everything() -> dict[str, list[dict[str, object]]]:
    """Every row a publication writes."""
    return {table.__name__: list(table._default_manager.order_by("pk").values()) for table in TABLES}


def edited(change: Callable[[str], str]) -> CallFile:
    """The real file with a change that can be seen."""
    text = change(TEXT)
    assert text != TEXT
    return read_call(text)


def without_last_version(text: str) -> str:
    """The text without its last `[[terms]]` table."""
    return text[: text.rindex("[[terms]]")]


def move_ten_thousand(text: str) -> str:
    """The text with another split of the first refinancing."""
    return text.replace('A = "1300000.00"', 'A = "1290000.00"').replace('B = "700000.00"', 'B = "710000.00"')


@pytest.fixture
def published(db: None) -> Call:
    return publish(read_call(TEXT), now=LONG_AGO).call


def test_the_whole_call_is_written(published: Call) -> None:
    assert list(published.terms.values_list("version", flat=True)) == [1, 2, 3]
    assert published.windows.count() == 2
    assert list(published.actions.values_list("code", "requires__code")) == [("A", None), ("B", "A")]
    assert published.money_acts.count() == 4
    assert HeadcountBand.objects.count() == 3 * 2 * 4
    assert set(Allocation.objects.values_list("appropriated", flat=True)) == {0}
    entry = AuditEntry.objects.get(act="call.publish")
    assert entry.target == f"call:{published.pk}"
    assert entry.detail["versions"] == {str(row.version): row.sha256 for row in published.terms.all()}
    assert {"identity", "money_acts", "terms"} <= set(entry.detail["changed"])


def test_publishing_again_changes_nothing(published: Call) -> None:
    before = everything()

    again = publish(read_call(TEXT), now=LONG_AGO.replace(year=2021))

    assert again.new_versions == ()
    assert everything() == before


def test_a_new_version_is_added_beside_the_old(db: None) -> None:
    publish(read_call(without_last_version(TEXT)), now=LONG_AGO)
    before = list(CallTerms.objects.values())

    added = publish(read_call(TEXT), now=LONG_AGO.replace(year=2021))

    assert added.new_versions == (3,)
    assert list(CallTerms.objects.filter(version__lt=3).values()) == before


def test_a_change_that_adds_no_version_is_audited_with_its_sections(published: Call) -> None:
    publish(edited(move_ten_thousand), now=LONG_AGO)

    entry = AuditEntry.objects.filter(act="call.publish").latest("number")
    assert (entry.detail["versions"], entry.detail["changed"]) == ({}, ["money_acts"])


def test_a_version_may_not_reach_back_to_what_was_submitted(firm: Firm, carla: User, elena: User, dario: User) -> None:
    call = publish(read_call(without_last_version(TEXT)), now=LONG_AGO).call
    Desk(call, carla, elena, dario).submit(firm)  # on 2 April 2020, judged by version 2
    before = everything()

    with pytest.raises(PublishedTermsChanged) as refused:
        publish(valid_from("2020-04-02"), now=FIRST_DAY)

    (problem,) = refused.value.problems
    assert problem.startswith("terms[3]: la versione 3 varrebbe dal 02/04/2020, ma ci sono domande presentate fino al")
    assert everything() == before
    assert publish(valid_from("2020-04-03"), now=FIRST_DAY).new_versions == (3,)


def valid_from(day: str) -> CallFile:
    """The real file, its third version in force from another day."""
    return edited(lambda text: text.replace("valid_from = 2020-11-17", f"valid_from = {day}"))


CHANGES: dict[str, tuple[Callable[[str], str], str]] = {
    "an amount": (
        lambda text: text.replace('amount = "5000.00"', 'amount = "5100.00"', 1),
        "la versione 1 è pubblicata",
    ),
    "a version taken away": (without_last_version, "la versione 3 è pubblicata e non si può togliere"),
    "a window": (
        lambda text: text.replace("2020-12-16T12:00:00", "2020-12-17T12:00:00", 1),
        "lo sportello 2 è pubblicato",
    ),
    "a window that would close before": (
        lambda text: text.replace("closes = 2021-02-24T12:00:00", "closes = 2021-02-23T12:00:00"),
        "lo sportello 2 è pubblicato e non si può cambiare: si può solo prorogare",
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_published_does_not_change(published: Call, name: str) -> None:
    change, words = CHANGES[name]
    before = everything()

    with pytest.raises(PublishedTermsChanged, match=words):
        publish(edited(change), now=LONG_AGO.replace(year=2021))

    assert everything() == before


def later_closing(text: str) -> str:
    """The text with a day more for the second desk."""
    return text.replace("closes = 2021-02-24T12:00:00", "closes = 2021-02-25T12:00:00")


def test_a_window_is_extended_until_the_instant_it_closes(published: Call) -> None:
    closes_at = published.windows.get(number=2).closes_at
    rest = "terms[3]"  # the version that says so is published too: at the desk a new one does

    early, late = (
        objections(published, edited(later_closing), now) for now in (closes_at - datetime.resolution, closes_at)
    )

    assert [problem.split(":")[0] for problem in early] == [rest]
    assert [problem.split(":")[0] for problem in late] == [rest, "windows[2]"]
    assert "lo sportello 2 è chiuso dal 24 febbraio 2021" in late[-1]


def test_money_that_was_counted_does_not_change(published: Call) -> None:
    publish(edited(move_ten_thousand), now=LONG_AGO)  # not counted yet: it may still be mended
    publish(read_call(TEXT), now=LONG_AGO)
    funding.apply_money_act(published.money_acts.get(code="REFINANCING_1"), actor=None, now=LONG_AGO)
    before = everything()

    with pytest.raises(PublishedTermsChanged, match="REFINANCING_1: l'atto è già contabilizzato"):
        publish(edited(move_ten_thousand), now=LONG_AGO)

    assert everything() == before


def test_every_difference_is_told_at_once(published: Call) -> None:
    change = "2020-04-02T12:00:00", "2020-04-03T12:00:00"

    with pytest.raises(PublishedTermsChanged) as refused:
        publish(edited(lambda text: without_last_version(text).replace(*change)), now=LONG_AGO)

    places = [problem.split(":")[0] for problem in refused.value.problems]
    assert places == ["terms[1]", "terms[2]", "terms[3]", "windows[1]", "windows[2]"]
