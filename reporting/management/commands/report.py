"""`manage.py report monitoring --call C --as-of D --format json|csv|pdf --output -|FILE`."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from applications.domain.calls import UnknownCall, call_named
from reporting import exporters
from reporting.domain.monitoring import UnknownReport, make
from reporting.rules.formats import MEDIA_TYPES
from reporting.rules.periods import BadAsOf, parse_as_of


class Command(BaseCommand):
    """Write a report at once, without asking for a run."""

    help = "Scrive un rapporto su un avviso: le stesse cifre per la stessa data, sempre."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Report, call, date, format, where to write."""
        parser.add_argument("report", help="il rapporto: monitoring")
        parser.add_argument(
            "--call", required=True, help="l'identificativo dell'avviso, per esempio smart-working-2020"
        )
        parser.add_argument("--as-of", help="il giorno (compreso per intero) o l'istante ISO; se manca, adesso")
        parser.add_argument("--format", default="json", help=f"il formato: {', '.join(MEDIA_TYPES)}")
        parser.add_argument("--output", default="-", help="il file da scrivere; - per l'uscita del comando")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the report. Raises CommandError, one line, for a call, report, date, format or file that is no good."""
        now = timezone.now()
        if options["format"] not in MEDIA_TYPES:
            raise CommandError(f"Il formato «{options['format']}» non c'è: scegliere tra {', '.join(MEDIA_TYPES)}.")
        try:
            as_of = parse_as_of(options["as_of"], now) if options["as_of"] else now
            made = make(options["report"], call_named(options["call"]), as_of)
        except (UnknownCall, UnknownReport, BadAsOf) as error:
            raise CommandError(str(error)) from None
        self._write(exporters.export(options["format"], made), options["output"])

    def _write(self, data: bytes, output: str) -> None:
        if output == "-":
            self.stdout.ending = ""
            raw = getattr(self.stdout._out, "buffer", None)
            if raw is None:
                self.stdout.write(data.decode("utf-8", "surrogateescape"))
            else:
                raw.write(data)
                raw.flush()
            return
        try:
            Path(output).write_bytes(data)
        except OSError as error:
            raise CommandError(f"Non si può scrivere «{output}»: {error.strerror}.") from None
        self.stderr.write(f"Scritto {output} ({len(data)} byte).", style_func=str)
