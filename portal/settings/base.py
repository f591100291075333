"""What is the same in every environment. Machine-dependent values come from `env.py`."""

import os
from datetime import timedelta

from csp.constants import NONE, SELF
from django.urls import reverse_lazy

from portal.settings import env, gateway, logs

ROOT = env.ROOT
DATA = env.folder("SPORTELLO_DATA", ROOT / ".sportello")
PUBLIC_URL = env.text("SPORTELLO_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")

# The office that runs the portal: shown in header, footer and papers.
OFFICE_NAME = env.text("SPORTELLO_OFFICE", "Direzione generale Formazione e lavoro")
AUTHORITY_NAME = env.text("SPORTELLO_AUTHORITY", "Regione Lombardia")
SERVICE_NAME = "Sportello"

INSTALLED_APPS = [
    "portal.apps.PortalConfig",
    "applications.apps.ApplicationsConfig",
    "vouchers.apps.VouchersConfig",
    "reporting.apps.ReportingConfig",
    "portal.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "rest_framework",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "csp",
    "pgtrigger",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "portal.views.method.MethodSaid",
    "portal.views.nul.WithoutNul",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.accounts.second_factor.StaffSecondFactor",
    "django_htmx.middleware.HtmxMiddleware",
    "applications.views.mandates.OutOfScopeSaid",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
ASGI_APPLICATION = "portal.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.views.context.site",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# A worker whose machine vanished holds its locks until the database notices: within a minute.
KEEPALIVES = "-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3"
SESSION = f"-c timezone=UTC {KEEPALIVES}"
DATABASES = {
    "default": {
        **env.database("DATABASE_URL", "postgresql://localhost/sportello"),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"options": f"-c lock_timeout=3s {SESSION}"},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "portal.User"
AUTHENTICATION_BACKENDS = ["portal.accounts.backend.SignedIn"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "portal.accounts.passwords.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = reverse_lazy("home")
LOGOUT_REDIRECT_URL = reverse_lazy("home")
ACCOUNT_ADAPTER = "portal.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_FORMS = {
    "login": "portal.accounts.forms.SignInForm",
    "signup": "portal.accounts.forms.SignUpForm",
    "reset_password": "portal.accounts.forms.AskResetForm",
    "reset_password_from_key": "portal.accounts.forms.NewPasswordForm",
    "change_password": "portal.accounts.forms.PasswordForm",
    "set_password": "portal.accounts.forms.FirstPasswordForm",
    "reauthenticate": "portal.accounts.forms.ConfirmPasswordForm",
}
ACCOUNT_SESSION_REMEMBER = False
DEMO_ACCOUNTS_ALLOWED = False
SHOW_DEMO_ACCOUNTS = False
ACCOUNT_RATE_LIMITS = {"login_failed": "10/15m/key,50/15m/ip"}
# Tries are counted where every process sees them.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shared_cache"},
}

# The second factor: an application that shows codes, or a passkey. Who works for the office must have one.
STAFF_SECOND_FACTOR = True
MFA_ADAPTER = "portal.accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "authenticate": "portal.accounts.forms.CodeForm",
    "reauthenticate": "portal.accounts.forms.ConfirmCodeForm",
    "activate_totp": "portal.accounts.forms.ActivateCodeForm",
    "add_webauthn": "portal.accounts.forms.AddPasskeyForm",
    "edit_webauthn": "portal.accounts.forms.RenamePasskeyForm",
}

# SPID and CIE through an OpenID Connect gateway: off until its discovery address is given.
DIGITAL_IDENTITY = "identita-digitale"
DIGITAL_IDENTITY_NAME = env.text("SPORTELLO_OIDC_NAME", "SPID o CIE")
DIGITAL_IDENTITY_DISCOVERY = env.text("SPORTELLO_OIDC_DISCOVERY", "")
SOCIALACCOUNT_ADAPTER = "portal.accounts.adapter.DigitalIdentityAdapter"
SOCIALACCOUNT_FORMS = {"signup": "portal.accounts.forms.IdentitySignUpForm"}
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form may post only to this site, and the gateway is another
SOCIALACCOUNT_PROVIDERS = gateway.openid(
    DIGITAL_IDENTITY,
    DIGITAL_IDENTITY_NAME,
    env.text("SPORTELLO_OIDC_CLIENT", ""),
    env.text("SPORTELLO_OIDC_SECRET", ""),
    DIGITAL_IDENTITY_DISCOVERY,
)
# Whoever asks is believed, under any name: only where nobody else can come in.
TRIAL_IDENTITY = False

