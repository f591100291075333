"""The desk at 1,000, 50,000 and 100,000 applications: milliseconds and queries of its pages, and how much they grow.

Databases of its own, one for each size, made, filled by SQL and dropped. Whole pages are asked in this process, with
the settings of an installation, by an officer with ten saved views: permissions, filters, rows, counts, template. The
sizes take turns, round after round. Figures are milliseconds of processor, of this process and of the database's own
for it: the least that a page took, which a busy machine moves little and on which the promises are judged, and the
median.
Run from the root of the project: `DATABASE_URL=... REDIS_URL=... python -m benchmarks.desk [--sizes N,N,...]
[--rounds N]`, with the database on this machine. Promised: the queue at 100,000 within 1.5 times the time at 1,000, a
search within 300 ms on 50,000, at most 15 queries for the queue and 20 for a dossier. Ends with 1 when one is not kept.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

NAME = "sportello_desk"
QUEUE = "/ufficio/domande/"
PAGES = {
    "aperte": "",
    "mie": "?istruttore=mie",
    "mie per giorni": "?istruttore=mie&ordine=giorni",
    "aperte per giorni": "?ordine=giorni",
    "oltre il termine": "?termine=scaduto",
    "provincia grande": "?provincia=MI",
    "provincia piccola": "?provincia=SO",
    "uno stato": "?stato=in-istruttoria",
    "ammesse": "?stato=ammessa",
    "tutte": "?stato=tutte",
    "voucher rinunciati": "?stato=tutte&voucher=rinunciato",
    "pagina di mezzo": "?stato=tutte&dopo={middle}",
}
RATIO, SEARCH_MS, QUEUE_QUERIES, DOSSIER_QUERIES = 1.5, 300, 15, 20


@contextmanager
def databases(url: str, names: list[str]) -> Iterator[str]:
    """An empty database for the office beside the given one; at the end it is dropped, and its copies too."""
    parts = urlsplit(url)
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as server:
        for name in [NAME, *names]:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{NAME}"')
        try:
            yield urlunsplit(parts._replace(path=f"/{NAME}"))
        finally:
            for name in [NAME, *names]:
                server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def stand_on(name: str) -> None:
    """Go on in another database."""
    connection.close()
    connection.settings_dict["NAME"] = name


def copy_of_office(name: str) -> None:
    """A database like the office's, to be filled."""
    stand_on("postgres")
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{NAME}"')
    stand_on(name)


def processor() -> float:
    """Seconds of processor used by this process and by the one that serves it in the database."""
    served = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text().split()[0]
    return time.process_time() + int(served) / 1e9


class Desk:
    """An officer's browser on one database."""

    def __init__(self, officer: int) -> None:
        self.client = Client(headers={"x-forwarded-proto": "https"})
        self.client.force_login(User.objects.get(pk=officer))
        found = known(Call.objects.get())
        middle = Application.objects.get(firm__vat_number=found["partita IVA"])
        place = f"{middle.protocol_year}-{middle.protocol_number}"
        self.queue = {name: QUEUE + query.format(middle=place) for name, query in PAGES.items()}
        self.search = {name: f"{QUEUE}?{urlencode({'stato': 'tutte', 'q': text})}" for name, text in found.items()}
        self.dossier = {"fascicolo": f"{QUEUE}{middle.pk}/?stato=tutte"}

    @property
    def pages(self) -> dict[str, str]:
        """Every address, by the name it has in the figures."""
        searches = {f"ricerca: {name}": address for name, address in self.search.items()}
        return {**{f"coda: {name}": address for name, address in self.queue.items()}, **searches, **self.dossier}

    def ask(self, address: str) -> float:
        """The milliseconds of processor of a page."""
        used = processor()
        status = self.client.get(address).status_code
        took = 1000 * (processor() - used)
        if status != 200:
            raise SystemExit(f"{address}: risposta {status}.")
        return took

    def queries(self, address: str) -> int:
        """How many queries a page asks, the marks of its transaction apart."""
        with CaptureQueriesContext(connection) as asked:
            self.client.get(address)
        return sum(query["sql"] not in ("BEGIN", "COMMIT") for query in asked.captured_queries)


def main() -> int:
    """Print the figures; 0 when every promise is kept."""
    sizes, rounds = SIZES, CHOSEN.rounds
    officer = office()
    desks: dict[int, Desk] = {}
    for size in sizes:
        begun = time.monotonic()
        copy_of_office(f"{NAME}_{size}")
        grow(size)
        desks[size] = Desk(officer)
        print(f"{size:,} domande in {time.monotonic() - begun:.0f} s", flush=True)
    times: dict[tuple[str, int], list[float]] = defaultdict(list)
    queries: dict[tuple[str, int], int] = {}
    for _ in range(rounds):
        for size, desk in desks.items():
            stand_on(f"{NAME}_{size}")
            connection.ensure_connection()
            for address in desk.pages.values():
                desk.client.get(address)
            for name, address in desk.pages.items():
                times[name, size] += [desk.ask(address) for _ in range(3)]
                if (name, size) not in queries:
                    queries[name, size] = desk.queries(address)
    print(f"carico della macchina: {os.getloadavg()}; {rounds} giri di 3")
    print("millisecondi di processore: il minimo (la mediana)")
    print(f"{'pagina':32}" + "".join(f"{size:>18,}" for size in sizes) + f"{'rapporto':>10}{'query':>7}")
    broken = []
    for name in desks[sizes[0]].pages:
        found = [min(times[name, size]) for size in sizes]
        middle = [statistics.median(times[name, size]) for size in sizes]
        ratio, asked = found[-1] / found[0], max(queries[name, size] for size in sizes)
        shown = "".join(f"{each:9.1f} ({other:6.1f})" for each, other in zip(found, middle, strict=True))
        print(f"{name:32}{shown}{ratio:10.2f}{asked:7}")
        if name.startswith("coda") and ratio > RATIO:
            broken.append(f"{name}: {ratio:.2f} volte")
        if name.startswith("ricerca") and max(found) > SEARCH_MS:
            broken.append(f"{name}: {max(found):.0f} ms")
        if asked > (DOSSIER_QUERIES if name == "fascicolo" else QUEUE_QUERIES):
            broken.append(f"{name}: {asked} query")
    print("promesse: " + ("; ".join(broken) or "tutte mantenute"))
    return 1 if broken else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,50000,100000", help="quante domande, dalla più piccola")
    parser.add_argument("--rounds", type=int, default=5, help="quanti giri")
    CHOSEN = parser.parse_args()
    SIZES = [int(text) for text in CHOSEN.sizes.split(",")]
    data = Path(tempfile.mkdtemp(prefix="desk-"))
    os.environ |= {"SPORTELLO_DATA": str(data), "SPORTELLO_ENV": "production", "SECRET_KEY": "only-for-this-measure"}
    os.environ |= {"ALLOWED_HOSTS": "testserver", "DJANGO_SETTINGS_MODULE": "portal.settings.production"}
    try:
        with databases(os.environ["DATABASE_URL"], [f"{NAME}_{size}" for size in SIZES]) as address:
            os.environ["DATABASE_URL"] = address
            import django

            django.setup()
            from django.db import connection
            from django.test import Client
            from django.test.utils import CaptureQueriesContext
            from django.utils.http import urlencode

            from applications.models import Application, Call
            from benchmarks.desk_seed import grow, known, office
            from portal.models import User

            kept = main()
            connection.close()
        sys.exit(kept)
    finally:
        shutil.rmtree(data, ignore_errors=True)
