"""`manage.py compute_awards CALL`: ask the workers to compute and fund the awards of a call."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from applications.domain.calls import UnknownCall, call_named
from vouchers.domain.batches import request_batch


class Command(BaseCommand):
    """The answer comes at once; the progress row says how far the batch is."""

    help = "Chiede il calcolo e il finanziamento dei voucher delle domande ammesse."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The call."""
        parser.add_argument("call", help="l'identificativo dell'avviso")

    def handle(self, *args: Any, call: str, **options: Any) -> None:
        """Raises CommandError for an unknown call."""
        try:
            progress = request_batch(call_named(call), actor=None, now=timezone.now())
        except UnknownCall as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Calcolo n. {progress.pk} richiesto: {progress.total} domande.")
