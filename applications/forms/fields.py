"""The kinds of field the wizard asks, each with its own sentences."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import ValidationError as BadNumber
from stdnum.it import codicefiscale, iva

from portal.kernel.money import CENT, cents, figure, read_euro

Words = str | Promise


def text(
    label: Words, help_text: Words, missing: Words, *, longest: int = 200, required: bool = True
) -> forms.CharField:
    """A line of text."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=longest,
        error_messages={
            "required": missing,
            "max_length": _("Il testo è di %(show_value)d caratteri: al massimo %(limit_value)d."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def prose(label: Words, help_text: Words, missing: Words) -> forms.CharField:
    """A paragraph of text."""
    field = text(label, help_text, missing, longest=2000)
    field.widget = forms.Textarea(attrs={"rows": "3"})
    return field


class CountField(forms.CharField):
    """A number of people, days or months, written with digits."""

    def __init__(self, *, most: int = 999_999, **options: Any) -> None:
        said = {"max_length": _("Il numero è troppo grande: controlla le cifre."), **options.pop("error_messages", {})}
        options["error_messages"] = said
        super().__init__(
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}), max_length=20, **options
        )
        self.most = most

    def clean(self, value: Any) -> int | None:
        """The number. Raises ValidationError with the sentence."""
        written = super().clean(value)
        if not written:
            return None
        if not (written.isascii() and written.isdecimal()):
            raise forms.ValidationError(
                _("%(label)s: «%(value)s» non è un numero intero, scrivi solo cifre, per esempio 12."),
                params={"label": self.label, "value": written[:20]},
            )
        if int(written) > self.most:
            raise forms.ValidationError(
                _("%(label)s: il numero è troppo grande, controlla le cifre."), params={"label": self.label}
            )
        return int(written)


def count(label: Words, help_text: Words, missing: Words, *, most: int = 999_999, required: bool = True) -> CountField:
    """A whole number."""
    return CountField(
        label=label, help_text=help_text, required=required, most=most, error_messages={"required": missing}
    )


def day(label: Words, help_text: Words, missing: Words, *, required: bool = True) -> forms.DateField:
    """A day, typed."""
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        input_formats=["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"],
        error_messages={"required": missing, "invalid": _("Scrivi una data che esiste, per esempio 7/1/2026.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "field--short"}),
    )


class EuroField(forms.CharField):
    """An amount as Italians write it: 1.250,00; «10.000» is ten thousand. From `least` to below `most` euro."""

    def __init__(self, *, least: Decimal = CENT, most: Decimal = Decimal("1e12"), **options: Any) -> None:
        super().__init__(**options)
        self.least, self.most = least, most

    def prepare_value(self, value: Any) -> Any:
        """An amount is shown as it may be typed."""
        return figure(value) if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Decimal | None:
        """The amount. Raises ValidationError with the sentence."""
        written = super().clean(value)
        if not written.strip():
            return None
        amount = read_euro(written)
        if amount is not None and amount < 0:
            raise forms.ValidationError(_("L'importo non può essere negativo: scrivi un importo maggiore di zero."))
        if amount is None or amount < self.least:
            above = _("Scrivi un importo maggiore di zero, per esempio 1.250,00.")
            raise forms.ValidationError(above if self.least else _("Scrivi un importo in cifre, per esempio 1.250,00."))
        if amount >= self.most:
            raise forms.ValidationError(_("L'importo è troppo grande: controlla le cifre."))
        if amount != cents(amount):
            raise forms.ValidationError(_("Al massimo due decimali, per esempio 1.250,00."))
        return cents(amount)


class TaxCodeField(forms.CharField):
    """A codice fiscale: 11 digits of a firm or 16 characters of a person, with its check character."""

    def clean(self, value: Any) -> str:
        """The code in capitals. Raises ValidationError with the sentence."""
        written = "".join(super().clean(value).split()).upper()
        if not written:
            return ""
        try:
            if len(written) == 11:
                return str(iva.validate(written))
            return str(codicefiscale.validate(written))
        except BadNumber:
            raise forms.ValidationError(
                _("Il codice fiscale «%(value)s» non è valido: controlla le cifre, l'ultima è di controllo."),
                params={"value": written[:20]},
            ) from None


WIDTHS: dict[type[forms.CharField], str] = {TaxCodeField: "field--code"}
"""How wide a field of its own kind is, when it is not short: what is typed is seen whole."""


def short(
    field_class: type[forms.CharField], label: Words, help_text: Words, missing: Words, *, required: bool = True
) -> forms.CharField:
    """A short code or amount of its own kind."""
    return field_class(
        label=label,
        help_text=help_text,
        required=required,
        max_length=40,
        error_messages={"required": missing, "max_length": _("Il testo è troppo lungo.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": WIDTHS.get(field_class, "field--short")}),
    )


def radio(label: Words, choices: list[tuple[str, Words]], missing: Words, help_text: Words = "") -> forms.ChoiceField:
    """One answer among few."""
    return forms.ChoiceField(
        label=label,
        help_text=help_text,
        choices=choices,
        widget=forms.RadioSelect,
        error_messages={"required": missing, "invalid_choice": _("Scegli una delle risposte.")},
    )


def written(day_: date) -> str:
    """A day as it is typed."""
    return f"{day_:%d/%m/%Y}"
