"""What a request wrote, row by row, told so that two runs of the same request compare equal."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

from tests.access.state import OURS

TRACES = {"usersessions.usersession"}
REGISTERS = {"portal.auditentry", "portal.mail", "portal.promise", "portal.document"}
"""They speak of rows by their number, which every run draws anew."""
DRAWN = (
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d[^\"' ]*"), "an instant"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}"), "a key"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "a fingerprint"),
    (re.compile(r"^md5\$.*"), "a password"),
)

Rows = dict[tuple[str, Any], dict[str, Any]]


def everything() -> Rows:
    """Every row of ours."""
    found: Rows = {}
    for model in apps.get_models():
        if model._meta.app_label in OURS and model._meta.label_lower not in TRACES:
            key = model._meta.pk.attname  # type: ignore[union-attr]
            found |= {(model._meta.label_lower, row[key]): row for row in model._base_manager.values()}
    return found


def written(before: Rows, after: Rows) -> list[str]:
    """The rows that were added, changed or taken away, each as a line."""
    added = after.keys() - before.keys()
    lines = [f"- {label} {key}" for label, key in before.keys() - after.keys()]
    for label, key in after:
        old, new = before.get((label, key)), after[label, key]
        if old != new:
            told = {name: value for name, value in new.items() if old is None or old[name] != value}
            words = {name: plain(label, name, value, added) for name, value in sorted(told.items())}
            lines.append(f"{'+' if old is None else '~'} {label} {'' if old is None else key} {words}")
    return sorted(lines)


def plain(label: str, name: str, value: Any, added: set[tuple[str, Any]]) -> str:
    """A value without what every run draws anew: numbers of new rows, instants, keys, fingerprints."""
    field = apps.get_model(label)._meta.get_field(name)
    points_to = field.related_model._meta.label_lower if isinstance(field, models.ForeignKey) else label
    if (field.primary_key or isinstance(field, models.ForeignKey)) and (points_to, value) in added:
        return "a new row"
    if isinstance(value, datetime):
        return "now" if abs(timezone.now() - value) < timedelta(minutes=10) else f"{value:%Y-%m-%d}"
    text = str(value)
    for pattern, word in DRAWN:
        text = pattern.sub(word, text)
    return re.sub(r"\d+", "#", text) if label in REGISTERS or name in ("receipt_code", "key") else text


def effect(request: Callable[[], object]) -> list[str]:
    """What a request writes; then it is undone."""
    with transaction.atomic():
        before = everything()
        request()
        lines = written(before, everything())
        transaction.set_rollback(True)
    return lines
