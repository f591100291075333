"""The form that asks for a report."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.models import Call
from reporting.reports import REPORTS
from reporting.rules.formats import FORMATS
from reporting.rules.periods import BadAsOf, parse_as_of


class RunForm(forms.Form):
    """Which report, of which call, at which date, in which form."""

    avviso = forms.ModelChoiceField(
        Call.objects.order_by("-pk"),
        to_field_name="slug",
        label=_("Avviso"),
        empty_label=None,
        error_messages={"required": _("Scegliere un avviso."), "invalid_choice": _("L'avviso scelto non esiste.")},
    )
    rapporto = forms.ChoiceField(
        label=_("Rapporto"), choices=[(key, report.name) for key, report in REPORTS.items()], widget=forms.HiddenInput
    )
    dati_al = forms.CharField(
        label=_("Dati al"),
        help_text=_("Il giorno è compreso per intero. Per esempio 21/10/2021."),
        max_length=40,
        error_messages={"required": _("Scrivere il giorno a cui si riferiscono i dati, per esempio 21/10/2021.")},
    )
    formato = forms.ChoiceField(
        label=_("Formato"),
        choices=FORMATS,
        error_messages={"required": _("Scegliere un formato."), "invalid_choice": _("Il formato scelto non c'è.")},
    )

    def clean_dati_al(self) -> datetime:
        """The instant meant by what was typed."""
        try:
            return parse_as_of(self.cleaned_data["dati_al"], timezone.now())
        except BadAsOf as error:
            raise forms.ValidationError(str(error)) from None

    def asked(self) -> dict[str, Any]:
        """The arguments of `runs.request_run`."""
        data = self.cleaned_data
        return {
            "report": data["rapporto"],
            "call": data["avviso"],
            "as_of": data["dati_al"],
            "format": data["formato"],
        }
