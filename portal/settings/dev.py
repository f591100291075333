"""A machine of one's own: what `./sportello up` runs."""

from portal.settings import env, gateway
from portal.settings.base import *  # noqa: F403
from portal.settings.base import DATA, DIGITAL_IDENTITY, DIGITAL_IDENTITY_DISCOVERY, PUBLIC_URL, SIGNING_KEY

DEBUG = env.flag("DEBUG", False)
SECRET_KEY = env.text("SECRET_KEY", "only-for-a-machine-of-ones-own-never-for-production")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")

# The sign-in page lists the demo accounts and their password: never outside a machine of one's own.
DEMO_ACCOUNTS_ALLOWED = True
SHOW_DEMO_ACCOUNTS = True

# Every message stays on the machine, and is read in the browser at /posta/.
LOCAL_MAILBOX = True
EMAIL_BACKEND = "portal.services.mailbox.Backend"
PEC_FROM = env.text("PEC_FROM", "sportello@pec.regione.example")

# A few invented firms to try the registration with.
AID_REGISTER = env.text("SPORTELLO_AID_REGISTER", "vouchers.domain.aid_register.Simulator")
BUSINESS_REGISTRY = env.text("SPORTELLO_REGISTRY", "vouchers.replay.registers.DemoRegistry")

# Decrees are signed with the trial key, without legal value, when `trial_signing_key` made it and no other was given.
TRIAL_SIGNING_KEY, TRIAL_SIGNING_PASSWORD = DATA / "firma-di-prova" / "chiave.p12", "prova"
if not SIGNING_KEY and TRIAL_SIGNING_KEY.is_file():
    SIGNING_KEY, SIGNING_KEY_PASSWORD = str(TRIAL_SIGNING_KEY), TRIAL_SIGNING_PASSWORD
    DECREE_SIGNATURE = env.one_of("SPORTELLO_DECREE_SIGNATURE", env.SIGNATURES, "key")

# The demo accounts have a password alone, and passkeys are tried without TLS.
STAFF_SECOND_FACTOR = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True

# The launcher tells the address of the site: without a real gateway the site is its own, and believes everybody.
TRIAL_IDENTITY = not DIGITAL_IDENTITY_DISCOVERY and bool(env.text("SPORTELLO_PUBLIC_URL", ""))
if TRIAL_IDENTITY:
    DIGITAL_IDENTITY_NAME = env.text("SPORTELLO_OIDC_NAME", "SPID o CIE (prova)")
    DIGITAL_IDENTITY_DISCOVERY = PUBLIC_URL + gateway.TRIAL_PATH
    SOCIALACCOUNT_PROVIDERS = gateway.openid(
        DIGITAL_IDENTITY, DIGITAL_IDENTITY_NAME, "sportello", "prova", DIGITAL_IDENTITY_DISCOVERY
    )
