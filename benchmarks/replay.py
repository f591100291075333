"""What the history costs: seconds of the replay, acts and queries per second, the share the database takes.

Run from the root of the project on an empty, migrated database of its own (`DATABASE_URL`): the history is rolled
back at the end. `python -m benchmarks.replay [--scale K]`.
"""

import argparse
import os
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from portal.models import AuditEntry  # noqa: E402

TARGET_SECONDS = 60
CALL_FILE = Path(__file__).resolve().parents[1] / "vouchers" / "calls" / "smart_working_2020.toml"


class Meter:
    """Counts queries and the seconds spent waiting for their answers."""

    def __init__(self) -> None:
        self.queries, self.seconds = 0, 0.0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Run one query, counted."""
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.queries += 1
            self.seconds += time.perf_counter() - start


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=1, help="quante volte imprese e denaro")
    scale = parser.parse_args().scale
    meter = Meter()
    with transaction.atomic():
        call_command("load_call", CALL_FILE, stdout=StringIO())
        start, processor = time.perf_counter(), time.process_time()
        with connection.execute_wrapper(meter):
            call_command("replay", "smart-working-2020", "--scale", scale, stdout=StringIO(), stderr=StringIO())
        seconds, processor = time.perf_counter() - start, time.process_time() - processor
        acts = AuditEntry.objects.count()
        transaction.set_rollback(True)
    print(
        f"storia a scala {scale}: {seconds:.1f} s, di processore {processor:.1f} s, di base dati {meter.seconds:.1f} s"
    )
    print(f"  {acts:,} registrazioni ({acts / seconds:.0f} al secondo), {meter.queries:,} interrogazioni")
    print(f"  {meter.queries / acts:.1f} interrogazioni per registrazione")
    print(f"  obiettivo {TARGET_SECONDS} s a scala 1: rapporto {seconds / scale / TARGET_SECONDS:.2f}")


if __name__ == "__main__":
    main()
