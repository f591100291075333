"""What serving the queue costs: awards funded in a second, the price of the lock, of one act for each and of many.

Run from the root of the project on an empty, migrated database of its own (`DATABASE_URL`): nothing is kept.
`python -m benchmarks.funding [--awards N]`.
"""

import argparse
import os
import time
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
django.setup()

from django.db import transaction  # noqa: E402
from django.db.models import F  # noqa: E402

from applications.models import Application, Call, Firm  # noqa: E402
from portal.kernel.deadlines import ROME  # noqa: E402
from portal.models import User  # noqa: E402
from vouchers.domain import calculation, funding, ledger  # noqa: E402
from vouchers.domain.lifecycle import AWARDS  # noqa: E402
from vouchers.domain.publishing import publish  # noqa: E402
from vouchers.models import Allocation, Award  # noqa: E402
from vouchers.rules.call_file import read_call  # noqa: E402
from vouchers.rules.ledger import Kind  # noqa: E402

CALL_FILE = Path(__file__).resolve().parents[1] / "vouchers" / "calls" / "smart_working_2020.toml"
START = datetime(2020, 4, 2, 12, 30, tzinfo=ROME)


def admitted(call: Call, count: int) -> None:
    """Admitted applications of as many firms, written straight into the tables: their review is not measured."""
    person = User.objects.create_user("misura@impresa.example", None, name="Anna")
    firms = Firm.objects.bulk_create(
        Firm(
            tax_code=f"{number:011d}", vat_number=f"{number:011d}", name=f"Impresa {number} S.r.l.", legal_form="SRL",
            ateco="62.01.00", province="MI", municipality="Milano", pec=f"impresa{number}@pec.example",
            created_at=START,
        )
        for number in range(1, count + 1)
    )  # fmt: skip
    terms = call.terms.latest("version")
    Application.objects.bulk_create(
        Application(
            call=call, firm=firm, status="ADMITTED", created_by=person, created_at=START, actions=["A", "B"],
            headcount=12, total_employees=12, size_class="small", province="MI", division="62", terms=terms,
            protocol_year=2020, protocol_number=number, submitted_at=START + timedelta(seconds=number),
            submitted_by=person, client_key=uuid4(), snapshot={}, snapshot_sha256="0" * 64, decided_at=START,
        )
        for number, firm in enumerate(firms, start=1)
    )  # fmt: skip


def rate(title: str, count: int, seconds: float) -> float:
    """Print and give back how many a second."""
    print(f"{title}: {count:,} in {seconds:.2f} s, {count / seconds:,.0f} al secondo")
    return count / seconds


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--awards", type=int, default=1_000, help="quanti voucher")
    count = parser.parse_args().awards
    with transaction.atomic():
        call = publish(read_call(CALL_FILE.read_text(encoding="utf-8")), now=START).call
        money = Decimal(count) * 10_000
        Allocation.objects.update(available=F("available") + money, appropriated=F("appropriated") + money)
        admitted(call, count)

        ids = calculation.uncomputed(call)
        start = time.perf_counter()
        for first in range(0, count, calculation.CHUNK):
            calculation.compute_awards(ids[first : first + calculation.CHUNK], now=START)
        rate(f"calcolo, {calculation.CHUNK} alla volta", count, time.perf_counter() - start)

        single = list(Award.objects.prefetch_related("lines")[: count // 10])
        start = time.perf_counter()
        for award in single:
            AWARDS.apply(award, "reserve", actor=None, now=START)
            ledger.post(ledger.award_moves(award.lines.all(), Kind.RESERVE), now=START)
        one = rate("prenotazione, un atto per voucher", len(single), time.perf_counter() - start)

        start = time.perf_counter()
        served = funding.fund(call, now=START)
        many = rate("prenotazione, la coda in un atto", len(served), time.perf_counter() - start)
        print(f"  la coda in un atto rispetto a un atto per voucher: {many / one:.1f} volte")

        start = time.perf_counter()
        assert funding.fund(call, now=START) == []
        print(f"  coda vuota: {(time.perf_counter() - start) * 1000:.1f} ms")
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
