"""A piece of a call written as TOML in a page: what is wrong in it is told with its line, as for a whole file."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vouchers.rules.call_lines import line_of, lines_of
from vouchers.rules.call_problems import Problem
from vouchers.rules.call_shape import Shape, Table, missing, read
from vouchers.rules.call_text import to_toml

SYNTAX_LINE = re.compile(r"at line (\d+)")
LONGEST = 200_000


def piece_text(shape: Shape, path: Sequence[str], value: Any) -> str:
    """A piece of the content as TOML, under its own name."""
    if value in (None, [], {}):
        return ""
    return to_toml(Table({path[-1]: shape}), {path[-1]: value})


class TomlField(forms.CharField):
    """A text in TOML of a known shape; its value is the piece as plain JSON, None when it is blank."""

    def __init__(self, shape: Shape, path: Sequence[str], *, rows: int, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows, "spellcheck": "false", "class": "toml"})
        too_long = {"max_length": _("Il testo è troppo lungo.")}
        super().__init__(required=False, widget=widget, max_length=LONGEST, error_messages=too_long, **options)
        self.shape, self.key = shape, path[-1]

    def clean(self, value: Any) -> Any:
        """The piece. Raises ValidationError with every problem, each with its line."""
        text = super().clean(value)
        if not text.strip():
            return None
        try:
            raw = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            found = SYNTAX_LINE.search(str(error))
            line = found[1] if found else str(len(text.splitlines()))
            raise forms.ValidationError(
                _("riga %(line)s: il testo non è TOML valido, correggi la sintassi."), params={"line": line}
            ) from None
        problems: list[Problem] = []
        whole = Table({self.key: self.shape})
        content = read(whole, raw, "", problems)
        problems += missing(whole, content, "") if isinstance(content, Mapping) else []
        if problems:
            lines = lines_of(text)
            told = [Problem(item.place, item.message, line_of(lines, item.place)) for item in problems]
            raise forms.ValidationError([str(item) for item in told])
        return content.get(self.key)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the text is another one; line ends do not count."""
        return (initial or "").split() != (data or "").split()
