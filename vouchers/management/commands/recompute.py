"""`manage.py recompute --all`: old awards computed again must come out the same."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from applications.domain.calls import UnknownCall, call_named
from vouchers.domain import calculation


class Command(BaseCommand):
    """Computes every kept amount again from its inputs, its terms and its rule."""

    help = "Ricalcola gli importi conservati e li confronta."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One call, or all of them."""
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--all", action="store_true", help="tutti gli avvisi")
        which.add_argument("--call", help="l'identificativo di un avviso")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError (exit code 1) when an amount does not come out the same."""
        try:
            call = call_named(options["call"]) if options["call"] else None
        except UnknownCall as error:
            raise CommandError(str(error)) from None
        problems = list(calculation.problems(call))
        for problem in problems:
            self.stderr.write(problem)
        if problems:
            raise CommandError(f"Ricalcolo: {len(problems)} importi non tornano.")
        self.stdout.write("Ricalcolo: tutti gli importi tornano.")
