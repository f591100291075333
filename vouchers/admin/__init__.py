"""Applications and their money at the officers' desk. Django's autodiscovery imports this package."""

from vouchers.admin import dossier, export, money, queue, records

__all__ = ["dossier", "export", "money", "queue", "records"]
