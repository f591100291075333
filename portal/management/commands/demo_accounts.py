"""`manage.py demo_accounts`: creates or keeps the demo accounts and prints them."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.demo import ACCOUNTS, DEMO_PASSWORD, ROLE_NAMES
from portal.services.demo import DemoForbidden, ensure_accounts


class Command(BaseCommand):
    """The demo accounts, one for each role."""

    help = "Crea, se mancano, gli account dimostrativi (uno per ruolo) e li elenca."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--json` for programs."""
        parser.add_argument("--json", action="store_true", help="elenco in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuses to run in a production installation."""
        try:
            ensure_accounts(timezone.now())
        except DemoForbidden as error:
            raise CommandError(str(error)) from None
        rows = [
            {
                "email": account.email,
                "password": DEMO_PASSWORD,
                "role": str(account.role),
                "label": str(ROLE_NAMES[account.role]),
            }
            for account in ACCOUNTS
        ]
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
            return
        width = max(len(row["email"]) for row in rows)
        for row in rows:
            self.stdout.write(f"{row['email']:<{width}}  {row['label']}")
        self.stdout.write(f"Password di tutti: {DEMO_PASSWORD}")
