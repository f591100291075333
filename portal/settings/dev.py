"""A machine of one's own: what `./sportello up` runs."""

from portal.settings import env
from portal.settings.base import *  # noqa: F403

DEBUG = env.flag("DEBUG", False)
SECRET_KEY = env.text("SECRET_KEY", "only-for-a-machine-of-ones-own-never-for-production")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")

# The sign-in page lists the demo accounts and their password: never outside a machine of one's own.
DEMO_ACCOUNTS_ALLOWED = True
SHOW_DEMO_ACCOUNTS = True

# A few invented firms to try the registration with.
BUSINESS_REGISTRY = env.text("SPORTELLO_REGISTRY", "applications.domain.registry.Simulator")

# The demo accounts have a password alone, and passkeys are tried without TLS.
STAFF_SECOND_FACTOR = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
