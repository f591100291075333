"""The fields of a call's draft, made from the shape of its file: one kind of field for each kind of value."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.forms.fields import CountField
from applications.rules.payload import bare
from portal.kernel.money import figure
from vouchers.call_phrases import OPTIONS
from vouchers.rules import call_values as values
from vouchers.rules.call_shape import Leaf

LONG = {
    "text", "evidence", "effect", "summary", "subject", "objective", "aid", "reason", "publication", "subtitle",
}  # fmt: skip
LONGEST_TEXT = 20_000
NONE = "-"
"""How an empty list of codes is written, where an empty field would mean that nothing was said."""
YES_NO = [("", "—"), ("true", _("sì")), ("false", _("no"))]
DAYS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"]
MOMENTS = [f"{day} {hour}" for day in DAYS for hour in ("%H:%M", "%H:%M:%S", "%H.%M")] + ["%Y-%m-%dT%H:%M"]


class DecimalTextField(forms.CharField):
    """An amount or a percentage as Italians write it, given back as the file keeps it: 5000.00."""

    def clean(self, value: Any) -> str:
        """The figure with a point and no separators. Raises ValidationError with the sentence."""
        written = super().clean(value).replace("€", "").replace("\u00a0", "").replace(" ", "")
        if not written:
            return ""
        plain = written
        if "," in written or written.count(".") > 1:
            plain = written.replace(".", "").replace(",", ".")
        elif len(written.rpartition(".")[2]) == 3 and "." in written:
            plain = written.replace(".", "")
        if not values.AMOUNT.fullmatch(plain) or plain.startswith("-") or len(plain) > 15:
            raise forms.ValidationError(
                _("«%(value)s» non è un numero: scrivi per esempio 5.000,00."), params={"value": value[:30]}
            )
        return plain


class MomentField(forms.CharField):
    """A day with its hour, by the clock of the place; its time zone is written beside it."""

    def clean(self, value: Any) -> datetime | None:
        """The local time. Raises ValidationError with the sentence."""
        written = " ".join(super().clean(value).replace(",", " ").split())
        for pattern in MOMENTS if written else ():
            with suppress(ValueError):
                return datetime.strptime(written, pattern)  # noqa: DTZ007 - the zone is another field
        if not written:
            return None
        raise forms.ValidationError(_("Scrivi giorno e ora, per esempio 15/01/2027 12:00."))


def field_for(leaf: Leaf, key: str, label: Any, help_text: Any) -> forms.Field:
    """The field of a value; none is required by itself, as a draft may stay incomplete."""
    shown: dict[str, Any] = {"label": label, "help_text": help_text, "required": False}
    if leaf.options:
        choices = [("", "—"), *((code, OPTIONS.get(code, code)) for code in leaf.options)]
        return forms.ChoiceField(choices=choices, error_messages={"invalid_choice": _("Scegli una voce.")}, **shown)
    if leaf.read is values.flag:
        return forms.ChoiceField(choices=YES_NO, error_messages={"invalid_choice": _("Scegli sì o no.")}, **shown)
    if leaf.read in (values.whole, values.positive):
        return CountField(**shown)
    if leaf.read in (values.money, values.number, values.percent):
        too_long = {"max_length": _("Il numero è troppo lungo: controlla le cifre.")}
        widget = _line("decimal", "field--short")
        return DecimalTextField(max_length=30, widget=widget, error_messages=too_long, **shown)
    if leaf.read is values.day:
        wrong = {"invalid": _("Scrivi una data che esiste, per esempio 15/01/2027.")}
        return forms.DateField(input_formats=DAYS, widget=_line("", "field--short"), error_messages=wrong, **shown)
    if leaf.read is values.local_instant:
        return MomentField(max_length=40, widget=_line("", "field--short"), **shown)
    longest = leaf.longest or LONGEST_TEXT
    too_long_text = {"max_length": _("Il testo ha %(show_value)d caratteri: al massimo %(limit_value)d.")}
    look: forms.Widget = forms.TextInput(attrs={"autocomplete": "off"})
    if leaf.read is values.texts or (key in LONG and not leaf.longest):
        look = forms.Textarea(attrs={"rows": 4 if leaf.read is values.texts else 3})
    return forms.CharField(max_length=longest, widget=look, error_messages=too_long_text, **shown)


def typed(leaf: Leaf, node: Any) -> Any:
    """A value of the content as it is typed in its field."""
    value = bare(node)
    if value is None:
        return ""
    if leaf.read is values.flag:
        return "true" if value else "false"
    if isinstance(value, list):
        separator = "\n" if leaf.read is values.texts else ", "
        return separator.join(" ".join(str(item).split()) for item in value) or NONE
    writer = WRITERS.get(leaf.read)
    try:
        return writer(value) if writer else value
    except (ValueError, ArithmeticError):
        return value


WRITERS: dict[values.Read, Callable[[Any], str]] = {
    values.money: lambda value: figure(Decimal(value)),
    values.number: lambda value: str(value).replace(".", ","),
    values.percent: lambda value: str(value).replace(".", ","),
    values.day: lambda value: f"{date.fromisoformat(value):%d/%m/%Y}",
    values.local_instant: lambda value: f"{datetime.fromisoformat(value):%d/%m/%Y %H:%M}",
}


def read_field(leaf: Leaf, cleaned: Any, before: Any) -> Any:
    """The value of the content for what a field gave; None when it is blank.

    A value that does not change keeps its article and its note; one that changes loses the mark of an assumption.
    Raises ValidationError with the sentence of the file's reader.
    """
    raw = _native(leaf, cleaned)
    if raw is None:
        return None
    try:
        value = leaf.read(raw)
    except values.BadValue as bad:
        raise forms.ValidationError(str(bad)) from None
    if before is not None and typed(leaf, before) == typed(leaf, value):
        return before
    if not (isinstance(before, Mapping) and "value" in before):
        return value
    return {**{key: item for key, item in before.items() if key not in ("assumption", "note")}, "value": value}


def _native(leaf: Leaf, cleaned: Any) -> Any:
    if cleaned is None or cleaned == "":
        return None
    if leaf.read is values.flag:
        return cleaned == "true"
    if leaf.read is values.texts:
        return [] if cleaned.strip() == NONE else list(_lines(cleaned))
    if leaf.read is values.codes:
        return [code.strip() for code in cleaned.replace("\n", ",").split(",") if code.strip() not in ("", NONE)]
    return cleaned


def _lines(text: str) -> Iterator[str]:
    return (line.strip() for line in text.splitlines() if line.strip())


def _line(mode: str, look: str) -> forms.TextInput:
    attrs = {"autocomplete": "off", "class": look, **({"inputmode": mode} if mode else {})}
    return forms.TextInput(attrs=attrs)
