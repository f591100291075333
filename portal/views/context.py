"""What every template knows about the site."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from portal.kernel import roles
from portal.kernel.roles import Role


@dataclass(frozen=True, slots=True)
class Person:
    """Who is looking: signed in or not, with which roles."""

    signed_in: bool
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A voice of the main menu: floors above are named by their address, never imported."""

    label: str
    path: str
    current: bool


MENU: tuple[tuple[Promise, str, Callable[[Person], bool]], ...] = (
    (_("Avvisi"), "/avvisi/", lambda person: True),
    (_("Le mie domande"), "/domande/", lambda person: person.signed_in and not person.roles & roles.STAFF),
    (_("Le mie imprese"), "/imprese/", lambda person: person.signed_in and not person.roles & roles.STAFF),
    (_("Ufficio"), "/ufficio/", lambda person: bool(person.roles & roles.STAFF)),
    (_("Direzione"), "/direzione/", lambda person: bool(person.roles & roles.READS_MANAGEMENT)),
)


def menu(request: HttpRequest) -> list[MenuItem]:
    """The voices that the person may use, the one of this page marked."""
    user = getattr(request, "user", None)
    known = user is not None and user.is_authenticated
    person = Person(known, user.roles if known else frozenset())
    return [MenuItem(str(label), path, request.path.startswith(path)) for label, path, shown in MENU if shown(person)]


def site(request: HttpRequest) -> dict[str, Any]:
    """The names of service, office and authority, and the menu, for header, footer and titles."""
    return {
        "SERVICE_NAME": settings.SERVICE_NAME,
        "OFFICE_NAME": settings.OFFICE_NAME,
        "AUTHORITY_NAME": settings.AUTHORITY_NAME,
        "menu": SimpleLazyObject(lambda: menu(request)),
    }