LANGUAGE_CODE = "it"
TIME_ZONE = "Europe/Rome"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False  # a key in a page is not a number to read: what people read goes through a filter
LOCALE_PATHS = [ROOT / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [ROOT / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "portal.static_finder.BootstrapItaliaFinder",
]
DOCUMENTS_ROOT = DATA / "documents"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DOCUMENTS_ROOT},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Files that people send. Certificates (PEM or DER) of the authorities whose signatures are trusted lie in a folder;
# the antivirus is a clamd: unix:///run/clamav/clamd.ctl or tcp://host:3310, empty where there is none.
TRUST_ROOTS = env.folder("SPORTELLO_TRUST_ROOTS", DATA / "trust")
CLAMD_ADDRESS = env.text("SPORTELLO_CLAMD", "")
# The key that signs decrees (PKCS#12), and how they get their digital signature: "key" signs the PDF by itself,
# "upload" waits for the file that the signatory signed elsewhere, "none" asks for none.
SIGNING_KEY = env.text("SPORTELLO_SIGNING_KEY", "")
SIGNING_KEY_PASSWORD = env.text("SPORTELLO_SIGNING_KEY_PASSWORD", "")
DECREE_SIGNATURE = env.one_of("SPORTELLO_DECREE_SIGNATURE", env.SIGNATURES, "key" if SIGNING_KEY else "none")

FONTS_ROOT = ROOT / "static" / "fonts"
os.environ.setdefault("FONTCONFIG_FILE", str(FONTS_ROOT / "fonts.conf"))

DEFAULT_FROM_EMAIL = env.text("SPORTELLO_FROM_EMAIL", "sportello@regione.example")
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = DATA / "mail"
EMAIL_TIMEOUT = env.integer("EMAIL_TIMEOUT", 20)
# Certified mail (PEC) leaves by an account of its own; without one it leaves by the server of the ordinary mail.
PEC_FROM = env.text("PEC_FROM", "")
PEC_HOST = env.text("PEC_HOST", "")
PEC_PORT = env.integer("PEC_PORT", 465)
PEC_HOST_USER = env.text("PEC_HOST_USER", "")
PEC_HOST_PASSWORD = env.text("PEC_HOST_PASSWORD", "")
PEC_USE_SSL = env.flag("PEC_USE_SSL", True)
# Mail stays on the machine and is read at /posta/ in the browser: only where nobody else can read it.
LOCAL_MAILBOX = False

# Sentences for the next page stay with the session that earned them: a cookie would outlive it in the same browser.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "applications.views.kept.token_too_old"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

CELERY_BROKER_URL = env.broker("REDIS_URL", "redis://localhost:6379/0")
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Hints are tried once more and given up: an act must not wait for a dead broker, the reconciler sends them.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 900, "max_retries": 1, "interval_start": 0}
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_TIME_LIMIT = 600
PAPERS = (
    "applications.render_form", "applications.render_receipt", "vouchers.render_decree", "vouchers.sign_decree",
    "vouchers.render_letter",     "reporting.run_report",
)  # fmt: skip
CELERY_TASK_ROUTES = {name: {"queue": "pdf"} for name in PAPERS}
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "expire-application-terms": {"task": "applications.expire_terms", "schedule": timedelta(minutes=1)},
    "assign-waiting": {"task": "applications.assign_waiting", "schedule": timedelta(minutes=1)},
    "tend-windows": {"task": "applications.tend_windows", "schedule": timedelta(minutes=1)},
    "expire-award-terms": {"task": "vouchers.expire_terms", "schedule": timedelta(minutes=1)},
    "apply-money-acts": {"task": "vouchers.apply_money_acts", "schedule": timedelta(minutes=1)},
    "advance-waiting-lists": {"task": "vouchers.advance_waiting_lists", "schedule": timedelta(minutes=1)},
    "tell-firms": {"task": "applications.tell_firms", "schedule": timedelta(minutes=1)},
    "sum-up-for-firms": {"task": "applications.sum_up_for_firms", "schedule": timedelta(hours=1)},
    "scan-waiting-files": {"task": "applications.scan_waiting", "schedule": timedelta(minutes=5)},
    "remind-applicants": {"task": "applications.remind", "schedule": timedelta(minutes=5)},
    "remind-awarded": {"task": "vouchers.remind", "schedule": timedelta(minutes=5)},
    "pursue-aid-requests": {"task": "vouchers.pursue_aid_requests", "schedule": timedelta(seconds=30)},
    "sweep-files": {"task": "portal.sweep_files", "schedule": timedelta(hours=6)},
    "reconcile": {"task": "portal.reconcile", "schedule": timedelta(seconds=20)},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA / "beat-schedule")

# The adapter of Registro Imprese that fills in a firm's data; empty: nothing is filled in.
BUSINESS_REGISTRY = env.text("SPORTELLO_REGISTRY", "")

# The adapter of the State-aid register that gives the COR codes; empty: they come from a file.
AID_REGISTER = env.text("SPORTELLO_AID_REGISTER", "")

# A promise whose job has not ended is sent again after this long (seconds), be it running or not: whoever still
# runs it holds its lock, and the second one leaves. So the work of a killed worker waits no longer than this.
OUTBOX_RETRY_SECONDS = env.integer("OUTBOX_RETRY_SECONDS", 60)

# How long the letters of a bulk approval wait, so that it can be undone.
BULK_UNDO_SECONDS = env.integer("BULK_UNDO_SECONDS", 600)

LOGGING = logs.LOGGING
