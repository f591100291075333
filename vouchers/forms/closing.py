"""Why a firm gives something up: one of the reasons that the terms list."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class ReasonForm(forms.Form):
    """One reason, none chosen beforehand."""

    use_required_attribute = False

    motivo = forms.ChoiceField(
        label=_("Perché?"),
        help_text=_("Si chiede perché le ragioni delle rinunce, senza nomi, servono a migliorare i prossimi avvisi."),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Scegli il motivo, anche «Altro motivo»."),
            "invalid_choice": _("Scegli uno dei motivi dell'elenco."),
        },
    )

    def __init__(self, reasons: Mapping[str, str], data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.fields["motivo"].choices = list(reasons.items())  # type: ignore[attr-defined]
