"""Who is looking at a page now: a hint between colleagues, kept by the broker for a minute and a half, never a fact."""

import logging
import time
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import redis
from django.conf import settings
from django.db import connection

from portal.models import User

log = logging.getLogger(__name__)
KEPT = timedelta(seconds=90)
"""How long somebody counts as looking after their page last said so; it says so every 30 seconds."""
PATIENCE = 0.2
"""Seconds that a page waits for the broker."""
REST = 10.0
"""Seconds in which the broker is left alone after it did not answer: a page must not wait for it again."""


class _Broker:
    """Whether the broker answered lately, and the pool of its connections."""

    down_until = 0.0
    pools: dict[str, redis.ConnectionPool] = {}


def looking(what: str, user: User, now: datetime) -> list[str]:
    """Note that somebody looks at `what` (`kind:id`); the names of the others who do, in order of the alphabet.

    Nobody when the broker is not a Redis, or does not answer: the page goes on without.
    """
    address = address_of(settings.CELERY_BROKER_URL)
    if not address or time.monotonic() < _Broker.down_until:
        return []
    key = f"{connection.settings_dict['NAME']}:looking:{what}"
    try:
        with redis.Redis(connection_pool=_pool(address)).pipeline() as pipe:
            pipe.zremrangebyscore(key, 0, (now - KEPT).timestamp())
            pipe.zadd(key, {f"{user.pk}|{user}": now.timestamp()})
            pipe.expire(key, KEPT)
            pipe.zrange(key, 0, -1)
            members = [member.decode() for member in pipe.execute()[-1]]
    except redis.RedisError as error:
        _Broker.down_until = time.monotonic() + REST
        log.warning("nobody is seen looking: the broker does not answer (%s)", type(error).__name__)
        return []
    others = (member.partition("|") for member in members)
    return sorted(name for pk, _bar, name in others if pk != str(user.pk))


def address_of(broker: str) -> str:
    """The address of a broker as the Redis client writes it; empty for a broker that is no Redis."""
    parts = urlsplit(broker)
    if parts.scheme in {"redis", "rediss"}:
        return broker
    if parts.scheme == "redis+socket":
        number = parse_qs(parts.query).get("virtual_host", ["0"])[0]
        return f"unix://{parts.path}?db={number}"
    return ""


def _pool(address: str) -> redis.ConnectionPool:
    if address not in _Broker.pools:
        _Broker.pools[address] = redis.ConnectionPool.from_url(
            address, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE
        )
    return _Broker.pools[address]
