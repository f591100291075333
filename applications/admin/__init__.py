"""This floor at the officers' desk. Django's autodiscovery imports this package."""

from applications.admin import (
    agenda,
    assigning,
    checking,
    conversation,
    files,
    hands,
    operators,
    presence,
    reading_log,
    records,
    registers,
    reviewing,
    work,
)

__all__ = [
    "agenda",
    "assigning",
    "checking",
    "conversation",
    "files",
    "hands",
    "operators",
    "presence",
    "reading_log",
    "records",
    "registers",
    "reviewing",
    "work",
]
