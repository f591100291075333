"""The test suite: real PostgreSQL, a broker where the test asks for it, cheap password hashes."""

import tempfile
from pathlib import Path

from portal.settings import env
from portal.settings.base import *  # noqa: F403
from portal.settings.base import CELERY_BROKER_TRANSPORT_OPTIONS, DATABASES, SESSION, STORAGES

DEBUG = False
SECRET_KEY = "only-for-tests"
DEMO_ACCOUNTS_ALLOWED = True
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

DATABASES["default"]["TEST"] = {"NAME": env.text("SPORTELLO_TEST_DB", "test_sportello")}
DATABASES["default"]["CONN_MAX_AGE"] = 0
# Sixty-four in a line for one row, on a busy machine, wait for more than three seconds, and nothing is wrong.
DATABASES["default"]["OPTIONS"] = {"options": f"-c lock_timeout=60s {SESSION}"}

# Hints of the tests stay among themselves: no worker of anybody else on the same broker takes them.
OWN = f"{DATABASES['default']['TEST']['NAME']}-{env.text('PYTEST_XDIST_WORKER', 'alone')}"
CELERY_BROKER_TRANSPORT_OPTIONS = {**CELERY_BROKER_TRANSPORT_OPTIONS, "global_keyprefix": f"{OWN}:"}

# Files too: they are named by their bytes, and what one test loses on purpose another would write again.
DOCUMENTS_ROOT = Path(env.text("SPORTELLO_TEST_DOCUMENTS", tempfile.gettempdir())) / "sportello-test-documents" / OWN
STORAGES["default"]["OPTIONS"] = {"location": DOCUMENTS_ROOT}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

AID_REGISTER = "vouchers.domain.aid_register.Simulator"
BUSINESS_REGISTRY = "applications.domain.registry.Simulator"
STAFF_SECOND_FACTOR = False  # on in its own tests
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# Decrees are signed digitally in the tests that say so.
SIGNING_KEY, DECREE_SIGNATURE = "", "none"
TRIAL_SIGNING_KEY, TRIAL_SIGNING_PASSWORD = DOCUMENTS_ROOT / "firma-di-prova" / "chiave.p12", "prova"
