"""This floor at the officers' desk. Django's autodiscovery imports this package."""

from applications.admin import records, work

__all__ = ["records", "work"]
