"""The keys of the scopes: of a call, of everything, of nothing that exists."""

import re

import pytest

from portal.kernel.scopes import EVERYWHERE, PATTERN, calls_in, of_call


def test_the_key_of_a_call_is_read_back():
    assert of_call(12) == "call:12"
    assert calls_in([of_call(12), EVERYWHERE, of_call(7)]) == {7, 12}


@pytest.mark.parametrize(
    ("text", "good"),
    [("", True), ("call:1", True), ("call:0", False), ("call:", False), ("call:1 ", False), ("avviso:1", False)],
)
def test_what_is_written_as_a_scope(text, good):
    assert bool(re.fullmatch(PATTERN, text)) == good
