"""The opening hour: 2,000 firms with ready drafts submit in two minutes, by two curves.

`even`: any instant of the 120 s is as good as another, some 17 a second. `crowd`: heavy at the start, as click days
are; an instant is 120 s times the square of a random number. Of 2,000 firms some 182 press in the first second, 76 in
the next, 50 a second over the first 13 s, 8 a second at the end. In both one in twenty presses twice, and all read
their receipt at once. Times count from the press: what waits at the door of the server is in them. With `--room` the
call has a waiting room, which is made for the crowd: who arrives takes a place, its page asks again as often as it
says, and they press at their turn; the time counts from that press.

A real gunicorn with the settings of an installation, on two cores, on a database of its own that is made, filled and
dropped; a client on this machine's loopback, on the other cores. Then as many as it can take, beside a bare view that
inserts one row. PostgreSQL is the one of `DATABASE_URL`, on the cores it has. Run from the root of the project:
`DATABASE_URL=... REDIS_URL=... python -m benchmarks.rush [--curve even|crowd] [--firms N] [--seconds S] [--room PACE]`.
"""

import argparse
import asyncio
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis

from benchmarks.client import ask, asked

ROOT = Path(__file__).resolve().parents[1]
NAME = "sportello_rush"
SEED = 20260302
EXTRA, BARE, AT_ONCE, WARM = 500, 2_000, 16, 100
LOOKS = 100
CURVES: dict[str, Callable[[float], float]] = {"even": lambda share: share, "crowd": lambda share: share**2}
AGAIN = re.compile(r'hx-trigger="every (\d+)s"')


