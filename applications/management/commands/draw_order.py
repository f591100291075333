"""`manage.py draw_order CALL WINDOW`: draw the order of a closed window, by hand."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from applications.domain.draw import NotDrawn, commit, draw
from applications.management.windows import add_window, window_named


class Command(BaseCommand):
    """Does at once what the clock does within a few minutes; a draw is made once."""

    help = "Sorteggia l'ordine di uno sportello chiuso, o con --commit ne fissa il segreto finché è aperto."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The window, and which of the two acts."""
        add_window(parser)
        parser.add_argument("--commit", action="store_true", help="fissa il segreto e ne mostra l'impronta")

    def handle(self, *args: Any, call: str, window: int, **options: Any) -> None:
        """Raises CommandError for an unknown window or one that cannot be drawn now."""
        row, now = window_named(call, window), timezone.now()
        try:
            if options["commit"]:
                self.stdout.write(f"Impronta del segreto: {commit(row, now=now).sha256}")
            else:
                made = draw(row, now=now)
                self.stdout.write(f"{made.places.count()} domande sorteggiate, seme {made.seed}")
        except NotDrawn as error:
            raise CommandError(str(error)) from None
