"""The text of a decree: one field for each section, blocks apart by an empty line."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vouchers.rules.decree_texts import SECTIONS

APART = re.compile(r"\n[ \t]*\n")
LONGEST = 100_000


class DecreeTextForm(forms.Form):
    """Every section as it is now; `visto` tells which text was read."""

    use_required_attribute = False

    visto = forms.CharField(
        widget=forms.HiddenInput,
        error_messages={"required": _("La pagina era incompleta: ricaricala e salva di nuovo.")},
    )

    def __init__(self, data: Any = None, *, blocks: Mapping[str, Sequence[str]], seen: str) -> None:
        super().__init__(data, initial={"visto": seen})
        for name, title in SECTIONS.items():
            self.fields[name] = forms.CharField(
                label=title,
                required=False,
                max_length=LONGEST,
                initial="\n\n".join(blocks[name]),
                help_text=""
                if name == "subject"
                else _("Un blocco per ogni punto, con una riga vuota tra l'uno e l'altro."),
                widget=forms.Textarea(attrs={"rows": min(24, 1 + sum(2 + len(one) // 90 for one in blocks[name]))}),
                error_messages={"max_length": _("Il testo è troppo lungo.")},
            )

    def blocks(self) -> dict[str, list[str]]:
        """The blocks of each section as they were typed."""
        return {name: APART.split(self.cleaned_data[name].replace("\r\n", "\n")) for name in SECTIONS}

    def refuse(self, problems: Mapping[str, str]) -> None:
        """Show each problem at its section."""
        for name, text in problems.items():
            self.add_error(name, text)
