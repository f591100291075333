"""Reading the terms of a call as they are stored: plain JSON, where a value may carry its article and its note."""

from collections.abc import Mapping
from datetime import date
from typing import Any

Payload = Mapping[str, Any]


def bare(node: Any) -> Any:
    """The value itself, whether it was written bare or as a table with its article and note."""
    return node["value"] if isinstance(node, Mapping) and "value" in node else node


def day(node: Any) -> date | None:
    """The date of an ISO text; None when there is none."""
    text = bare(node)
    return date.fromisoformat(text) if text else None


def texts(node: Any) -> tuple[str, ...]:
    """A list of texts; empty when there is none."""
    return tuple(bare(node) or ())
