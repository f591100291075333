"""`manage.py load_call FILE`: publish a call, or what is new in it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from vouchers.domain.publishing import PublishedTermsChanged, publish
from vouchers.rules.call_file import CallFileErrors, read_call


class Command(BaseCommand):
    """Reads the file as a whole, says all that is wrong with it, and publishes it in one transaction."""

    help = "Pubblica un avviso dal suo file TOML; ripetuto non cambia nulla."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file."""
        parser.add_argument("file", type=Path, help="il file TOML dell'avviso")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Raises CommandError with every problem, one a line."""
        try:
            call = read_call(file.read_text(encoding="utf-8"))
            published = publish(call, now=timezone.now())
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"Il file {file} non si può leggere: {error}.") from None
        except CallFileErrors as error:
            lines = "\n".join(f"  {problem}" for problem in error.errors)
            raise CommandError(f"Il file ha {len(error.errors)} errori, nulla è stato scritto:\n{lines}") from None
        except PublishedTermsChanged as error:
            lines = "\n".join(f"  {problem}" for problem in error.problems)
            raise CommandError(f"Il file cambia ciò che è pubblicato, nulla è stato scritto:\n{lines}") from None
        if published.new_versions:
            versions = ", ".join(map(str, published.new_versions))
            self.stdout.write(f"Avviso «{call.slug}»: pubblicate le versioni {versions} dei termini.")
        else:
            self.stdout.write(f"Avviso «{call.slug}»: già pubblicato, nessuna novità.")
