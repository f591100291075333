"""The firm's answer to the office: only what was asked, each field as the wizard has it."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.fields import Field
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.domain.attachments import Sent
from applications.domain.calls import typed_terms
from applications.forms.attachments import FilesField, FilesInput, one_by_one
from applications.forms.step import Situation, StepForm, Typed
from applications.models import Application
from applications.rules.integration import LONGEST, Asked, AskKind, FieldGiven, Given, TextGiven
from applications.rules.plan import PilotTerms
from applications.rules.terms import RequiredDocument

CHOSEN = gettext_lazy("I file non sono arrivati: sceglili di nuovo e premi «Carica».")
MANY = gettext_lazy("Carica al massimo 20 file per volta.")


@dataclass(frozen=True, slots=True)
class Presented:
    """The pages of the application as it was presented: their forms, what they know, what was typed in them."""

    forms: Mapping[str, type[StepForm]]
    situation: Situation
    typed: Mapping[str, Any]

    def values(self, page: str) -> dict[str, Any]:
        """What was typed in a page."""
        return dict(self.typed.get(page, {}).get("values", {}))

    def field(self, ask: Asked) -> Field | None:
        """The wizard's own field; None when the page no longer has it."""
        if ask.kind is not AskKind.FIELD or ask.page not in self.forms:
            return None
        return self.forms[ask.page](self.situation, self.values(ask.page)).fields.get(ask.name)


def as_presented(item: Application, situation: Situation) -> Situation:
    """The same situation under the terms by which the application is judged."""
    if item.terms is None:
        return situation
    return replace(situation, terms=typed_terms(item.terms), pilot=PilotTerms.from_payload(item.terms.payload))


class AnswerForm(forms.Form):
    """A field for each thing asked (`r0`, `r1`, ... in its order) and files for each document asked.

    A `quiet` form shows what was typed without judging it.
    """

    use_required_attribute = False

    def __init__(
        self,
        asks: Sequence[Asked],
        documents: Sequence[RequiredDocument],
        presented: Presented,
        typed: Typed,
        files: Any = None,
        *,
        quiet: bool = False,
    ) -> None:
        self.asks, self.presented = asks, presented
        self.wizard_fields = {n: field for n, ask in enumerate(asks) if (field := presented.field(ask)) is not None}
        self.before = {f"r{n}": presented.values(ask.page).get(ask.name, "") for n, ask in enumerate(asks) if ask.page}
        shown = self.before | dict(typed)
        listed = MultiValueDict({name: value if isinstance(value, list) else [value] for name, value in shown.items()})
        super().__init__(None if quiet else listed, None if quiet else files, initial=shown)
        for number, ask in enumerate(asks):
            if ask.kind is not AskKind.DOCUMENT:
                self.fields[f"r{number}"] = self._wizards(number) or question(ask)
        for document in documents:
            self.fields[f"file_{document.code}"] = FilesField(
                label=_("Scegli uno o più file: %(title)s") % {"title": document.title},
                required=False,
                allow_empty_file=True,
                widget=FilesInput(attrs={"multiple": True}),
                error_messages={"invalid": CHOSEN, "many": MANY},
            )
        for field in self.fields.values():
            field.in_row = True  # type: ignore[attr-defined]  # asked by name: never called optional

    def _wizards(self, number: int) -> Field | None:
        field = deepcopy(self.wizard_fields.get(number))
        if field is not None:
            field.required = False
        return field

    def typed_from(self, data: Any) -> dict[str, Any]:
        """What was typed, as it was typed, for what was asked only."""
        return {
            name: data.getlist(name)[:50]
            if isinstance(field, forms.MultipleChoiceField)
            else data.get(name, "")[:20_000]
            for name, field in self.fields.items()
            if name in data and not isinstance(field, FilesField)
        }

    def clean(self) -> dict[str, Any]:
        """Every page that has a field asked is still right, as far as that field goes."""
        for page in {self.asks[number].page for number in self.wizard_fields}:
            mine = {self.asks[n].name: f"r{n}" for n in self.wizard_fields if self.asks[n].page == page}
            values = self.presented.values(page) | {name: self._raw(full) for name, full in mine.items()}
            for name, sentences in self.presented.forms[page](self.presented.situation, values).errors.items():
                if name in mine and mine[name] not in self.errors:
                    self.add_error(mine[name], list(sentences))
        return self.cleaned_data

    def chosen(self, code: str) -> Sequence[UploadedFile]:
        """The files chosen for a document."""
        return self.cleaned_data.get(f"file_{code}") or ()

    def sent(self, code: str) -> Iterator[Sent]:
        """The same as the domain takes them."""
        return one_by_one(self.chosen(code))

    def given(self) -> Given:
        """The answer, each field before and after in words."""
        return Given(
            fields=tuple(
                FieldGiven(
                    asked=number,
                    label=str(field.label),
                    before=in_words(field, self.before.get(f"r{number}", "")),
                    after=in_words(field, self._raw(f"r{number}")),
                    value=self._raw(f"r{number}"),
                )
                for number, field in self.wizard_fields.items()
            ),
            texts=tuple(
                TextGiven(number, ask.words, str(self._raw(f"r{number}")).strip())
                for number, ask in enumerate(self.asks)
                if ask.kind is not AskKind.DOCUMENT and number not in self.wizard_fields
            ),
        )

    def _raw(self, name: str) -> Any:
        several = isinstance(self.fields[name], forms.MultipleChoiceField)
        listed: Any = self.data
        return listed.getlist(name) if several else listed.get(name, "")


def question(ask: Asked) -> Field:
    """An answer in words."""
    return forms.CharField(
        label=ask.words,
        required=False,
        max_length=LONGEST,
        error_messages={"max_length": _("Il testo è di %(show_value)d caratteri: al massimo %(limit_value)d.")},
        widget=forms.Textarea(attrs={"rows": "5"}),
    )


def in_words(field: Field, value: Any) -> str:
    """A value as people read it: the words of a choice, not its code."""
    choices = {str(code): str(words) for code, words in getattr(field, "choices", ())}
    return "; ".join(choices.get(str(one), str(one)) for one in (value if isinstance(value, list) else [value]) if one)
