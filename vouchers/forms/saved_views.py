"""A name for a view of the queue."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class ViewForm(forms.Form):
    """The name of a view, and whether the office sees it."""

    use_required_attribute = False

    nome = forms.CharField(
        label=_("Nome della vista"),
        max_length=60,
        error_messages={
            "required": _("Scrivi il nome della vista, per esempio «Bergamo oltre il termine»."),
            "max_length": _("Il nome è di %(show_value)d caratteri: al massimo %(limit_value)d."),
        },
    )
    condivisa = forms.BooleanField(label=_("Visibile a tutto l'ufficio"), required=False)

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, auto_id="vista_%s", **options)


class SaveForm(ViewForm):
    """The same, with the filters of the page one was looking at."""

    filtri = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)