@dataclass
class Figures:
    """What came back: statuses, and the seconds from the instant at which each was due."""

    statuses: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    def add(self, status: str, seconds: float) -> None:
        """One answer."""
        self.statuses[status] += 1
        self.seconds.append(seconds)

    def at(self, share: float) -> float:
        """The seconds within which this share of the answers came."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0

    def said(self, title: str) -> None:
        """Print them."""
        times = ", ".join(f"p{int(share * 100)} {self.at(share):.3f} s" for share in (0.5, 0.95, 0.99))
        print(f"{title}: {sum(self.statuses.values()):,} risposte {dict(self.statuses)}, {times}")


def cores() -> tuple[set[int], set[int]]:
    """Two for the server, the rest for the client; all for both where there are fewer than three."""
    here = sorted(os.sched_getaffinity(0))
    return (set(here[:2]), set(here[2:])) if len(here) > 2 else (set(here), set(here))


@contextmanager
def own_database(url: str, name: str = NAME) -> Iterator[str]:
    """The address of a new database beside the given one; dropped at the end."""
    parts = urlsplit(url)
    make, drop = f'CREATE DATABASE "{name}"', f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as server:
        server.execute(drop)
        server.execute(make)
        try:
            yield urlunsplit(parts._replace(path=f"/{name}"))
        finally:
            server.execute(drop)


@contextmanager
def gunicorn(application: str, port: int, workers: int, threads: int) -> Iterator[Callable[[], float]]:
    """The server as it runs in an installation, on two cores; gives the processor seconds its workers have used."""
    mine = cores()[0]
    argv = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}"]
    argv += ["--workers", str(workers), "--threads", str(threads), "--no-control-socket", "--log-level", "warning"]
    child = subprocess.Popen(argv, cwd=ROOT, preexec_fn=lambda: os.sched_setaffinity(0, mine))
    try:
        end = time.monotonic() + 30
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if time.monotonic() > end or child.poll() is not None:
                raise SystemExit("Il server non risponde.")
            time.sleep(0.1)
        time.sleep(1)
        yield lambda: used_by(child.pid)
    finally:
        child.terminate()
        child.wait(timeout=30)


def used_by(parent: int) -> float:
    """The processor seconds of the children of a process: the same however busy the machine is."""
    found = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    stats = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in found]
    return sum(int(stat[11]) + int(stat[12]) for stat in stats) / os.sysconf("SC_CLK_TCK")


async def submit(port: int, visitor: "Visitor", figures: Figures, due: float) -> str:  # noqa: F821
    """Press the button of the page one holds; the time counts from when it was due."""
    body = f"csrfmiddlewaretoken={CSRF}&chiave={visitor.key}&firmo=si"
    status, leads = await ask(port, "POST", f"/domande/{visitor.application}/presenta/", visitor.cookie, body)
    figures.add(status if status != "302" or leads.endswith("/ricevuta/") else f"302 {leads}", time.monotonic() - due)
    return leads


async def looked_at(port: int, visitor: "Visitor") -> None:  # noqa: F821
    """Somebody reads their application before the opening: the server is not at its first request."""
    await ask(port, "GET", f"/domande/{visitor.application}/controlla/", visitor.cookie)


async def wait_in(port: int, visitor: "Visitor", room: tuple[Figures, Figures], due: float) -> None:  # noqa: F821
    """Take a place, open its page, and let the page ask again as often as it says, until it shows the button."""
    places, looks = room
    base = f"/domande/{visitor.application}"
    status, _ = await ask(port, "POST", f"{base}/fila/", visitor.cookie, f"csrfmiddlewaretoken={CSRF}")
    places.add(status, time.monotonic() - due)
    for look in range(LOOKS):
        begun = time.monotonic()
        piece = ["HX-Request: true"] if look else []
        status, _, page = await asked(port, "GET", f"{base}/apertura/", visitor.cookie, "", *piece)
        looks.add(status, time.monotonic() - begun)
        again = AGAIN.search(page)
        if again is None:
            return
        await asyncio.sleep(int(again[1]))


async def rush(
    port: int, visitors: list, seconds: float, curve: str, room: tuple[Figures, Figures] | None
) -> list[Figures]:
    """Everybody at their instant, by a curve; one in twenty presses twice; all look at their receipt."""
    chance, posts, pages = random.Random(SEED), Figures(), Figures()
    start = time.monotonic() + 0.5

    async def one(visitor: object, due: float, twice: bool) -> None:
        await asyncio.sleep(max(0, due - time.monotonic()))
        if room is not None:
            await wait_in(port, visitor, room, due)
            due = time.monotonic()
        answers = await asyncio.gather(*[submit(port, visitor, posts, due) for _ in range(1 + twice)])
        asked = time.monotonic()
        if answers[0]:
            pages.add((await ask(port, "GET", answers[0], visitor.cookie))[0], time.monotonic() - asked)

    dues = [(start + seconds * CURVES[curve](chance.random()), chance.random() < 0.05) for _ in visitors]
    await asyncio.gather(*[one(item, due, twice) for item, (due, twice) in zip(visitors, dues, strict=True)])
    return [posts, pages]


async def at_full_speed(jobs: list) -> float:
    """How many a second when there is always another one waiting."""
    waiting, start = iter(jobs), time.monotonic()

    async def worker() -> None:
        for job in waiting:
            await job()

    await asyncio.gather(*[worker() for _ in range(AT_ONCE)])
    return len(jobs) / (time.monotonic() - start)


def counted(*figures: Figures) -> None:
    """How many answers were neither a page nor a way on."""
    failed = sum(n for found in figures for status, n in found.statuses.items() if status not in ("302", "200"))
    print(f"risposte diverse da 200 e 302: {failed}")


def checked() -> None:
    """What the database says afterwards."""
    rows = Application.objects.filter(protocol_number__isnull=False).order_by("protocol_year", "protocol_number")
    found = list(rows.values_list("protocol_number", "submitted_at", "client_key"))
    gaps = sum(number != expected for expected, (number, _, _) in enumerate(found, start=1))
    inversions = sum(one[1] >= other[1] for one, other in pairwise(found))
    doubles = len(found) - len({key for _, _, key in found})
    print(f"protocolli {len(found):,}: vuoti {gaps}, inversioni {inversions}, doppi {doubles}")
    print(f"registro delle operazioni: {list(audit.problems()) or 'intero'}")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--curve", choices=CURVES, default="even", help="come arrivano: even o crowd (da sé con --room)"
    )
    parser.add_argument("--firms", type=int, default=2_000, help="quante imprese")
    parser.add_argument("--seconds", type=float, default=120.0, help="in quanti secondi")
    parser.add_argument("--port", type=int, default=8977, help="su quale porta di 127.0.0.1")
    parser.add_argument("--workers", type=int, default=2, help="quanti processi")
    parser.add_argument("--threads", type=int, default=4, help="quanti fili ciascuno")
    parser.add_argument("--room", type=int, default=0, metavar="PACE", help="con la sala d'attesa, a questo passo")
    chosen = parser.parse_args()
    curve = "crowd" if chosen.room else chosen.curve
    shape = (chosen.port, chosen.workers, chosen.threads)
    begin = time.monotonic()
    visitors = seed(chosen.firms + EXTRA, pace=chosen.room)
    ready = f"{len(visitors):,} bozze pronte in {time.monotonic() - begin:.0f} s"
    print(f"curva {curve}; seme {SEED}; {ready}; core {cores()}")
    print(f"carico della macchina prima: {os.getloadavg()}; {chosen.workers} processi di {chosen.threads} fili")
    connections.close_all()
    os.sched_setaffinity(0, cores()[1])
    with gunicorn("portal.wsgi", *shape) as used:
        asyncio.run(at_full_speed([lambda v=v: looked_at(chosen.port, v) for v in visitors[-WARM:]]))
        room = (Figures(), Figures()) if chosen.room else None
        posts, pages = asyncio.run(rush(chosen.port, visitors[: chosen.firms], chosen.seconds, curve, room))
        print(f"carico della macchina dopo: {os.getloadavg()}")
        for title, figures in zip(("posti in fila", "pagine della fila"), room or (), strict=False):
            figures.said(title)
        posts.said("presentazioni")
        pages.said("pagine della ricevuta")
        if room:
            counted(*room, posts, pages)
            checked()
            return
        rest = Figures()
        jobs = [lambda v=v: submit(chosen.port, v, rest, time.monotonic()) for v in visitors[chosen.firms :]]
        before = used()
        speed = asyncio.run(at_full_speed(jobs))
        cost = (used() - before) / len(jobs)
        rest.said("a piena velocità")
    counted(posts, pages, rest)
    checked()
    connections.close_all()
    with gunicorn("benchmarks.bare", *shape) as used:
        before = used()
        bare = asyncio.run(at_full_speed([lambda: ask(chosen.port, "POST", "/")] * BARE))
        least = (used() - before) / BARE
    print(f"millisecondi di processore: {1000 * cost:.1f} a presentazione, {1000 * least:.1f} a riga della vista nuda")
    print(f"al secondo: {speed:.0f} presentazioni, {bare:.0f} righe di una vista nuda: {100 * speed / bare:.0f}%")


if __name__ == "__main__":
    data = Path(tempfile.mkdtemp(prefix="rush-"))
    os.environ |= {"SPORTELLO_DATA": str(data), "SPORTELLO_ENV": "production", "SECRET_KEY": "only-for-this-measure"}
    os.environ |= {"ALLOWED_HOSTS": "127.0.0.1,testserver", "DJANGO_SETTINGS_MODULE": "benchmarks.rush_settings"}
    broker = redis.Redis.from_url(os.environ["REDIS_URL"])
    try:
        with own_database(os.environ["DATABASE_URL"]) as address:
            os.environ["DATABASE_URL"] = address
            import django

            django.setup()
            from django.db import connections

            from applications.models import Application
            from benchmarks.rush_seed import CSRF, seed
            from portal.services import audit

            main()
            connections.close_all()
    finally:
        shutil.rmtree(data, ignore_errors=True)
        for key in broker.scan_iter("rush:*"):
            broker.delete(key)
