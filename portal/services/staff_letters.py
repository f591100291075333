"""What the portal writes to who is invited to work for the office."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from portal.demo import ROLE_NAMES
from portal.kernel.roles import Role
from portal.models import StaffInvitation
from portal.services.scopes import named


def roles_in_words(roles: list[str]) -> str:
    """Roles as people call them."""
    return "; ".join(str(ROLE_NAMES[Role(role)]) for role in roles)


def scopes_in_words(scopes: list[str]) -> str:
    """Scopes as people call them; one whose call is gone keeps its key."""
    names = named()
    return "; ".join(names.get(scope, scope) for scope in scopes)


def invitation(row: StaffInvitation, token: str) -> tuple[str, str]:
    """Subject and text of an invitation; the link is in it and nowhere else."""
    paragraphs = [
        _("%(name)s, %(by)s ti invita a lavorare sul portale per l'ufficio.")
        % {"name": row.name, "by": row.invited_by.name or row.invited_by.email},
        _("Ruolo: %(roles)s. Avvisi: %(scopes)s.")
        % {"roles": roles_in_words(row.roles), "scopes": scopes_in_words(row.scopes)},
        (
            _("Apri questo indirizzo entro il %(moment)s: scegli la password, poi un secondo passo per l'accesso.")
            if settings.STAFF_SECOND_FACTOR
            else _("Apri questo indirizzo entro il %(moment)s e scegli la password.")
        )
        % {"moment": _moment(row.expires_at)},
        settings.PUBLIC_URL + reverse("staff_invitation", args=[token]),
        _("L'indirizzo vale una volta sola. Se non ti aspettavi questo messaggio, ignoralo: non succede nulla."),
    ]
    return _("Invito a lavorare su %(service)s") % {"service": settings.SERVICE_NAME}, "\n\n".join(paragraphs)


def _moment(instant: datetime) -> str:
    return date_format(localtime(instant), "j F Y, H:i").lower()
