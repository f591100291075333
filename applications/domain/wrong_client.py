"""A file of one client sent for another: noticed for who acts for both, told to nobody else."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from applications.models import Application, Attachment, Firm
from applications.permissions import firms_visible_to
from applications.rules.wrong_client import codes_in, seems_of
from portal.models import User
from portal.services import uploads


def client_named_in(data: bytes, application: Application, *, actor: User, now: datetime) -> Firm | None:
    """Another firm the person acts for that the words of the file name, when they do not name the application's.

    Who acts for one firm only has nothing to mix up: the file is not even read.
    """
    others = list(firms_visible_to(actor, now).exclude(pk=application.firm_id))
    if not others:
        return None
    owners = {code: firm for firm in others for code in _codes(firm)}
    own = _codes(application.firm)
    found = codes_in(uploads.words_of(data), owners.keys() | set(own))
    return seems_of(found, own, owners)


def warnings_for(attachments: Iterable[Attachment], *, viewer: User, now: datetime) -> Mapping[int, str]:
    """A sentence for each file that seems another client's, by the file's key.

    The other client is named to who acts for it, and only to them.
    """
    doubtful = {one.pk: one.seems_of_id for one in attachments if one.seems_of_id is not None}
    if not doubtful:
        return {}
    names = dict(firms_visible_to(viewer, now).filter(pk__in=doubtful.values()).values_list("pk", "name"))
    return {pk: _sentence(names.get(firm, "")) for pk, firm in doubtful.items()}


def _sentence(name: str) -> str:
    if not name:
        return (
            "Sembra di un'altra impresa: il file non porta i codici di questa. Controllalo, e toglilo se è uno sbaglio."
        )
    return f"Sembra di un altro cliente ({name}). Controlla il file, e toglilo se è uno sbaglio."


def _codes(firm: Firm) -> tuple[str, ...]:
    return tuple(filter(None, (firm.vat_number, firm.tax_code)))
