"""A form as a browser without scripts would send it back: every field with what the page says, changed by hand."""

from html.parser import HTMLParser
from typing import Any


class _Fields(HTMLParser):
    """The fields of the forms of a page that have a name, with their values."""

    def __init__(self, wanted: str) -> None:
        super().__init__()
        self.wanted, self.inside = wanted, False
        self.values: dict[str, list[str]] = {}
        self.area = self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = self.wanted in given.get("class", "").split()
        if not self.inside:
            return
        name = given.get("name", "")
        if tag == "input" and name and given.get("type") not in ("submit", "checkbox", "radio", "file"):
            self.values.setdefault(name, []).append(given.get("value", ""))
        elif tag == "input" and "checked" in given:
            self.values.setdefault(name, []).append(given.get("value", "on"))
        elif tag == "textarea":
            self.area = name
            self.values[name] = [""]
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in given:
            self.values[self.select] = [given.get("value", "")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "textarea" and self.area:
            self.values[self.area] = [self.values[self.area][0].removeprefix("\n").removeprefix("\r\n")]
            self.area = ""
        elif tag == "select":
            self.select = ""

    def handle_data(self, data: str) -> None:
        if self.area and self.inside:
            self.values[self.area][0] += data


def written(page: str, wanted: str = "call-part") -> dict[str, Any]:
    """What the form of a class would send, by name."""
    reader = _Fields(wanted)
    reader.feed(page)
    return {name: values[0] if len(values) == 1 else values for name, values in reader.values.items()}
