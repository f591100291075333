"""Whether the portal stands: for supervisors and load balancers."""

from collections.abc import Callable, Mapping
from contextlib import suppress

from celery import Celery
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from kombu.exceptions import KombuError

from portal.celery import app

TIMEOUT = 2
"""Seconds to wait for the broker."""


def database_answers() -> bool:
    """Whether a query comes back."""
    with suppress(Error), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))
    return False


def broker_answers(celery: Celery = app) -> bool:
    """Whether the broker accepts a connection."""
    with suppress(OSError, KombuError), celery.connection_for_write(connect_timeout=TIMEOUT) as link:
        link.ensure_connection(max_retries=1, interval_start=0, interval_step=0, timeout=TIMEOUT)
        return True
    return False


PARTS: dict[str, Callable[[], bool]] = {"database": database_answers, "broker": broker_answers}


@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """Open to everybody; names of parts only, no data of anybody."""
    return report({name: answers() for name, answers in PARTS.items()})


def report(parts: Mapping[str, bool]) -> JsonResponse:
    """200 when every part answers, 503 otherwise."""
    well = all(parts.values())
    body = {"stato": "ok" if well else "guasto"} | {name: "ok" if up else "non risponde" for name, up in parts.items()}
    return JsonResponse(body, status=200 if well else 503)
