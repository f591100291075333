"""`manage.py demo`: applications on the open demonstration call, in every state, and a day of work for the office."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from applications.domain.calls import UnknownCall
from portal.services.demo import DemoForbidden, require_demo
from vouchers.replay import epilogue
from vouchers.replay.demo import SLUG, NothingToShow, show


class Command(BaseCommand):
    """All of it or nothing; where the call has applications already, nothing."""

    help = "Scrive, se mancano, le domande dimostrative sull'avviso aperto, attraverso gli atti del portale."

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuses to run in a production installation; says so when the desk is not open."""
        try:
            require_demo()
            epilogue.close()
            made = show(now=timezone.now())
        except (UnknownCall, DemoForbidden) as error:
            raise CommandError(str(error)) from None
        except NothingToShow as error:
            self.stdout.write(str(error))
            return
        told = f"{made} domande dimostrative, in ogni stato" if made else "le domande dimostrative ci sono già"
        self.stdout.write(f"Avviso «{SLUG}»: {told}.")
