"""`manage.py estimate CALL --headcount N --actions AB`: the amount, explained."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from applications.domain.calls import UnknownCall, call_named
from portal.kernel.money import euro, plain
from vouchers.domain.calculation import EstimateRefused, estimate


class Command(BaseCommand):
    """The same rule as the page and the decree."""

    help = "Calcola il voucher per un numero di dipendenti nelle sedi lombarde."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Call, headcount, actions; --json for programs."""
        parser.add_argument("call", help="l'identificativo dell'avviso")
        parser.add_argument("--headcount", required=True, help="dipendenti nelle sedi lombarde")
        parser.add_argument("--actions", required=True, help="le azioni richieste, per esempio AB")
        parser.add_argument("--json", action="store_true", help="risponde in JSON")

    def handle(self, *args: Any, call: str, headcount: str, actions: str, **options: Any) -> None:
        """Raises CommandError with one line that says what is wrong."""
        try:
            result = estimate(call_named(call), headcount=headcount, actions=list(actions.upper()), now=timezone.now())
        except (UnknownCall, EstimateRefused) as error:
            raise CommandError(str(error)) from None
        if options["json"]:
            answer = {action: plain(amount) for action, amount in result.amounts.items()}
            answer |= {"total": plain(result.total), "lines": [line.as_json() for line in result.lines]}
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        for line in result.lines:
            amount = "" if line.amount is None else euro(line.amount)
            self.stdout.write(f"{line.text}: {amount} ({line.article})")
