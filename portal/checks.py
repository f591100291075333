"""What must hold before the portal starts: `manage.py check`."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from portal.static_finder import FILES, package_folder


def look_is_there(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Style sheets of Bootstrap Italia and the fonts of the papers are on the machine."""
    try:
        folder = package_folder()
    except LookupError as error:
        return [Error(str(error), id="portal.E001")]
    missing = [name for name in FILES if not (folder / name).is_file()]
    missing += [
        name for name in ("fonts.conf", "TitilliumWeb-Regular.ttf") if not (settings.FONTS_ROOT / name).is_file()
    ]
    return [Error(f"Manca il file {name}: reinstallare i pacchetti.", id="portal.E002") for name in missing]


def demo_accounts_stay_home(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A real installation never lists accounts with a known password."""
    if settings.SHOW_DEMO_ACCOUNTS and not settings.DEMO_ACCOUNTS_ALLOWED:
        return [Error("Gli account dimostrativi si mostrano solo dove possono esistere.", id="portal.E003")]
    return []


def mail_stays_home_only_at_home(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A real installation sends its mail, and shows nobody's to everybody."""
    kept = settings.LOCAL_MAILBOX or settings.EMAIL_BACKEND == "portal.services.mailbox.Backend"
    if kept and not settings.DEMO_ACCOUNTS_ALLOWED:
        return [Error("La posta di prova si legge senza accesso: mai in un'installazione vera.", id="portal.E004")]
    return []


def trial_identity_stays_home(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A real installation never believes a digital identity that anybody may write."""
    if settings.TRIAL_IDENTITY and not settings.DEMO_ACCOUNTS_ALLOWED:
        return [Error("L'identità di prova crede a chiunque: mai in un'installazione vera.", id="portal.E005")]
    return []


CHECKS = (look_is_there, demo_accounts_stay_home, mail_stays_home_only_at_home, trial_identity_stays_home)
