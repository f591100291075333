"""What every template knows about the site."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from portal.kernel import roles
from portal.kernel.roles import Role


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A voice of the main menu: floors above are named by their address, never imported."""

    label: str
    path: str
    current: bool


MENU = (
    (_("Avvisi"), "/avvisi/", None),
    (_("Le mie domande"), "/domande/", roles.EMPLOYER_SIDE),
    (_("Ufficio"), "/ufficio/", roles.STAFF),
    (_("Direzione"), "/direzione/", roles.READS_MANAGEMENT),
)


def menu(request: HttpRequest) -> list[MenuItem]:
    """The voices that the person may use, the one of this page marked."""
    user = getattr(request, "user", None)
    held: frozenset[Role] = user.roles if user is not None and user.is_authenticated else frozenset()
    return [
        MenuItem(str(label), path, request.path.startswith(path))
        for label, path, wanted in MENU
        if wanted is None or not held.isdisjoint(wanted)
    ]


def site(request: HttpRequest) -> dict[str, Any]:
    """The names of service, office and authority, and the menu, for header, footer and titles."""
    return {
        "SERVICE_NAME": settings.SERVICE_NAME,
        "OFFICE_NAME": settings.OFFICE_NAME,
        "AUTHORITY_NAME": settings.AUTHORITY_NAME,
        "menu": SimpleLazyObject(lambda: menu(request)),
    }
