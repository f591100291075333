"""The estimate: how many employees, which actions."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.rules.terms import Action

FIELDS = {"headcount": "dipendenti", "actions": "azioni"}
"""The domain's names of the answers, and the names under which they are typed."""
EMPTY: dict[str, Any] = {"headcount": "", "actions": []}


def describe(action: Action) -> str:
    """An action with its parts: Azione A: consulenza personalizzata, formazione, progetto pilota."""
    parts = ", ".join(part.title.lower() for part in action.parts)
    return f"{action.title}: {parts}" if parts else action.title


class EstimateForm(forms.Form):
    """Takes the answers as they are typed: what is wrong with them is said by the domain."""

    use_required_attribute = False

    dipendenti = forms.CharField(
        label=_("Dipendenti nelle sedi lombarde"),
        help_text=_("Tutte le persone con contratto di lavoro, non solo quelle del progetto pilota. Per esempio 25."),
        error_messages={"required": _("Scrivi quanti sono i dipendenti, per esempio 25.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": "20"}),
    )
    azioni = forms.MultipleChoiceField(
        label=_("Che cosa chiedi"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("L'azione «%(value)s» non è tra quelle dell'avviso.")},
    )

    def __init__(self, actions: Sequence[Action], data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"azioni": [action.code for action in actions if action.compulsory]})
        self.fields["azioni"].choices = [(action.code, describe(action)) for action in actions]  # type: ignore[attr-defined]

    @property
    def declared(self) -> dict[str, Any]:
        """The answers under the domain's names; only after validation."""
        return {name: self.cleaned_data.get(typed) or EMPTY[name] for name, typed in FIELDS.items()}

    def refuse(self, messages: Mapping[str, str]) -> None:
        """Put the domain's sentences beside the fields they speak of, unless the form has said it already."""
        for name, sentence in messages.items():
            if FIELDS[name] not in self.errors:
                self.add_error(FIELDS[name], sentence)
