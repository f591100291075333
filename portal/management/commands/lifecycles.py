"""`manage.py lifecycles`: the tables of the life cycles as Mermaid diagrams, for the documentation."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.services.lifecycle import REGISTRY


class Command(BaseCommand):
    """Draws every life cycle that a floor has bound."""

    help = "Disegna i cicli di vita (Mermaid)."

    def handle(self, *args: Any, **options: Any) -> None:
        """One section a machine."""
        for name, machine in sorted(REGISTRY.items()):
            self.stdout.write(f"## {name}: {machine.name}\n\n```mermaid\n{machine.mermaid()}\n```\n")
