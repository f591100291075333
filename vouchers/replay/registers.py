"""Registro Imprese of the demonstration: it knows the demo firms, some otherwise than they say, one not at all."""

from collections.abc import Mapping
from typing import Any

from applications.domain import registry

from .demo_cast import FIRST_SERIAL, columns_of, seeds

UNKNOWN = frozenset({"NOTICE"})
OTHERWISE: Mapping[str, Mapping[str, str]] = {
    "IN_REVIEW": {"address": "Via del Trasloco 9, 25121 Brescia", "total_employees": "88"},
    "PROPOSED": {"representative_name": "Nuovo legale rappresentante"},
    "SUBMITTED": {"pec": "amministrazione@pec.example"},
}
"""By what the application shows: how the register knows its firm."""


class DemoRegistry(registry.Simulator):
    """The firms of the simulator, and those of the demonstration."""

    def find(self, tax_code: str) -> Mapping[str, Any] | None:
        """The firm as the register knows it."""
        return super().find(tax_code) or _demo_firms().get(tax_code)


def _demo_firms() -> dict[str, dict[str, Any]]:
    found = {}
    for serial, seed in enumerate(seeds(), start=FIRST_SERIAL):
        if seed.fate not in UNKNOWN:
            columns = columns_of(seed, serial)
            signer = {"representative_name": f"Legale rappresentante di {seed.name}", "total_employees": seed.total}
            found[columns["tax_code"]] = columns | signer | OTHERWISE.get(seed.fate, {})
    return found
