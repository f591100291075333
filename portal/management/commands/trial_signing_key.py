"""`manage.py trial_signing_key`: a key to try the signature of papers with, where nothing is real."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.services.signatures import trial_key


class Command(BaseCommand):
    """The key that dev's settings look for, and the authority that they trust."""

    help = "Crea, se manca, una chiave di firma di prova senza valore legale, con la sua autorità."

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuses to run in a production installation."""
        if not settings.DEMO_ACCOUNTS_ALLOWED:
            raise CommandError("Una chiave di prova non ha valore legale: mai in un'installazione vera.")
        key, root = settings.TRIAL_SIGNING_KEY, settings.TRUST_ROOTS / "autorita-di-prova.pem"
        if key.exists() and root.exists():
            self.say("La chiave di prova c'è già.", options)
            return
        trial_key.make(key, root, password=settings.TRIAL_SIGNING_PASSWORD, now=timezone.now())
        self.say("Chiave di prova creata: firma senza valore legale.", options)

    def say(self, words: str, options: dict[str, Any]) -> None:
        """A sentence, unless silence was asked."""
        if options["verbosity"]:
            self.stdout.write(words)
