"""Puts hostile text in every cell of the database in which people's own words stand."""

from collections.abc import Iterator
from itertools import count
from typing import Any

from django.apps import apps
from django.db import connection, models

from tests.hostile.payloads import PAYLOADS

FLOORS = ("portal", "applications", "vouchers")
NOT_WORDS = frozenset({"email", "to", "pec", "key", "path", "message_id", "media_type", "about"})
"""Cells with the form of an address or of a key: no page takes other signs there."""
LONG = 4_000
"""What is planted in a cell without a limit (letters)."""
Row = tuple[str, str]


class Planter:
    """Replaces every text that holds a word by payloads, in turn; remembers where it put which."""

    def __init__(self, word: str) -> None:
        self.word, self.turn = word, count()
        self.planted: dict[Row, set[str]] = {}

    def plant(self) -> None:
        """Go through every table; the guards of the database sleep meanwhile."""
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
        for model, field in _cells():
            self._column(model, field)
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = origin")

    def _column(self, model: type[models.Model], field: "models.Field[Any, Any]") -> None:
        where = (model.__name__, field.name)
        for pk, value in model._base_manager.values_list("pk", field.name):
            new = self._changed(where, value, field.max_length or LONG)
            if new != value:
                model._base_manager.filter(pk=pk).update(**{field.name: new})

    def _changed(self, where: Row, value: Any, room: int) -> Any:
        if isinstance(value, dict):
            return {name: self._changed(where, one, room) for name, one in value.items()}
        if isinstance(value, list):
            return [self._changed(where, one, room) for one in value]
        return self._text(where, room) if isinstance(value, str) and self.word in value else value

    def _text(self, where: Row, room: int) -> str:
        """As many payloads as there is room for; the first too long for it are passed over."""
        text = ""
        for _ in PAYLOADS:
            one = PAYLOADS[next(self.turn) % len(PAYLOADS)]
            if len(text) + len(one) + 1 > min(room, LONG):
                if text:
                    break
                continue
            text += f" {one}" if text else one
            self.planted.setdefault(where, set()).add(one)
        return text or self.word[:room]


def _cells() -> Iterator[tuple[type[models.Model], "models.Field[Any, Any]"]]:
    words = models.CharField | models.TextField | models.JSONField
    for floor in FLOORS:
        for model in apps.get_app_config(floor).get_models():
            for field in model._meta.local_fields:
                if isinstance(field, words) and not field.choices and field.name not in NOT_WORDS:
                    yield model, field
