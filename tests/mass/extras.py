"""Every field of every model, as somebody would add it to a form by hand."""

import re
from typing import Any

from django.apps import apps
from django.contrib.auth.models import PermissionsMixin
from django.db import models

from tests.access.state import OURS
from tests.access.world import Holdings

LAST = ("portal.user", "applications.firm", "applications.application")
"""Where two models have a field of the same name, the value for these is the one a careless view would read."""
EXTRA_ROLES = {"is_staff": "on", "is_superuser": "on", "role": "SYSTEM_ADMIN", "roles": "SYSTEM_ADMIN"}


def ours() -> list[type[models.Model]]:
    """Our models, the weightiest last."""
    found = [model for model in apps.get_models() if model._meta.app_label in OURS]
    return sorted(found, key=lambda model: LAST.index(label) if (label := model._meta.label_lower) in LAST else -1)


def extras(theirs: Holdings) -> dict[str, str]:
    """A value for every field there is: somebody else's rows, other states, other instants."""
    rows = {
        "applications.firm": theirs.firms["draft"].pk,
        "applications.application": theirs.applications["draft"].pk,
        "portal.user": theirs.owner.pk,
        "vouchers.award": theirs.award.pk,
    }
    forced: dict[str, str] = {}
    for model in ours():
        for field in model._meta.concrete_fields:
            value = forged(field, rows)
            forced |= {field.name: value, field.attname: value}
            forced[f"{model._meta.model_name}_{field.name}"] = value
    assert issubclass(apps.get_model("portal.user"), PermissionsMixin)
    return forced | EXTRA_ROLES


def forged(field: Any, rows: dict[str, int]) -> str:
    """A value of the right kind that nobody asked for."""
    if isinstance(field, models.ForeignKey):
        return str(rows.get(field.related_model._meta.label_lower, 1))
    if field.choices:
        return str(list(field.choices)[-1][0])
    kinds: tuple[tuple[Any, str], ...] = (
        (models.DateTimeField, "2020-01-01T00:00:00+00:00"),
        (models.DateField, "2020-01-01"),
        (models.BooleanField, "on"),
        ((models.IntegerField, models.DecimalField, models.AutoField), "999"),
        (models.JSONField, '{"forced": true}'),
        (models.UUIDField, "00000000-0000-4000-8000-000000000009"),
        (models.EmailField, "forced@impresa.example"),
    )
    return next((value for kind, value in kinds if isinstance(field, kind)), "FORCED")


def asked_by(html: str) -> set[str]:
    """The names of the inputs a page shows: what it asks is not an extra."""
    return set(re.findall(r'name="([^"]+)"', html))
