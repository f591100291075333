"""Page 2: what the firm declares of itself, one line for each requirement that only it can confirm."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.forms.step import Situation, StepForm
from applications.rules.eligibility import DECLARED


class RequirementsForm(StepForm):
    """The requirements of the path that the firm confirms, and the declarations of that path alone."""

    keys = ("declared",)
    whys = {
        "confermo": gettext_lazy(
            "Sono i requisiti dell'avviso che solo l'impresa può confermare: l'ufficio li controlla dopo."
        )
    }

    def __init__(self, situation: Situation, typed: Any = None, **shown: Any) -> None:
        super().__init__(situation, typed, **shown)
        terms, path = situation.terms, situation.answers.get("path", situation.terms.paths[0].code)
        self.lines = {
            row.code: f"{row.text} ({row.article})" for row in terms.requirements_for(path) if row.code in DECLARED
        } | {row.code: f"{row.text} ({row.article})" for row in terms.declarations_for(path) if row.only_paths}
        self.fields["confermo"] = forms.MultipleChoiceField(
            label=_("Confermo che"),
            help_text=_("Servono tutte: senza una di queste la domanda non è ammissibile."),
            choices=list(self.lines.items()),
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "required": _("Leggi le dichiarazioni e conferma quelle vere."),
                "invalid_choice": _("La dichiarazione «%(value)s» non è più richiesta: rileggi l'elenco."),
            },
        )

    def clean_confermo(self) -> list[str]:
        """Every line is confirmed; those that are not are named."""
        chosen: list[str] = self.cleaned_data["confermo"]
        missing = [line for code, line in self.lines.items() if code not in chosen]
        if missing:
            raise forms.ValidationError([_("Manca la conferma: «%(line)s»") % {"line": line} for line in missing])
        return chosen

    def answers(self) -> dict[str, Any]:
        """The yes/no answers by code; the commitment to open a site is a declaration too."""
        declared = dict.fromkeys(self.cleaned_data["confermo"], True)
        return {"declared": declared | {"SITE_TO_OPEN": bool(self.situation.answers.get("site_to_open"))}}
