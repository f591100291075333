"""`manage.py import_operators FILE [--dry-run]`: the register of accredited operators, from the list of the office."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from applications.domain import operators
from applications.rules.headcount_file import BadFile


class Command(BaseCommand):
    """The list takes the place of the one before: who is missing is closed. All rows are written, or none."""

    help = "Carica il registro degli operatori accreditati (CSV o .xlsx); con --dry-run dice solo che cosa cambia."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and whether only to look."""
        parser.add_argument("file", type=Path, help="il file")
        parser.add_argument("--dry-run", action="store_true", help="non scrive nulla")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Raises CommandError with every problem, one a line."""
        now = timezone.now()
        try:
            data = file.read_bytes()
            found = operators.preview(operators.read(file.name, data), now=now)
        except OSError as error:
            raise CommandError(f"Il file {file} non si può leggere: {error}.") from None
        except BadFile as error:
            raise CommandError(str(error)) from None
        if found.wrongs:
            lines = [f"  riga {each.line}, {each.column}: {each.what} {each.todo}" for each in found.wrongs]
            raise CommandError("Nulla è stato scritto:\n" + "\n".join(lines))
        changes = found.differences
        if not options["dry_run"]:
            sha256 = operators.fingerprint(data)
            changes = operators.import_register(found.operators, actor=None, now=now, sha256=sha256)
        said = f"{len(changes.new)} nuovi, {len(changes.changed)} cambiati, {len(changes.closed)} chiusi"
        self.stdout.write(f"{found.rows} righe: {said}{' (prova: nulla è scritto)' if options['dry_run'] else ''}.")
