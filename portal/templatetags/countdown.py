"""How long before an instant, in words; `static/js/countdown.js` goes on counting with the same ones."""

from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()


def left(now: datetime, until: datetime) -> str:
    """The time that really passes between two instants: on the days of the clock change 24 hours may be 23 or 25."""
    seconds = int(until.timestamp() - now.timestamp())
    if seconds <= 0:
        return _("Il tempo è scaduto.")
    hours, minutes = seconds // 3600, seconds // 60
    if hours >= 48:
        return _("Mancano %(words)s.") % {"words": _days(hours // 24)}
    words = [_hours(hours)] if hours else []
    if minutes % 60 or (not hours and minutes):
        words.append(ngettext("%(n)d minuto", "%(n)d minuti", minutes % 60) % {"n": minutes % 60})
    if not hours and minutes < 10:
        words.append(ngettext("%(n)d secondo", "%(n)d secondi", seconds % 60) % {"n": seconds % 60})
    said = _(" e ").join(words)
    alone = len(words) == 1 and (hours or minutes or seconds) == 1
    return (_("Manca %(words)s.") if alone else _("Mancano %(words)s.")) % {"words": said}


def _days(n: int) -> str:
    return ngettext("%(n)d giorno", "%(n)d giorni", n) % {"n": n}


def _hours(n: int) -> str:
    return ngettext("%(n)d ora", "%(n)d ore", n) % {"n": n}


@register.inclusion_tag("components/countdown.html")
def countdown(until: datetime, closes: bool = True) -> dict[str, Any]:
    """The closing (or opening) of a desk, its date in Italian time, and how long is left by the server's clock."""
    now = timezone.now()
    return {"until": until, "now": now, "left": left(now, until), "closes": closes}
