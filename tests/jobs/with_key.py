"""A worker that signs decrees by the key of the test: it imports this module before it takes any job."""

import os
from pathlib import Path

from django.conf import settings

settings.DECREE_SIGNATURE = "key"
settings.SIGNING_KEY = os.environ["TEST_SIGNING_KEY"]
settings.SIGNING_KEY_PASSWORD = os.environ["TEST_SIGNING_PASSWORD"]
settings.TRUST_ROOTS = Path(os.environ["TEST_TRUST_ROOTS"])
