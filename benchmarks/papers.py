"""What papers cost: milliseconds of one core, first and warm, for a two-page decree and a 760-row annex.

Run from the root of the project: `python -m benchmarks.papers`.
"""

import os
import statistics
import time
from datetime import datetime

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
django.setup()

from tests.factories.decree_facts import facts, texts  # noqa: E402
from vouchers.documents.decrees import to_pdf  # noqa: E402
from vouchers.rules.decree_content import GRANT, REJECTION, DecreeContent, compose, sha256_of, snapshot  # noqa: E402

TARGET_MS = 150
ROUNDS = 20


def measure(content: DecreeContent, frozen: dict[str, object], signed_at: str) -> tuple[float, int]:
    """Milliseconds of processor time, and bytes."""
    start = time.process_time()
    data = to_pdf(content, sha256=sha256_of(frozen), signed_at=datetime.fromisoformat(signed_at), data=frozen)
    return (time.process_time() - start) * 1000, len(data)


def main() -> None:
    """Print the figures."""
    cases = (("non ammissione, 2 pagine + allegato", REJECTION, 3), ("concessione, 60 righe", GRANT, 60))
    for title, kind, count in (*cases, ("concessione, 760 righe", GRANT, 760)):
        said = facts(kind, count)
        content = compose(said, texts(kind))
        frozen = snapshot(said, content)
        first, size = measure(content, frozen, said.signed_at)
        warm = [measure(content, frozen, said.signed_at)[0] for _ in range(ROUNDS if count < 100 else 2)]
        print(f"{title}: primo {first:.0f} ms, poi {statistics.median(warm):.0f} ms (mediana), {size:,} byte")
        if count == 3:
            print(f"  obiettivo {TARGET_MS} ms: rapporto {statistics.median(warm) / TARGET_MS:.2f}")
        if count > 100:
            print(f"  per riga {statistics.median(warm) / count:.1f} ms")


if __name__ == "__main__":
    main()
