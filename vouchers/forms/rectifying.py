"""The data of one row of an annex, written as they must read."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.forms.fields import EuroField
from portal.kernel.money import ZERO, euro
from vouchers.forms.desk import MOST
from vouchers.rules.rectification import AMOUNT, LONGEST_COR, LONGEST_NAME

LABELS = {"firm": _("Impresa"), "province": _("Provincia"), "cor": _("Codice COR")}
FIELDS = {"firm": "impresa", "province": "provincia", "cor": "cor"}
LONGEST = {"firm": LONGEST_NAME, "province": 2, "cor": LONGEST_COR}


class CorrectionForm(forms.Form):
    """One field for each datum of the row, filled with how it reads, or with what the draft says of it."""

    use_required_attribute = False

    def __init__(self, reading: Mapping[str, str], wanted: Mapping[str, str], data: Any = None) -> None:
        super().__init__(data)
        self.names = {_field(name): name for name in reading}
        for name, before in reading.items():
            make = _amount if name.startswith(AMOUNT) else _words
            self.fields[_field(name)] = make(name, before, wanted[name])

    def wanted(self) -> dict[str, str]:
        """How the row must read."""
        return {name: str(self.cleaned_data[field]) for field, name in self.names.items()}

    def refuse(self, problems: Mapping[str, str]) -> None:
        """Show each problem at its field."""
        for name, text in problems.items():
            self.add_error(_field(name) if name else None, text)


def _field(name: str) -> str:
    return f"azione_{name.removeprefix(AMOUNT)}" if name.startswith(AMOUNT) else FIELDS[name]


def _words(name: str, before: str, wanted: str) -> forms.Field:
    return forms.CharField(
        label=LABELS[name],
        initial=wanted,
        required=bool(before),
        max_length=LONGEST[name],
        help_text=_("Nell'allegato: %(before)s") % {"before": before or "—"},
        widget=forms.TextInput(attrs={"spellcheck": "false"}),
        error_messages={
            "required": _("Scrivi come si deve leggere questo dato."),
            "max_length": _("Al massimo %(limit_value)d caratteri."),
        },
    )


def _amount(name: str, before: str, wanted: str) -> forms.Field:
    return EuroField(
        label=_("Importo dell'Azione %(action)s") % {"action": name.removeprefix(AMOUNT)},
        initial=Decimal(wanted),
        least=ZERO,
        most=MOST,
        help_text=_("Nell'allegato: %(before)s. Può solo scendere.") % {"before": euro(Decimal(before))},
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"required": _("Scrivi l'importo, in cifre.")},
    )
