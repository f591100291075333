"""The settings of a trial with a broker of its own inside the shared one. For `benchmarks/session.py`."""

from portal.settings.dev import *  # noqa: F403
from portal.settings.dev import CELERY_BROKER_TRANSPORT_OPTIONS

BROKER_PREFIX = "session:"
CELERY_BROKER_TRANSPORT_OPTIONS = {**CELERY_BROKER_TRANSPORT_OPTIONS, "global_keyprefix": BROKER_PREFIX}
