"""How commands name a window: the call's name and the number of the desk."""

from argparse import ArgumentParser

from django.core.management.base import CommandError

from applications.models import DeskWindow


def add_window(parser: ArgumentParser) -> None:
    """The two arguments."""
    parser.add_argument("call", help="il nome dell'avviso, per esempio smart-working-2020")
    parser.add_argument("window", type=int, help="il numero dello sportello")


def window_named(call: str, number: int) -> DeskWindow:
    """The window. Raises CommandError when there is none."""
    found = DeskWindow.objects.filter(call__slug=call, number=number).first()
    if found is None:
        raise CommandError(f"L'avviso «{call}» non ha lo sportello {number}.")
    return found
