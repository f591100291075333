"""Rows done one by one: the bad one is told at the end, those behind it have had their turn."""

import logging

import pytest
from django.utils import timezone

from portal.models import Sequence
from portal.services.sweep import SweepFailed, sweep


class First(ValueError):
    """Somebody else was first."""


@pytest.fixture
def rows(db) -> list[Sequence]:
    return [Sequence.objects.create(series=name, year=timezone.now().year) for name in "abcd"]


def test_all_are_done_in_order(rows):
    seen: list[str] = []

    assert sweep(rows, lambda row: seen.append(row.series)) == 4
    assert seen == list("abcd")


def test_a_bad_one_does_not_stop_those_behind_it_and_is_told_at_the_end(rows, caplog):
    seen: list[str] = []

    def do(row: Sequence) -> None:
        seen.append(row.series)
        if row.series in "ac":
            raise RuntimeError(f"guasta {row.series}")

    with pytest.raises(SweepFailed, match=r"^2 non riusciti, 2 riusciti") as told:
        sweep(rows, do)

    assert seen == list("abcd")
    assert (told.value.failed, told.value.done) == (2, 2)
    failures = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [str(record.exc_info[1]) for record in failures] == ["guasta a", "guasta c"]


def test_what_somebody_else_did_first_is_neither_done_nor_bad(rows):
    def do(row: Sequence) -> None:
        if row.series == "b":
            raise First("già fatto")

    assert sweep(rows, do, left=(First,)) == 3
    with pytest.raises(SweepFailed):
        sweep(rows, do)
