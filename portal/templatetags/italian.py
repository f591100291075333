"""Amounts, figures, days and instants as Italians write them."""

from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from portal.kernel import money
from portal.kernel.deadlines import rome_day

register = template.Library()

MONTHS = (
    "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno",
    "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre",
)  # fmt: skip


@register.filter
def euro(amount: Decimal | str | int) -> str:
    """10.705.500,00 € (with a no-break space)."""
    return money.euro(Decimal(amount))


@register.filter
def figure(amount: Decimal | str | int) -> str:
    """10.705.500,00, without the currency."""
    return money.figure(Decimal(amount))


@register.filter
def intero(number: int) -> str:
    """A count: 1.001."""
    return f"{number:,}".replace(",", ".")


@register.filter
def giorno(day: date | datetime) -> str:
    """21 ottobre 2021; an instant gives its day in Europe/Rome."""
    local = rome_day(day) if isinstance(day, datetime) else day
    return f"{'1º' if local.day == 1 else local.day} {MONTHS[local.month - 1]} {local.year}"


@register.filter
def ultimo_giorno(due: datetime) -> str:
    """The last useful day of a term that expires at an instant: midnight belongs to the day before."""
    return giorno(due - datetime.resolution)


@register.filter
def istante(instant: datetime | str) -> str:
    """21 ottobre 2021, 12:00 (Europe/Rome); also from the ISO form kept in JSON."""
    moment = parse_datetime(instant) if isinstance(instant, str) else instant
    if moment is None:
        raise ValueError(f"not an instant: {instant}")
    return f"{giorno(moment)}, {timezone.localtime(moment):%H:%M}"
