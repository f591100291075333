"""For which firm and which call an application is taken as a base."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from applications.models import Call, Firm


class CloneForm(forms.Form):
    """The firm and the call of the new draft."""

    use_required_attribute = False

    impresa = forms.ModelChoiceField(
        Firm.objects.none(),
        label=_("Per quale impresa"),
        help_text=_("Una delle imprese per cui agisci: la stessa, o un'altra."),
        empty_label=_("Scegli"),
        error_messages={"required": _("Scegli l'impresa."), "invalid_choice": _("Scegli un'impresa dell'elenco.")},
    )
    avviso = forms.ModelChoiceField(
        Call.objects.none(),
        label=_("Per quale avviso"),
        help_text=_("Uno degli avvisi con lo sportello aperto o in apertura."),
        empty_label=_("Scegli"),
        error_messages={"required": _("Scegli l'avviso."), "invalid_choice": _("Scegli un avviso dell'elenco.")},
    )

    def __init__(self, firms: QuerySet[Firm], calls: QuerySet[Call], data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        firm, call = self.fields["impresa"], self.fields["avviso"]
        firm.queryset, call.queryset = firms, calls  # type: ignore[attr-defined]
        firm.label_from_instance = lambda one: f"{one.name}, codice fiscale {one.tax_code}"  # type: ignore[attr-defined]
