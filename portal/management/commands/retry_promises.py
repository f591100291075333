"""`manage.py retry_promises --key K | --all-failed`: try again the jobs that failed for good."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.services import outbox


class Command(BaseCommand):
    """Each promise is opened again with all its runs before it, and the register says so."""

    help = "Ritenta i lavori promessi che non sono riusciti."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which ones: some by their key, or all."""
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--key", action="append", dest="keys", help="la chiave di un lavoro; si può ripetere")
        which.add_argument("--all-failed", action="store_true", help="tutti i lavori non riusciti")

    def handle(self, *args: Any, keys: list[str] | None, all_failed: bool, **options: Any) -> None:
        """Raises CommandError when a key was asked for and nothing there had failed."""
        retried = outbox.retry(None if all_failed else keys, actor=None, now=timezone.now())
        if keys and not retried:
            raise CommandError(f"Nessun lavoro non riuscito ha la chiave {', '.join(keys)}.")
        self.stdout.write(f"Lavori da ritentare: {retried}.")
