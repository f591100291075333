"""`manage.py import_cor FILE`: the COR codes obtained from the State-aid register, as a CSV file."""

import csv
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

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
                reader = csv.DictReader(source)
                if not {"protocollo", "cor"} <= set(reader.fieldnames or ()):
                    raise KeyError("the heading")
                pairs = [(row["protocollo"].strip(), row["cor"].strip()) for row in reader]
            changed = record_cors(_codes(pairs), actor=None, now=timezone.now())
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise CommandError(f"Il file {file} non si può leggere: {error}.") from None
        except (KeyError, AttributeError):
            raise CommandError(f"Il file {file} deve avere le colonne «protocollo» e «cor».") from None
        except BadCor as error:
            raise CommandError("Nulla è stato scritto:\n" + "\n".join(f"  {item}" for item in error.problems)) from None
        self.stdout.write(f"Codici COR registrati: {len(changed)}.")


def _codes(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """The codes by protocol. Raises BadCor for a protocol that is written on two rows."""
    twice = sorted(protocol for protocol, times in Counter(protocol for protocol, _ in pairs).items() if times > 1)
    if twice:
        raise BadCor([f"{protocol}: il protocollo è scritto su più righe." for protocol in twice])
    return dict(pairs)
