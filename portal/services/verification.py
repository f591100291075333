"""The shape of the commands that prove a record whole."""

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError


class VerifyCommand(BaseCommand):
    """Prints every problem; fails when there is one."""

    subject: ClassVar[str]
    problems: ClassVar[Callable[[], Iterator[str]]]

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError (exit code 1) when something is wrong."""
        count = 0
        for count, problem in enumerate(type(self).problems(), start=1):  # noqa: B007
            self.stderr.write(problem)
        if count:
            raise CommandError(f"Verifica {self.subject}: {count} problemi.")
        self.stdout.write(f"Verifica {self.subject}: tutto in ordine.")
