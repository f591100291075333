"""`manage.py import_cor FILE`: the COR codes obtained from the State-aid register, as a CSV file."""

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from vouchers.domain.cor_file import NoColumns, codes_in
from vouchers.domain.state_aid import BadCor, record_cors


class Command(BaseCommand):
    """Two columns with a heading: protocollo, cor. All rows are written, or none."""

    help = "Registra i codici COR del Registro nazionale degli aiuti (CSV: protocollo,cor)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file."""
        parser.add_argument("file", type=Path, help="il file CSV")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Raises CommandError with every problem, one a line."""
        try:
            with file.open(encoding="utf-8-sig", newline="") as source:
                codes = codes_in(source)
            changed = record_cors(codes, actor=None, now=timezone.now())
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise CommandError(f"Il file {file} non si può leggere: {error}.") from None
        except NoColumns as error:
            raise CommandError(f"Il file {file} {error}") from None
        except BadCor as error:
            raise CommandError("Nulla è stato scritto:\n" + "\n".join(f"  {item}" for item in error.problems)) from None
        self.stdout.write(f"Codici COR registrati: {len(changed)}.")
