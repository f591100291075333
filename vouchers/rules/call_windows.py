"""The desks of a call: local times become instants, and no desk overlaps another."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from applications.rules.payload import bare

Found = tuple[str, str]
EDGES = ("opens", "closes")


def anchored(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload with the edges of its desks written with their offset: 2020-04-02T12:00:00+02:00."""
    windows = [_anchored(window) for window in payload.get("windows") or [] if isinstance(window, Mapping)]
    return {**payload, "windows": windows}


def window_problems(payload: Mapping[str, Any]) -> Iterator[Found]:
    """Times that the clock skips or repeats, inverted desks, overlapping desks: (place, message)."""
    edges: list[tuple[datetime, datetime, int]] = []
    for number, window in enumerate(payload.get("windows") or [], start=1):
        if not isinstance(window, Mapping) or not all(bare(window.get(key)) for key in (*EDGES, "timezone")):
            continue
        zone = ZoneInfo(bare(window["timezone"]))
        opens, closes = (datetime.fromisoformat(bare(window[key])).replace(tzinfo=zone) for key in EDGES)
        for key, instant in zip(EDGES, (opens, closes), strict=True):
            if message := _clock_change(instant):
                yield f"windows[{number}].{key}", message
        if closes <= opens:
            message = f"la chiusura ({closes:%d/%m/%Y %H:%M}) non è dopo l'apertura ({opens:%d/%m/%Y %H:%M})"
            yield f"windows[{number}].closes", message
        edges.append((opens, closes, number))
    for (_, earlier, first), (opens, _, number) in pairwise(sorted(edges)):
        if opens < earlier:
            message = f"lo sportello comincia prima che finisca quello della riga {first} ({earlier:%d/%m/%Y %H:%M})"
            yield f"windows[{number}].opens", message


def _anchored(window: Mapping[str, Any]) -> dict[str, Any]:
    zone = ZoneInfo(bare(window["timezone"]))
    result = dict(window)
    for key in EDGES:
        instant = datetime.fromisoformat(bare(window[key])).replace(tzinfo=zone).isoformat()
        result[key] = {**window[key], "value": instant} if isinstance(window[key], Mapping) else instant
    return result


def _clock_change(instant: datetime) -> str:
    """A sentence when the local time does not exist or happens twice; empty otherwise."""
    if instant.astimezone(UTC).astimezone(instant.tzinfo).replace(tzinfo=None) != instant.replace(tzinfo=None):
        return "quest'ora non esiste: in quel giorno l'orologio passa all'ora legale; scegli un'altra ora"
    if instant.utcoffset() != instant.replace(fold=1).utcoffset():
        return "quest'ora accade due volte: in quel giorno finisce l'ora legale; scegli un'altra ora"
    return ""
