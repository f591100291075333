"""A real broker and a real Celery worker on the test database, in a process group of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import redis
from django.conf import settings as django_settings
from django.db import connection
from django.db.models import QuerySet
from pytest_django import Settings

from portal.services import jobs
from tests.conftest import ROOT, Desk

PATIENCE = 240
"""Seconds: a ceiling for a machine that is busy, not a promise."""
WORKER = "sportello-worker"
"""What the connections of the workers are called in the database."""


def wait_for(what: str, done: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Poll until it is so. Fails with `what` when it never is."""
    end = time.monotonic() + patience
    while not done():
        if time.monotonic() > end:
            pytest.fail(f"waited {patience} s in vain: {what}")
        time.sleep(0.05)


def connections_of(name: str) -> int:
    """How many connections of this name the database still serves."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = %s", [name]
        )
        return int(cursor.fetchone()[0])


@contextmanager
def kept_from_writing(rows: QuerySet[Any]) -> Iterator[None]:
    """Somebody else holds these rows for the block: nobody writes them, and whoever wants to waits."""
    sql, values = rows.values("pk").query.sql_with_params()
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute(f"{sql} FOR NO KEY UPDATE", values)
        yield


@dataclass
class Broker:
    """The queues of this test process: their keys carry its own prefix."""

    client: "redis.Redis"
    prefix: str

    def empty(self) -> int:
        """Lose every message, as a broker without memory does when it is restarted; how many keys were lost."""
        keys = list(self.client.scan_iter(match=f"{self.prefix}*"))
        return self.client.delete(*keys) if keys else 0

    def waiting(self) -> int:
        """Messages that no worker has taken."""
        return sum(self.in_line(queue, late=late) for queue in ("default", "pdf") for late in (False, True))

    def in_line(self, queue: str, *, late: bool) -> int:
        """Messages of one queue: those just asked for, or those that let them pass."""
        return self.client.llen(f"{self.prefix}{queue}" + (f"\x06\x16{jobs.LATE}" if late else ""))


@pytest.fixture
def broker() -> Iterator[Broker]:
    """The broker, empty before and after."""
    client = redis.Redis.from_url(os.environ.get("REDIS_URL", "redis://localhost:6379/0"))
    found = Broker(client, django_settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"])
    found.empty()
    yield found
    found.empty()
    client.close()


@pytest.fixture
def storage(tmp_path: Path, settings: Settings) -> Path:
    """The folder of documents that the test and its workers share."""
    folder = tmp_path / "sportello-test-documents" / settings.DOCUMENTS_ROOT.name
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": folder}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    return folder


@dataclass
class Workers:
    """Starts workers, and kills them without a word of warning."""

    environment: dict[str, str]
    log: Path
    running: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def start(self, *, include: str = "", children: int = 2) -> None:
        """One worker on both queues; `include`: a module it imports too (to take guards off)."""
        command = [sys.executable, "-m", "celery", "-A", "portal", "worker", "-Q", "default,pdf"]
        command += ["--concurrency", str(children)]
        quiet = ["--loglevel", "INFO", "--without-gossip", "--without-mingle", "--hostname", f"test-{os.getpid()}@%h"]
        quiet += ["--include", include] if include else []
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [*command, *quiet], cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        self.running.append(process)

    def kill(self) -> None:
        """SIGKILL to the whole group: parent and children, in the middle of whatever they do."""
        for process in self.running:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=60)
        self.running.clear()

    def bury(self) -> None:
        """Wait until the database has let go of the killed: what they were writing is written or undone."""
        wait_for("the connections of the dead to end", lambda: connections_of(WORKER) == 0)

    def said(self) -> str:
        """What the workers logged."""
        return self.log.read_text(encoding="utf-8", errors="replace")


@pytest.fixture
def workers(transactional_db: None, broker: Broker, storage: Path, tmp_path: Path) -> Iterator[Workers]:
    """Workers on this test's own database, broker and storage."""
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    environment = os.environ | {
        "SPORTELLO_ENV": "test",
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
        "DATABASE_URL": address.geturl(),
        "SPORTELLO_TEST_DOCUMENTS": str(tmp_path),
        "PGAPPNAME": WORKER,
    }
    made = Workers(environment, tmp_path / "worker.log")
    yield made
    made.kill()


@pytest.fixture
def live(committed_db: None, broker: Broker, workers: Workers, desk: Desk) -> Desk:
    """The office at work, its acts committed and their hints sent."""
    return desk
