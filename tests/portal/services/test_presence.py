"""Who is looking: said to the others for a minute and a half, and nobody waits for a broker that is dead."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings

from portal.models import User
from portal.services.presence import KEPT, address_of, looking

pytestmark = pytest.mark.usefixtures("nobody_looks")


def test_the_others_are_named_and_oneself_is_not(carla: User, elena: User, ivo: User, now: datetime) -> None:
    assert looking("test:1", carla, now) == []
    assert looking("test:1", elena, now) == ["Carla"]
    assert looking("test:1", ivo, now) == ["Carla", "Elena"]
    assert looking("test:1", carla, now) == ["Elena", "Ivo"]
    assert looking("test:2", carla, now) == []


def test_who_says_nothing_for_a_minute_and_a_half_is_gone(carla: User, elena: User, now: datetime) -> None:
    looking("test:3", carla, now)

    assert looking("test:3", elena, now + KEPT - timedelta(seconds=1)) == ["Carla"]
    assert looking("test:3", elena, now + KEPT + timedelta(seconds=1)) == []


@pytest.mark.parametrize(
    ("broker", "address"),
    [
        ("redis://cache.example:6379/3", "redis://cache.example:6379/3"),
        ("rediss://cache.example/0", "rediss://cache.example/0"),
        ("redis+socket:///run/x.sock?virtual_host=2", "unix:///run/x.sock?db=2"),
        ("amqp://rabbit.example//", ""),
    ],
)
def test_the_address_of_the_broker(broker: str, address: str) -> None:
    assert address_of(broker) == address


@pytest.mark.parametrize("broker", ["redis://127.0.0.1:1/0", "amqp://rabbit.example//"])
def test_without_a_broker_nobody_is_seen_and_nobody_waits_twice(
    broker: str, carla: User, elena: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = settings.CELERY_BROKER_URL
    looking("test:4", carla, now)
    monkeypatch.setattr(settings, "CELERY_BROKER_URL", broker)

    assert looking("test:4", elena, now) == []

    monkeypatch.setattr(settings, "CELERY_BROKER_URL", good)
    rests = broker.startswith("redis")
    assert looking("test:4", elena, now) == ([] if rests else ["Carla"])
