"""The officer's outcome and note on each requirement, prefilled with what the portal can say by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

from applications.domain.checklist import Found, Outcome
from applications.domain.checks import Check
from applications.forms.desk_review import ReviewForm, text_field
from applications.models import OfficerCheck
from applications.rules.eligibility import Outcome as Automatic

PREFILLED = {Automatic.MET: Outcome.YES, Automatic.NOT_MET: Outcome.NO}


@dataclass(frozen=True, slots=True)
class CheckFields:
    """The two fields of a requirement."""

    outcome: BoundField
    note: BoundField


class ChecksForm(ReviewForm):
    """Yes, no or to be integrated for each requirement that the path asks; those left open are not written."""

    def __init__(self, data: Any, rows: Sequence[Check], known: dict[str, OfficerCheck]) -> None:
        super().__init__(data)
        self.titles = {row.requirement.code: row.requirement.title for row in rows}
        for row in rows:
            code, found = row.requirement.code, known.get(row.requirement.code)
            guess = PREFILLED.get(row.outcome, "")
            self.fields[f"esito_{code}"] = forms.ChoiceField(
                label=_("Esito: %(title)s") % {"title": row.requirement.title},
                required=False,
                choices=Outcome.choices,
                widget=forms.RadioSelect,
                initial=found.outcome if found else guess,
                error_messages={"invalid_choice": _("L'esito «%(value)s» non esiste: sì, no o da integrare.")},
            )
            reason = row.requirement.reason if guess == Outcome.NO else ""
            note = text_field(_("Nota: %(title)s") % {"title": row.requirement.title}, rows=1)
            note.initial = found.note if found else reason
            self.fields[f"nota_{code}"] = note

    def fields_of(self, code: str) -> CheckFields | None:
        """The fields of a requirement; None when the path does not ask it."""
        return CheckFields(self[f"esito_{code}"], self[f"nota_{code}"]) if code in self.titles else None

    def clean(self) -> dict[str, Any]:
        """Every note has its outcome, and what is not met says why."""
        for code, title in self.titles.items():
            outcome, note = self.cleaned_data.get(f"esito_{code}"), self.cleaned_data.get(f"nota_{code}")
            if note and outcome == "":
                said = _("«%(title)s»: hai scritto una nota, scegli l'esito.") % {"title": title}
                self.add_error(f"esito_{code}", said)
            if outcome in (Outcome.NO, Outcome.TO_INTEGRATE) and note == "":
                said = _("«%(title)s»: scrivi perché, servirà per la richiesta o per il preavviso.") % {"title": title}
                self.add_error(f"nota_{code}", said)
        return self.cleaned_data

    def found(self) -> list[Found]:
        """The outcomes chosen."""
        data = self.cleaned_data
        chosen = {code: data[f"esito_{code}"] for code in self.titles}
        return [Found(code, Outcome(outcome), data[f"nota_{code}"]) for code, outcome in chosen.items() if outcome]
