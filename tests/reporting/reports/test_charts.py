"""Charts: lengths follow values, nothing leaves the drawing, dark tiles carry white letters."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from reporting.reports import charts

BUCKETS = dict.fromkeys(charts.STACK, "nome")


def test_a_bar_is_as_long_as_its_value():
    chart = charts.bars("b", "t", "d", [charts.Bar("uno", 10, "10"), charts.Bar("due", 5, "5")])

    assert [int(box.width) for box in chart.boxes] == [charts.BAR_SPACE, charts.BAR_SPACE // 2]


def test_something_is_never_drawn_as_nothing():
    chart = charts.bars("b", "t", "d", [charts.Bar("molto", 10**6, ""), charts.Bar("poco", 1, "1")])

    assert int(chart.boxes[1].width) == 1


def test_the_darkest_tile_is_where_most_are():
    items = [charts.Tile(0, 0, "MI", 300, "300"), charts.Tile(1, 0, "SO", 4, "4"), charts.Tile(2, 0, "LO", 0, "0")]
    chart = charts.tiles("m", "t", "d", items)

    assert [box.fill for box in chart.boxes] == [charts.TONES[4], charts.TONES[1], charts.TONES[0]]
    assert [word.fill for word in chart.words][:2] == ["#ffffff", "#ffffff"]


@given(st.lists(st.lists(st.integers(0, 10**7), min_size=7, max_size=7), min_size=1, max_size=3))
def test_a_stack_never_leaves_its_drawing(rows):
    stacks = [
        charts.Stack("A", "", dict(zip(charts.STACK, (Decimal(value) for value in row), strict=True))) for row in rows
    ]
    chart = charts.stacks("s", "t", "d", stacks, BUCKETS)

    for box in chart.boxes:
        assert int(box.x) + int(box.width) <= charts.WIDTH


def test_every_month_has_its_columns():
    groups = [charts.Group(f"mese {number}", (number, 2 * number)) for number in range(19)]
    chart = charts.columns("c", "t", "d", groups, ("Presentate", "Concesse"))

    assert len(chart.boxes) == 2 + 19 * 2 + 1
    assert max(int(box.x) + int(box.width) for box in chart.boxes) <= charts.WIDTH


def test_nothing_to_draw_is_no_error():
    assert charts.columns("c", "t", "d", [], ("Presentate",)).height
    assert charts.bars("b", "t", "d", []).height == "1"
