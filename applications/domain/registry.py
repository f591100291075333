"""Registro Imprese behind one door: what it knows of a firm, or that it does not answer."""

from collections.abc import Mapping
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from applications.rules.lists import rows_of


class RegistryDown(ConnectionError):
    """The registry does not answer: one goes on by hand."""


class Registry(Protocol):
    """What the portal asks a register of firms."""

    def find(self, tax_code: str) -> Mapping[str, Any] | None:
        """The firm's data under the names of `firm_data`; None when it is unknown.

        A page waits for it: an adapter gives up in a few seconds. Raises RegistryDown.
        """


class Simulator:
    """A register of a few invented firms, for trying and for tests."""

    def find(self, tax_code: str) -> Mapping[str, Any] | None:
        """The invented firm with this code."""
        return next((row for row in rows_of("registry.csv") if row["tax_code"] == tax_code), None)


class Unreachable:
    """A register that never answers: to see the pages as they are on a bad day."""

    def find(self, tax_code: str) -> Mapping[str, Any] | None:
        """Always raises RegistryDown."""
        raise RegistryDown


def registry() -> Registry | None:
    """The register this installation is connected to (setting BUSINESS_REGISTRY); None when there is none."""
    return import_string(settings.BUSINESS_REGISTRY)() if settings.BUSINESS_REGISTRY else None
