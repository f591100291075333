"""R2: people submit while sessions, statements, web processes, workers and the broker are killed under them.

Real gunicorn, real Celery, real sockets; everything random comes from one seed. `SPORTELLO_LONG=1` sends the two
thousand applications of the full figure; here there are fewer, so that a run stays short.
"""

import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Thread
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from applications.models import Application
from portal.models import Mail, Promise, User
from portal.services import audit, jobs, outbox
from tests.applications.guided import opened
from tests.conftest import ROOT, Desk, FirmMaker
from tests.jobs.conftest import WORKER, Broker, Workers, broker, live, storage, wait_for, workers
from tests.portal.services.parallel import at_once

__all__ = ["broker", "live", "storage", "workers"]
pytestmark = [pytest.mark.broker, pytest.mark.slow]

MANY = 2_000 if os.environ.get("SPORTELLO_LONG") else 60
SENDERS = 6
EVERY = 3
"""Answers between two faults."""
TRIES = 200
SEED = 20261121
TOKEN = "a" * 32
WEB = "sportello-web"


@dataclass
class Web:
    """A real server on the test's database, whose processes can be killed one by one."""

    process: "subprocess.Popen[bytes]"
    port: int
    cookie: str

    def children(self) -> list[int]:
        """The processes that answer."""
        found = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, check=False, text=True)
        return [int(pid) for pid in found.stdout.split()]

    def _request(self, pk: int, key: UUID) -> bytes:
        body = urlencode({"chiave": str(key), "firmo": "si", "csrfmiddlewaretoken": TOKEN})
        lines = (
            f"POST /domande/{pk}/presenta/ HTTP/1.1", f"Host: 127.0.0.1:{self.port}", f"Cookie: {self.cookie}",
            "Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}", "Connection: close",
        )  # fmt: skip
        return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()

    def post(self, pk: int, key: UUID) -> str:
        """Where the answer leads, or its status. Raises OSError, HTTPException when there is none."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as line:
            line.sendall(self._request(pk, key))
            answer = http.client.HTTPResponse(line)
            answer.begin()
            answer.read()
            return answer.headers.get("Location") or str(answer.status)

    def post_and_leave(self, pk: int, key: UUID) -> None:
        """The whole request, and the line is dropped before any answer."""
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=20) as line:
            line.sendall(self._request(pk, key))


@pytest.fixture
def web(workers: Workers, anna: User) -> Iterator[Web]:
    """Three processes of gunicorn, Anna signed in."""
    environment = workers.environment | {"PGAPPNAME": WEB}
    command = [sys.executable, "-m", "gunicorn", "portal.wsgi", "--workers", "3", "--bind"]
    with socket.create_server(("127.0.0.1", 0)) as line, (workers.log.parent / "web.log").open("wb") as log:
        port = line.getsockname()[1]
        process = subprocess.Popen(
            [*command, f"fd://{line.fileno()}"], cwd=ROOT, env=environment, stdout=log, stderr=log,
            start_new_session=True, pass_fds=[line.fileno()],
        )  # fmt: skip
    browser = Client()
    browser.force_login(anna)
    session = browser.cookies[settings.SESSION_COOKIE_NAME].value
    found = Web(process, port, f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}")
    try:
        wait_for("the web server", lambda: _answers(port))
        yield found
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=60)


def _answers(port: int) -> bool:
    with (
        suppress(OSError, http.client.HTTPException),
        closing(http.client.HTTPConnection("127.0.0.1", port, 5)) as line,
    ):
        line.request("GET", "/")
        return line.getresponse().status < 500
    return False


@dataclass
class Chaos:
    """Does harm in turn, once every few answers, while the other requests are on their way."""

    web: Web
    broker: Broker
    workers: Workers
    chance: random.Random
    done: "Counter[str]" = field(default_factory=Counter)
    answered: "Counter[int]" = field(default_factory=Counter)
    over: Event = field(default_factory=Event)

    def run(self) -> None:
        """Until told that it is over; a slow machine is harmed as often as a quick one, by its own measure."""
        turn = 0
        while not self.over.wait(0.01):
            if len(self.answered) >= EVERY * turn:
                fault = (self.terminate, self.cancel, self.kill_web, self.flush, self.kill_worker)[turn % 5]
                self.done[fault.__name__] += fault()
                turn += 1
        connection.close()

    def _sessions(self, do: str) -> int:
        """Do something to up to two random sessions of the web server and the workers; to how many."""
        found = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = ANY(%s)"
        chosen: list[int] = []
        with connection.cursor() as cursor:
            while not (chosen or self.over.is_set()):
                cursor.execute(found, [[WEB, WORKER]])
                pids = [pid for (pid,) in cursor.fetchall()]
                chosen = self.chance.sample(pids, min(2, len(pids)))
            for pid in chosen:
                cursor.execute(f"SELECT {do}(%s)", [pid])
        return len(chosen)

    def terminate(self) -> int:
        """The session ends in the middle of whatever it does."""
        return self._sessions("pg_terminate_backend")

    def cancel(self) -> int:
        """The statement that runs is cancelled."""
        return self._sessions("pg_cancel_backend")

    def kill_web(self) -> int:
        """SIGKILL to one of the processes that answer."""
        children = self.web.children()
        with suppress(ProcessLookupError, IndexError):
            os.kill(self.chance.choice(children), signal.SIGKILL)
            return 1
        return 0

    def flush(self) -> int:
        """The broker forgets everything."""
        self.broker.empty()
        return 1

    def kill_worker(self) -> int:
        """SIGKILL to the worker with its children; another one starts."""
        self.workers.kill()
        self.workers.start()
        return 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the promises of a submission are measured by: all three must be nothing."""

    lost: int
    double: int
    gaps: int


