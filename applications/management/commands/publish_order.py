"""`manage.py publish_order CALL WINDOW`: publish the order of arrival of a closed window, by hand."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from applications.domain.order_proof import NobodySubmitted, WindowStillOpen, publish
from applications.management.windows import add_window, window_named


class Command(BaseCommand):
    """Does at once what the clock does within a minute of the closing."""

    help = "Pubblica l'ordine di arrivo di uno sportello chiuso; ripetuto non cambia nulla."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The window."""
        add_window(parser)

    def handle(self, *args: Any, call: str, window: int, **options: Any) -> None:
        """Raises CommandError for an unknown window, one still open, or one without applications."""
        try:
            order = publish(window_named(call, window), now=timezone.now())
        except (WindowStillOpen, NobodySubmitted) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{order.count} domande, ultimo anello {order.head}")
