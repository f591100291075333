"""The settings of a real installation, with a broker of its own inside the shared one. For `benchmarks/rush.py`."""

from portal.settings.production import *  # noqa: F403
from portal.settings.production import CELERY_BROKER_TRANSPORT_OPTIONS

BROKER_PREFIX = "rush:"
CELERY_BROKER_TRANSPORT_OPTIONS = {**CELERY_BROKER_TRANSPORT_OPTIONS, "global_keyprefix": BROKER_PREFIX}
