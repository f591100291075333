"""`manage.py record_deliveries FILE [--dry-run]`: which messages were delivered, from the receipts of the PEC."""

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.services.deliveries import BadDeliveries, deliveries_in, news_in, record


class Command(BaseCommand):
    """Two columns with a heading: message_id, consegnata_il. All rows are written, or none."""

    help = "Registra le consegne delle comunicazioni (CSV: message_id,consegnata_il); con --dry-run guarda soltanto."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and whether only to look."""
        parser.add_argument("file", type=Path, help="il file CSV")
        parser.add_argument("--dry-run", action="store_true", help="non scrive nulla")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Raises CommandError with every problem, one a line."""
        now = timezone.now()
        try:
            rows = deliveries_in(file.read_text(encoding="utf-8-sig"))
            news = len(news_in(rows, now=now)) if options["dry_run"] else record(rows, now=now)
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise CommandError(f"Il file {file} non si può leggere: {error}.") from None
        except BadDeliveries as error:
            raise CommandError("Nulla è stato scritto:\n" + "\n".join(f"  {item}" for item in error.problems)) from None
        note = " (prova: nulla è scritto)" if options["dry_run"] else ""
        self.stdout.write(f"{len(rows)} righe: {news} consegne nuove, {len(rows) - news} già registrate{note}.")
