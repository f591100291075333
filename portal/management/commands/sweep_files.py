"""`manage.py sweep_files [--remove]`: the files that no document names, older than a day."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from portal.services import leftovers
from portal.services.leftovers import Leftover


class Command(BaseCommand):
    """A list, and only when it is asked for the removal; a file that a document names is never touched."""

    help = "Elenca i file che nessun documento nomina, più vecchi di un giorno; con --remove li toglie."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether to remove them."""
        parser.add_argument("--remove", action="store_true", help="li toglie; senza, guarda soltanto")

    def handle(self, *args: Any, remove: bool, **options: Any) -> None:
        """One file a line (path, bytes, when it was written), then how many."""
        now = timezone.now()
        if remove:
            self.stdout.write(f"File tolti: {leftovers.remove(now, told=self._tell, most=None)}.")
            return
        rows = list(leftovers.found(now))
        for one in rows:
            self._tell(one)
        self.stdout.write(f"File senza documento: {len(rows)} (prova: nulla è tolto; per toglierli --remove).")

    def _tell(self, one: Leftover) -> None:
        self.stdout.write(f"{one.path}\t{one.size}\t{one.written_at.isoformat(timespec='seconds')}")
