"""`manage.py assumptions CALL`: the values of a call that no source settles and the office must confirm."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from applications.domain.calls import UnknownCall, call_named
from vouchers.rules.call_file import assumptions_in


class Command(BaseCommand):
    """Lists each assumption with its place, its value and its note."""

    help = "Elenca i valori dell'avviso che sono ipotesi da confermare."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The call."""
        parser.add_argument("call", help="l'identificativo dell'avviso")

    def handle(self, *args: Any, call: str, **options: Any) -> None:
        """Raises CommandError for an unknown call."""
        try:
            source = call_named(call).source
        except UnknownCall as error:
            raise CommandError(str(error)) from None
        found = list(assumptions_in(source))
        for place, value, note in found:
            self.stdout.write(f"{place} = {value}: {note}")
        self.stdout.write(f"{len(found)} ipotesi da confermare.")
