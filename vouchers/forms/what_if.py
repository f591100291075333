"""What may be supposed of a call: amounts of bands, euro more by line, renunciations, who may overtake, over whom."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.forms.fields import EuroField
from portal.kernel.money import ZERO, euro
from vouchers.domain.what_if import BandChoice, Population
from vouchers.rules.what_if import BandKey, Hypothesis

MOST = Decimal("1e9")
PLAIN = re.compile(r"[0-9 .,€\u00a0]*")
POLICIES = {"": None, "si": True, "no": False}


class SupposedEuro(EuroField):
    """An amount that is supposed; empty for what stays as it is."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": "20"})
        super().__init__(required=False, widget=widget, max_length=20, **options)

    def clean(self, value: Any) -> Decimal | None:
        """The amount. Raises ValidationError with the sentence, the typed text in it."""
        typed = str(value or "").strip()
        try:
            amount = super().clean(typed) if PLAIN.fullmatch(typed) else ZERO
        except forms.ValidationError:
            amount = ZERO
        if amount is not None and not 0 < amount <= MOST:
            raise forms.ValidationError(
                _("%(label)s: «%(value)s» non è un importo. Scrivi euro maggiori di zero, per esempio 12.000,00."),
                params={"label": self.label, "value": typed[:20]},
            )
        return amount


class RateField(forms.CharField):
    """A percentage as Italians write it: 13,6."""

    def clean(self, value: Any) -> Decimal:
        """The percentage, with at most two decimals. Raises ValidationError with the sentence."""
        typed = str(super().clean(value)).replace("%", "").strip()
        if not typed:
            return ZERO
        try:
            rate = Decimal(typed.replace(",", ".")) if re.fullmatch(r"[0-9]{1,2}([.,][0-9]{1,2})?", typed) else None
        except InvalidOperation:
            rate = None
        if rate is None:
            raise forms.ValidationError(
                _("Rinunce: «%(value)s» non è una percentuale. Scrivi un numero da 0 a 99,99, per esempio 13,6."),
                params={"value": typed[:20]},
            )
        return rate


class WhatIfForm(forms.Form):
    """The questions of the page, one field for each band and each line of the call; read from the address."""

    use_required_attribute = False

    rinunce = RateField(
        label=_("Percentuale di rinunce"),
        required=False,
        max_length=20,
        error_messages={"max_length": _("Rinunce: scrivi un numero da 0 a 99,99, per esempio 13,6.")},
        help_text=_("Per esempio 13,6. Vuoto: nessuna rinuncia."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": "20"}),
    )
    scavalco = forms.ChoiceField(
        label=_("Chi è dopo può passare avanti a chi non ci sta"),
        required=False,
        error_messages={"invalid_choice": _("Scavalco: scegli una delle risposte dell'elenco.")},
    )
    su = forms.ChoiceField(
        label=_("Su quali domande"),
        required=False,
        choices=[
            (Population.TO_DECIDE.value, _("Quelle che nessun decreto ha ancora concesso")),
            (Population.WHOLE.value, _("Tutte, come se nulla fosse ancora concesso")),
        ],
        error_messages={"invalid_choice": _("Su quali domande: scegli una delle risposte dell'elenco.")},
    )

    def __init__(
        self, data: Mapping[str, Any] | None, *, bands: Sequence[BandChoice], lines: Sequence[str], overtaking: bool
    ) -> None:
        super().__init__(data)
        self.bands = {band_field(band.key): band for band in bands}
        self.lines = {f"piu-{line}": line for line in lines}
        for name, band in self.bands.items():
            now = " / ".join(euro(amount) for amount in band.amounts)
            label = _("Azione %(action)s, %(band)s") % {"action": band.key[0], "band": band.label}
            self.fields[name] = SupposedEuro(label=label, help_text=_("oggi %(now)s") % {"now": now})
        for name, line in self.lines.items():
            self.fields[name] = SupposedEuro(label=_("Euro in più per l'Azione %(action)s") % {"action": line})
        says = _("sì") if overtaking else _("no")
        self.fields["scavalco"].choices = [  # type: ignore[attr-defined]
            ("", _("Come dice l'avviso (%(says)s)") % {"says": says}), ("no", _("No")), ("si", _("Sì"))
        ]  # fmt: skip
        self.unknown = sorted(set(data or ()) - set(self.fields))[:5]

    @property
    def hypothesis(self) -> Hypothesis:
        """What is supposed; only after validation."""
        given = {name: value for name, value in self.cleaned_data.items() if value}
        bands: dict[BandKey, Decimal] = {band.key: given[name] for name, band in self.bands.items() if name in given}
        added = {line: given[name] for name, line in self.lines.items() if name in given}
        return Hypothesis(bands, added, self.cleaned_data["rinunce"], POLICIES[self.cleaned_data["scavalco"]])

    @property
    def population(self) -> Population:
        """Over whom; only after validation."""
        return Population(self.cleaned_data["su"] or Population.TO_DECIDE)

    @property
    def supposed(self) -> list[tuple[str, str]]:
        """Names and values of an address that asks the same: what was left empty is not in it."""
        return [(name, str(self.data[name]).strip()) for name in self.fields if str(self.data.get(name) or "").strip()]

    @property
    def band_fields(self) -> list[forms.BoundField]:
        """The questions about bands, as the page shows them."""
        return [self[name] for name in self.bands]

    @property
    def line_fields(self) -> list[forms.BoundField]:
        """The questions about money, as the page shows them."""
        return [self[name] for name in self.lines]


def band_field(key: BandKey) -> str:
    """The name of a band's field: fascia-A-21-30, fascia-A-31-oltre."""
    action, minimum, maximum = key
    return f"fascia-{action}-{minimum}-{'oltre' if maximum is None else maximum}"
