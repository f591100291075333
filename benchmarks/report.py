"""What a monitoring report costs on the database in use: queries, counting, chapters, PDF.

Run from the root of the project on a database with the replayed history: `python -m benchmarks.report [CALL [DAY]]`.
"""

import statistics
import sys
import time
from collections.abc import Callable

import django

from portal.settings.env import select_settings

select_settings()
django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from applications.domain.calls import call_named  # noqa: E402
from reporting import exporters  # noqa: E402
from reporting.domain.monitoring import make  # noqa: E402
from reporting.domain.queries import facts_of  # noqa: E402
from reporting.rules.figures import figures_of  # noqa: E402
from reporting.rules.periods import parse_as_of  # noqa: E402

TARGET_MS = 50
ROUNDS = 15


def median_ms(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Median milliseconds of a few rounds, after one that is not counted."""
    work()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def main() -> None:
    """Print the figures and their ratio to the target."""
    slug, day, *_ = [*sys.argv[1:], *("smart-working-2020", "2021-10-21")[len(sys.argv) - 1 :]]
    call, as_of = call_named(slug), parse_as_of(day, timezone.now())
    facts = facts_of(call, as_of, decision_days=60)
    made = make("monitoring", call, as_of)
    with CaptureQueriesContext(connection) as captured:
        facts_of(call, as_of, decision_days=60)
    in_database = sum(float(query["time"]) for query in captured.captured_queries) * 1000
    reading = median_ms(lambda: facts_of(call, as_of, decision_days=60))
    print(f"domande: {len(facts.applications)}, interrogazioni: {len(captured)}, nella base dati {in_database:.0f} ms")
    print(f"interrogazioni e fatti: {reading:.0f} ms ({reading / TARGET_MS:.2f} volte l'obiettivo di {TARGET_MS} ms)")
    print(f"conteggio: {median_ms(lambda: figures_of(facts)):.0f} ms")
    print(f"capitoli: {median_ms(made.report):.0f} ms")
    print(f"PDF: {median_ms(lambda: exporters.to_pdf(made), 3):.0f} ms")


if __name__ == "__main__":
    main()
