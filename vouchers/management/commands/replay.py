"""`manage.py replay CALL`: live the history of a call through its acts, with the clock passed in."""

import gc
from argparse import ArgumentParser, ArgumentTypeError
from collections import Counter
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from applications.domain.calls import UnknownCall, call_named
from applications.models import Application, Call
from portal.kernel.deadlines import end_of_day
from portal.services import audit, jobs
from vouchers.replay.driver import Driver
from vouchers.replay.epilogue import STORY_OF
from vouchers.replay.figures import AS_OF
from vouchers.replay.model import StepKind
from vouchers.replay.people import cast
from vouchers.replay.post import last_letter, send_off
from vouchers.replay.script import LARGEST_SCALE, plan_history

STATISTICS_EVERY = 1_500
OURS = ("portal", "applications", "vouchers")


def day(text: str) -> date:
    """A date written as 2021-10-21."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"«{text}» non è una data: scriverla come 2021-10-21") from None


class Command(BaseCommand):
    """The whole history is one transaction: it is there, or nothing is."""

    help = "Rivive la storia 2020-2021 dell'avviso attraverso gli atti del portale."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Call, seed, end, size."""
        parser.add_argument("call", help="l'identificativo dell'avviso")
        parser.add_argument("--seed", type=int, default=1, help="seme della popolazione (1)")
        parser.add_argument("--until", type=day, default=AS_OF, help=f"ultimo giorno vissuto ({AS_OF})")
        parser.add_argument("--scale", type=int, default=1, help="quante volte imprese e denaro (1)")
        parser.add_argument("--if-empty", action="store_true", help="non fa nulla se l'avviso ha già domande")

    def handle(self, *args: Any, call: str, **options: Any) -> None:
        """Raises CommandError with one line that says what is wrong."""
        try:
            found = call_named(call)
        except UnknownCall as error:
            raise CommandError(str(error)) from None
        if found.slug != STORY_OF:
            raise CommandError(f"Di «{found.slug}» non c'è una storia da rivivere: c'è quella di «{STORY_OF}».")
        if not 1 <= options["scale"] <= LARGEST_SCALE:
            raise CommandError(f"La scala va da 1 a {LARGEST_SCALE}.")
        if Application.objects.filter(call=found).exists():
            if options["if_empty"]:
                self.stdout.write(f"Avviso «{found.slug}»: la storia c'è già.")
                return
            raise CommandError(f"L'avviso «{found.slug}» ha già delle domande: la storia si rivive su un avviso vuoto.")
        if found.money_acts.filter(applied_at__isnull=False).exists():
            raise CommandError(
                f"L'avviso «{found.slug}» ha già del denaro contabilizzato a una data che non è quella della storia: "
                "la storia si rivive su un avviso appena pubblicato (./sportello reset, poi ./sportello up)."
            )
        with jobs.muted(), transaction.atomic(), audit.collected():
            before = last_letter()
            counts = self._live(found, options)
            send_off(after=before)
        told = ", ".join(f"{kind} {counts[kind]}" for kind in StepKind if counts[kind])
        self.stdout.write(f"Storia di «{found.slug}» vissuta fino al {options['until']}: {told}.")

    def _live(self, call: Call, options: dict[str, Any]) -> Counter[StepKind]:
        plan = plan_history(seed=options["seed"], scale=options["scale"])
        begins = plan.timeline[0].at
        driver = Driver(call, plan, cast(plan, now=begins))
        gc.freeze()  # the plan lives to the end: the collector need not walk through it again and again
        counts: Counter[StepKind] = Counter()
        month: tuple[int, int] | None = None
        for number, step in enumerate(driver.run(end_of_day(options["until"])), start=1):
            counts[step.kind] += 1
            if number % STATISTICS_EVERY == 0:
                _refresh_statistics()
            month = self._tell(month, step.at, number, len(plan.timeline))
        return counts

    def _tell(self, month: tuple[int, int] | None, at: datetime, number: int, total: int) -> tuple[int, int]:
        """Say each new month of the story on the error stream: the answer of the command stays clean."""
        if month != (at.year, at.month):
            self.stderr.write(f"  {at:%Y-%m}: {number - 1} atti di almeno {total}", self.style.NOTICE)
        return at.year, at.month


def _refresh_statistics() -> None:
    """The tables grow inside one transaction: without fresh statistics the planner believes them empty.

    Table by table: a bare ANALYZE would also hold the catalogs that all databases of the server share.
    """
    tables = [model._meta.db_table for label in OURS for model in apps.get_app_config(label).get_models()]
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(map(connection.ops.quote_name, tables))}")
