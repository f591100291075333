"""The line of each key of a TOML text, with everything that could lead a scanner astray."""

import tomllib

from vouchers.rules.call_lines import line_of, lines_of

TEXT = '''a = """
b = 1
[x]
"""
c = [
  "[[fake]]", # ] = "
  "k = 2",
]
"quoted.key" = 1
[t.u]
x.y = { z = 1 } # comment [
[[t.r]]
k = '#]'
[[t.r]]
[t.r.sub]
k = 2
'''


def test_only_what_is_written_as_key_or_table_has_a_line():
    tomllib.loads(TEXT)

    assert lines_of(TEXT) == {
        "a": 1, "c": 5, "quoted.key": 9, "t.u": 10, "t.u.x": 11, "t.u.x.y": 11, "t.r[1]": 12, "t.r[1].k": 13,
        "t.r[2]": 14, "t.r[2].sub": 15, "t.r[2].sub.k": 16,
    }  # fmt: skip


def test_what_has_no_line_takes_that_of_what_holds_it():
    lines = lines_of(TEXT)

    assert line_of(lines, "t.r[2].sub.missing.deep") == 15
    assert line_of(lines, "t.u.x.y.z") == 11
    assert line_of(lines, "c[2]") == 5
    assert line_of(lines, "nothing") is None


def test_every_key_of_the_real_call_is_found_on_a_line_that_names_it(call_text):
    rows = call_text.splitlines()
    found = lines_of(call_text)

    assert len(found) > 700
    assert all(place.split(".")[-1].split("[")[0] in rows[line - 1] for place, line in found.items())
