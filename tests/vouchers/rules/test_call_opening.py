"""How a call opens, in its file: read into the terms, refused in words, and absent from the calls that say nothing."""

from datetime import timedelta

import pytest

from applications.rules.opening import Mode, Opening
from applications.rules.terms import Terms
from tests.applications.opening import text_with
from tests.conftest import ROOT
from vouchers.rules.call_file import CallFileErrors, read_call

CALLS = sorted((ROOT / "vouchers" / "calls").glob("*.toml"))


def test_the_opening_is_read_and_goes_over_to_later_versions():
    file = read_call(text_with(mode="DRAW", room=True, pace=20, minutes=15))

    for version in file.versions:
        assert Terms.from_payload(version.payload).opening == Opening(
            Mode.DRAW, "Avviso, Modalità di presentazione", True, 20, timedelta(minutes=15)
        )


@pytest.mark.parametrize("path", CALLS, ids=lambda path: path.stem)
def test_the_calls_of_today_open_by_arrival_without_a_room(path):
    for version in read_call(path.read_text(encoding="utf-8")).versions:
        assert "opening" not in version.payload
        assert Terms.from_payload(version.payload).opening == Opening()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('mode = "ARRIVAL"', 'mode = "FIRST"'), "scrivi ARRIVAL oppure DRAW"),
        (("admissions_per_second = 1", "admissions_per_second = 0"), "il numero è zero"),
        (("waiting_room = false", 'waiting_room = "no"'), "serve true oppure false"),
        (("place_minutes = 10\n", ""), "manca la voce «place_minutes»"),
        (("place_minutes = 10", "place_minutes = 10\nseats = 3"), "voce sconosciuta"),
    ],
)
def test_what_cannot_be_an_opening_is_said_in_words(change, words):
    with pytest.raises(CallFileErrors) as refused:
        read_call(text_with().replace(*change))

    assert any(words in str(problem) for problem in refused.value.errors)
