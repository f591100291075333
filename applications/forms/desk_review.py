"""What an officer writes while reviewing: an integration, a notice, a proposal. The domain says what may be asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.rules.integration import Asked, AskKind
from applications.rules.terms import Requirement

LONGEST = 5_000
TOO_LONG = gettext_lazy("Il testo è di %(show_value)d caratteri: al massimo %(limit_value)d.")
QUESTIONS = 3
"""Free questions offered beside those that the checks suggest."""


def text_field(label: Any, help_text: Any = "", *, rows: int = 3, initial: str = "") -> forms.CharField:
    """A text of the officer's, never compulsory by itself."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        initial=initial,
        max_length=LONGEST,
        error_messages={"max_length": TOO_LONG},
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class ReviewForm(forms.Form):
    """A step that asks nothing but to be confirmed."""

    use_required_attribute = False

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="atto_%s")


class NoteForm(ReviewForm):
    """A proposal to admit, with a note for who decides."""

    nota = text_field(
        gettext_lazy("Nota per chi approva (facoltativa)"), gettext_lazy("Resta nell'ufficio: l'impresa non la legge.")
    )


class ReasonsForm(ReviewForm):
    """Reasons chosen among requirements, each with its article, and a note."""

    motivi = forms.MultipleChoiceField(
        label=gettext_lazy("Motivi"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Scegli almeno un motivo tra i requisiti dell'avviso."),
            "invalid_choice": gettext_lazy("Il motivo «%(value)s» non è tra quelli di questa pagina."),
        },
    )
    nota = text_field(gettext_lazy("Nota"))

    def __init__(
        self,
        data: Any,
        reasons: Sequence[Requirement],
        chosen: Sequence[str],
        note: Any,
        help_text: Any,
        text: str = "",
    ) -> None:
        super().__init__(data)
        field = self.fields["motivi"]
        field.choices = [(row.code, f"{row.reason} ({row.article})") for row in reasons]  # type: ignore[attr-defined]
        field.initial = list(chosen)
        self.fields["nota"].label, self.fields["nota"].help_text = note, help_text
        self.fields["nota"].initial = text


@dataclass(frozen=True, slots=True)
class Offered:
    """Something that may be asked, with the words that ask it unless the officer changes them."""

    ask: Asked
    title: str
    now: str = ""


@dataclass(frozen=True, slots=True)
class OfferedRow:
    """A line of the form: choose it, and word it."""

    offered: Offered
    chosen: BoundField
    words: BoundField


class IntegrationForm(ReviewForm):
    """A box and a text for each document and each field that may be asked, and free questions."""

    def __init__(self, data: Any, offered: Sequence[Offered], questions: Sequence[str]) -> None:
        super().__init__(data)
        self.offered = {f"c{number}": each for number, each in enumerate(offered)}
        for name, each in self.offered.items():
            self.fields[name] = forms.BooleanField(label=each.title, required=False)
            words = _("Come lo chiedi: %(title)s") % {"title": each.title}
            self.fields[f"{name}_testo"] = text_field(words, rows=2, initial=each.ask.words)
        self.questions = [f"d{number}" for number in range(len(questions) + QUESTIONS)]
        for number, name in enumerate(self.questions):
            text = questions[number] if number < len(questions) else ""
            self.fields[name] = text_field(_("Domanda %(n)d") % {"n": number + 1}, rows=2, initial=text)

    def rows_of(self, kind: AskKind) -> list[OfferedRow]:
        """The lines of one kind."""
        return [
            OfferedRow(each, self[name], self[f"{name}_testo"])
            for name, each in self.offered.items()
            if each.ask.kind is kind
        ]

    @property
    def documents(self) -> list[OfferedRow]:
        """The documents of the terms."""
        return self.rows_of(AskKind.DOCUMENT)

    @property
    def wizard_fields(self) -> list[OfferedRow]:
        """The fields of the application."""
        return self.rows_of(AskKind.FIELD)

    @property
    def free(self) -> list[BoundField]:
        """The free questions."""
        return [self[name] for name in self.questions]

    def clean(self) -> dict[str, Any]:
        """Something is asked, and each thing in words."""
        asks = self.asks()
        if not asks and not self.errors:
            self.add_error(None, _("Non chiedi nulla: scegli un documento o un dato, oppure scrivi una domanda."))
        for name, each in self.offered.items():
            if self.cleaned_data.get(name) and not self.cleaned_data.get(f"{name}_testo", "x"):
                said = _("Scrivi all'impresa che cosa serve: «%(title)s».") % {"title": each.title}
                self.add_error(f"{name}_testo", said)
        return self.cleaned_data

    def asks(self) -> list[Asked]:
        """What is asked, in the order of the page."""
        data = self.cleaned_data
        chosen = [
            Asked(each.ask.kind, data.get(f"{name}_testo", ""), each.ask.page, each.ask.name)
            for name, each in self.offered.items()
            if data.get(name)
        ]
        return chosen + [Asked.text(data[name]) for name in self.questions if data.get(name)]