def judged(acknowledged: Iterable[int], numbers: dict[int, list[int]]) -> Verdict:
    """`acknowledged`: the applications that were told «presentata»; `numbers`: by application, its protocol numbers."""
    given = sorted(number for found in numbers.values() for number in found)
    return Verdict(
        lost=sum(not numbers.get(pk) for pk in acknowledged),
        double=sum(len(found) > 1 for found in numbers.values()) + len(given) - len(set(given)),
        gaps=max(given, default=0) - len(set(given)),
    )


def protocols() -> dict[int, list[int]]:
    """By application, every number that its events and its row say it took."""
    rows = Application.objects.exclude(protocol_number=None).values_list("pk", "protocol_number")
    return {pk: [number] for pk, number in rows}


def sender(web: Web, drafts: list[Application], chaos: Chaos) -> Callable[[int], dict[int, str]]:
    """Who sends every sixth draft: asks again with the same key until somebody answers; every third first leaves."""

    def send(number: int) -> dict[int, str]:
        answers = {}
        for draft in drafts[number::SENDERS]:
            key = uuid4()
            if draft.pk % 3 == 0:
                web.post_and_leave(draft.pk, key)
                chaos.done["client_abort"] += 1
            for _ in range(TRIES):
                with suppress(OSError, http.client.HTTPException):
                    answers[draft.pk] = web.post(draft.pk, key)
                    if answers[draft.pk].endswith("/ricevuta/"):
                        chaos.answered[draft.pk] += 1
                        break
                time.sleep(0.1)
        return answers

    return send


def test_nothing_acknowledged_is_lost_doubled_or_skipped(
    live: Desk, broker: Broker, workers: Workers, web: Web, make_firm: FirmMaker, anna: User,
    record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    opened(live.call)
    drafts = [live.draft(make_firm(anna)) for _ in range(MANY)]
    workers.start()
    chaos = Chaos(web, broker, workers, random.Random(SEED))
    harm = Thread(target=chaos.run)
    harm.start()
    try:
        walked = at_once(SENDERS, sender(web, drafts, chaos))
    finally:
        chaos.over.set()
        harm.join()

    assert [item for item in walked if isinstance(item, Exception)] == []
    answers = {pk: said for found in walked for pk, said in found.items()}  # type: ignore[union-attr]
    assert answers == {draft.pk: f"/domande/{draft.pk}/ricevuta/" for draft in drafts}
    assert judged(answers, protocols()) == Verdict(0, 0, 0)
    rows = Application.objects.order_by("protocol_number")
    assert [row.protocol_number for row in rows] == list(range(1, MANY + 1))
    assert [row.pk for row in rows] == [row.pk for row in rows.order_by("submitted_at")]
    assert set(Counter(row.events.filter(event="submit").count() for row in rows)) == {1}
    assert Mail.objects.filter(channel="PEC").count() == MANY
    assert list(audit.problems()) == []

    # The guard off: with the broker emptied and the worker dead nobody makes the papers that are missing.
    workers.kill()
    workers.bury()
    broker.empty()
    with jobs.muted():
        live.submit(make_firm(anna))  # however quick the worker was, one is missing
    missing = Application.objects.filter(receipt=None).count()
    workers.start()
    with pytest.raises(pytest.fail.Exception, match="in vain"):
        wait_for("papers nobody asks for", lambda: Application.objects.filter(receipt=None).count() < missing, 4)

    # The guard on.
    def all_done() -> bool:
        outbox.reconcile(timezone.now() + timedelta(seconds=settings.OUTBOX_RETRY_SECONDS))
        return not Promise.objects.exclude(state=Promise.State.DONE).exists()

    wait_for("every promise", all_done)
    assert not Application.objects.filter(receipt=None).exists()
    assert Application.objects.values("receipt").distinct().count() == MANY + 1
    record_property(
        "R2",
        f"seed {SEED}: {MANY} domande, guasti {dict(sorted(chaos.done.items()))}, perse 0, doppie 0, buchi 0; "
        f"ricevute che mancavano senza riconciliatore {missing}",
    )
    assert missing > 0
    assert all(chaos.done[name] > 0 for name in ("terminate", "cancel", "kill_web", "flush", "kill_worker"))
    assert chaos.done["client_abort"] > 0


@pytest.mark.parametrize(
    ("acknowledged", "numbers", "verdict"),
    [
        ([1, 2], {1: [1], 2: [2]}, Verdict(0, 0, 0)),
        ([1, 2], {1: [1]}, Verdict(1, 0, 0)),
        ([1], {1: [1, 2]}, Verdict(0, 1, 0)),
        ([1, 2], {1: [1], 2: [1]}, Verdict(0, 1, 0)),
        ([1, 2], {1: [1], 2: [3]}, Verdict(0, 0, 1)),
    ],
)
def test_the_measure_sees_what_it_should(
    acknowledged: list[int], numbers: dict[int, list[int]], verdict: Verdict
) -> None:
    assert judged(acknowledged, numbers) == verdict
