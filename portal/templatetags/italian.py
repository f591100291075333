"""Amounts, figures, days and instants as Italians write them."""

from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from portal.kernel import devices, money
from portal.kernel.days import MONTHS, after
from portal.kernel.deadlines import rome_day

register = template.Library()


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
def giorno(day: date | datetime, article: str = "") -> str:
    """21 ottobre 2021; an instant gives its day in Europe/Rome.

    With an article, as in the filters below, «il 21 ottobre 2021» and «l'8 ottobre 2021».
    """
    local = rome_day(day) if isinstance(day, datetime) else day
    return after(article, f"{'1º' if local.day == 1 else local.day} {MONTHS[local.month - 1]} {local.year}")


@register.filter
def ultimo_giorno(due: datetime, article: str = "") -> str:
    """The last useful day of a term that expires at an instant: midnight belongs to the day before."""
    return giorno(due - datetime.resolution, article)


@register.filter
def istante(instant: datetime | str, article: str = "") -> str:
    """21 ottobre 2021, 12:00 (Europe/Rome); also from the ISO form kept in JSON."""
    moment = parse_datetime(instant) if isinstance(instant, str) else instant
    if moment is None:
        raise ValueError(f"not an instant: {instant}")
    return f"{giorno(moment, article)}, {timezone.localtime(moment):%H:%M}"


@register.filter
def istante_preciso(instant: datetime, article: str = "") -> str:
    """21 ottobre 2021, 12:00:05 (Europe/Rome)."""
    return f"{giorno(instant, article)}, {timezone.localtime(instant):%H:%M:%S}"


@register.filter
def attesa(seconds: int) -> str:
    """A countdown: 04:05:06, or 2 giorni, 04:05:06."""
    days, rest = divmod(seconds, 86_400)
    clock = f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    return f"{days} {'giorno' if days == 1 else 'giorni'}, {clock}" if days else clock


@register.filter
def dispositivo(user_agent: str) -> str:
    """Firefox su Windows."""
    return devices.device(user_agent)


@register.filter
def con(words: str, article: str) -> str:
    """A day already in words after its article: «al 21 ottobre 2021», «all'8 ottobre 2021»."""
    return after(article, words)
