"""Charts as shapes with whole coordinates; templates turn them into SVG, the same for the page and for the paper.

Colours are presentation attributes, which the content security policy of the pages allows; every chart stands
beside the table of its figures and is never the only way to read them. Coordinates are texts, so that no template
writes them with a thousands separator.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

WIDTH = 480
BAR_SPACE = 350
BLUE, DARK, INK = "#0066cc", "#00315c", "#17324d"
TONES = ("#f2f6fa", "#cfe3f7", "#8fc0f0", "#1f6fc2", "#00498f")
"""From nobody to most; the last two carry white letters."""
SERIES = ("#0066cc", "#f0a202", "#5c6f82")
STACK = {
    "committed": "#0066cc",
    "settled": "#004080",
    "paid": "#00203f",
    "reserved": "#8fc0f0",
    "saved": "#f0a202",
    "recovered": "#6b4ba1",
    "available": "#dfe4ea",
}
"""The buckets in the order in which they are drawn."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle."""

    x: str
    y: str
    width: str
    height: str
    fill: str


@dataclass(frozen=True, slots=True)
class Words:
    """A text at a point; `anchor` is start, middle or end."""

    x: str
    y: str
    text: str
    anchor: str = "start"
    fill: str = INK
    bold: bool = False
    small: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing: its name, what it shows in one sentence, and its shapes."""

    key: str
    title: str
    description: str
    height: str
    boxes: tuple[Box, ...]
    words: tuple[Words, ...]
    width: ClassVar[str] = str(WIDTH)
    template: ClassVar[str] = "reporting/blocks/chart.html"


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar to draw: label, length (any unit, the same for all), the words for its value."""

    label: str
    value: Decimal | int
    words: str


def _length(value: Decimal | int, highest: Decimal | int, space: int) -> int:
    """The pixels for a value, at least one for anything above zero."""
    if not value or not highest:
        return 0
    return max(1, int(Decimal(value) * space / Decimal(highest)))


def bars(key: str, title: str, description: str, items: Sequence[Bar]) -> Chart:
    """Horizontal bars, the label above each, the value after it."""
    highest = max((item.value for item in items), default=0)
    boxes, words, y = [], [], 0
    for item in items:
        length = _length(item.value, highest, BAR_SPACE)
        words.append(Words("0", str(y + 15), item.label))
        boxes.append(Box("0", str(y + 22), str(max(length, 1)), "14", BLUE if length else TONES[1]))
        words.append(Words(str(length + 8), str(y + 34), item.words, bold=True))
        y += 48
    return Chart(key, title, description, str(max(y, 1)), tuple(boxes), tuple(words))


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile of the map: its place, its name, its number."""

    column: int
    row: int
    name: str
    value: int
    words: str


def tiles(key: str, title: str, description: str, items: Sequence[Tile]) -> Chart:
    """A tile-grid map: one tile a province, darker where there is more."""
    across, down, gap = 91, 70, 6
    highest = max((item.value for item in items), default=0)
    boxes, words = [], []
    for item in items:
        tone = _tone(item.value, highest)
        ink = "#ffffff" if tone >= 3 else INK
        x, y = item.column * (across + gap), item.row * (down + gap)
        boxes.append(Box(str(x), str(y), str(across), str(down), TONES[tone]))
        words.append(Words(str(x + across // 2), str(y + 26), item.name, "middle", ink))
        words.append(Words(str(x + across // 2), str(y + 52), item.words, "middle", ink, bold=True))
    rows = max((item.row for item in items), default=0) + 1
    return Chart(key, title, description, str(rows * (down + gap)), tuple(boxes), tuple(words))


def _tone(value: int, highest: int) -> int:
    """0 for nobody, then four tones by quarters of the square root: one very large province leaves the others apart."""
    if value <= 0:
        return 0
    steps = [16 * value >= highest * part * part for part in (1, 2, 3)]
    return 1 + sum(steps)


@dataclass(frozen=True, slots=True)
class Stack:
    """A bar cut in parts, in the order of `STACK`."""

    label: str
    words: str
    parts: dict[str, Decimal]


def stacks(key: str, title: str, description: str, items: Sequence[Stack], names: dict[str, str]) -> Chart:
    """Bars on one scale, cut in coloured parts, with a legend of the parts that are there."""
    highest = max((sum(item.parts.values(), Decimal()) for item in items), default=Decimal())
    boxes, words, y = [], [], 0
    for item in items:
        words.append(Words("0", str(y + 15), item.label))
        words.append(Words(str(WIDTH), str(y + 15), item.words, "end", bold=True))
        x = 0
        for part, fill in STACK.items():
            length = _length(item.parts.get(part, Decimal()), highest, WIDTH)
            if length:
                boxes.append(Box(str(x), str(y + 24), str(min(length, WIDTH - x)), "26", fill))
                x += length
        y += 66
    shown = [part for part in STACK if any(item.parts.get(part) for item in items)]
    for place, part in enumerate(shown):
        x, line = (place % 3) * (WIDTH // 3), y + (place // 3) * 24
        boxes.append(Box(str(x), str(line), "14", "14", STACK[part]))
        words.append(Words(str(x + 20), str(line + 12), names[part]))
    y += -(-len(shown) // 3) * 24
    return Chart(key, title, description, str(max(y, 1)), tuple(boxes), tuple(words))


@dataclass(frozen=True, slots=True)
class Group:
    """A point of time with one value for each series."""

    label: str
    values: tuple[int, ...]


def columns(key: str, title: str, description: str, groups: Sequence[Group], series: Sequence[str]) -> Chart:
    """Upright columns, grouped; the highest of each series carries its number."""
    tall, top = 150, 44
    highest = max((value for group in groups for value in group.values), default=0)
    step = WIDTH // max(len(groups), 1)
    thick = max(2, (step - 4) // max(len(series), 1))
    boxes, words = [], []
    for place, name in enumerate(series):
        boxes.append(Box(str(place * 150), "0", "14", "14", SERIES[place]))
        words.append(Words(str(place * 150 + 20), "12", name))
    peaks = [max((group.values[place] for group in groups), default=0) for place in range(len(series))]
    every = -(-len(groups) // 6)
    for number, group in enumerate(groups):
        for place, value in enumerate(group.values):
            length, x = _length(value, highest, tall), number * step + place * thick
            boxes.append(Box(str(x), str(top + tall - length), str(thick - 1), str(length), SERIES[place]))
            if value and value == peaks[place]:
                words.append(Words(str(x), str(top + tall - length - 5), str(value), bold=True))
                peaks[place] = -1
        if number % every == 0:
            words.append(Words(str(number * step), str(top + tall + 18), group.label, small=True))
    boxes.append(Box("0", str(top + tall), str(WIDTH), "1", INK))
    return Chart(key, title, description, str(top + tall + 26), tuple(boxes), tuple(words))
