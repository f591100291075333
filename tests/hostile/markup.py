"""What a page would run or load that none of our templates writes."""

from html.parser import HTMLParser

FOREIGN = frozenset({"iframe", "object", "embed", "base", "frame", "applet", "marquee"})
LINKS = frozenset({"href", "src", "action", "formaction", "srcdoc", "data", "xlink:href"})
SCHEMES = ("javascript:", "vbscript:", "data:text")


class Live(HTMLParser):
    """Collects what a text has turned into: elements and attributes that only a payload brings."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element: foreign, an inline script, a handler, an address that runs."""
        named = dict(attrs)
        self.script = tag == "script" and "src" not in named and named.get("type") != "application/json"
        if tag in FOREIGN or "xss" in tag or (tag == "meta" and "http-equiv" in named):
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            runs = name in LINKS and (value or "").strip().lower().startswith(SCHEMES)
            if name.startswith("on") or "xss" in name or runs or name == "srcdoc":
                self.found.append(f"<{tag} {name}>")

    def handle_data(self, data: str) -> None:
        """The text of a script written in the page."""
        if self.script and data.strip():
            self.found.append(f"<script>{data[:40]}")
            self.script = False


def live_in(page: str) -> list[str]:
    """What runs in a page that should not; empty when every text is only text."""
    parser = Live()
    parser.feed(page)
    parser.close()
    return parser.found
