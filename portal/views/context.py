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
    """Who is looking: signed in or not, with which roles, for many firms or not."""

    signed_in: bool
    roles: frozenset[Role]
    many_firms: bool


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A voice of the main menu: floors above are named by their address, never imported."""

    label: str
    path: str
    current: bool


MANY_FIRMS = "many_firms"
"""The session's key for the menu: asked of the database by the pages of the firms, never by the menu itself."""

MENU: tuple[tuple[Promise, str, Callable[[Person], bool]], ...] = (
    (_("Avvisi"), "/avvisi/", lambda person: True),
    (_("Le mie domande"), "/domande/", lambda person: person.signed_in and not person.roles & roles.STAFF),
    (_("Le mie imprese"), "/imprese/", lambda person: person.signed_in and not person.roles & roles.STAFF),
    (_("Quadro"), "/consulente/", lambda person: person.signed_in and person.many_firms),
    (_("Ufficio"), "/ufficio/", lambda person: bool(person.roles & roles.STAFF)),
    (_("Direzione"), "/direzione/", lambda person: bool(person.roles & roles.READS_MANAGEMENT)),
)


def remember_firms(request: HttpRequest, count: int) -> None:
    """Note for the menu whether the person acts for two firms or more, as the page at hand has just counted them."""
    if request.session.get(MANY_FIRMS, False) != (count > 1):
        request.session[MANY_FIRMS] = count > 1


def menu(request: HttpRequest) -> list[MenuItem]:
    """The voices that the person may use, the one of this page marked."""
    user = getattr(request, "user", None)
    known = user is not None and user.is_authenticated
    many = known and request.session.get(MANY_FIRMS, False)
    person = Person(known, user.roles if known else frozenset(), many)
    return [MenuItem(str(label), path, request.path.startswith(path)) for label, path, shown in MENU if shown(person)]


def site(request: HttpRequest) -> dict[str, Any]:
    """The names of service, office and authority, and the menu, for header, footer and titles."""
    return {
        "SERVICE_NAME": settings.SERVICE_NAME,
        "OFFICE_NAME": settings.OFFICE_NAME,
        "AUTHORITY_NAME": settings.AUTHORITY_NAME,
        "LOCAL_MAILBOX": settings.LOCAL_MAILBOX,
        "menu": SimpleLazyObject(lambda: menu(request)),
    }
