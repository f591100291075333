"""The visura de minimis beside a dossier: asked with a button, never by a page; what the register said is kept."""

from datetime import datetime, timedelta

from applications.domain.checks import facts_as_submitted
from applications.models import Application
from portal.kernel.money import plain
from portal.models import User
from portal.services import audit
from portal.services.acts import act
from vouchers.domain.aid_register import RegisterDown, aid_register
from vouchers.domain.aid_requests import NoRegister
from vouchers.domain.lifecycle import require_office
from vouchers.domain.state_aid import RECORDERS
from vouchers.models import AidVisura

Outcome = AidVisura.Outcome
FRESH = timedelta(minutes=1)
"""Asked again within this time, the visura just given is given back."""


def ask(application: Application, *, actor: User, now: datetime) -> AidVisura:
    """Ask the register for the aids of the single undertaking, outside every transaction, and keep what it says.

    The undertaking is the firm and every codice fiscale that it named among its aids.
    Raises NotForThisRole, NoRegister.
    """
    require_office(actor, RECORDERS, now, "Visura de minimis", call_id=application.call_id)
    register = aid_register()
    if register is None:
        raise NoRegister
    just_now = AidVisura.objects.filter(application=application, asked_at__gt=now - FRESH, outcome=Outcome.FOUND)
    if (known := just_now.order_by("-pk").first()) is not None:
        return known
    try:
        found = [aid for code in undertaking(application) for aid in register.aids(code)]
    except RegisterDown:
        return _kept(application, Outcome.DOWN, [], actor=actor, now=now)
    rows = [
        {"on": aid.granted_on.isoformat(), "amount": plain(aid.amount), "to": aid.granted_to, "cor": aid.cor}
        for aid in found
    ]
    return _kept(application, Outcome.FOUND, rows, actor=actor, now=now)


@act
def _kept(
    application: Application, outcome: AidVisura.Outcome, aids: list[dict[str, str]], *, actor: User, now: datetime
) -> AidVisura:
    row = AidVisura.objects.create(application=application, outcome=outcome, aids=aids, asked_by=actor, asked_at=now)
    audit.record("aid_visura.ask", f"application:{application.pk}", actor=actor, now=now, outcome=outcome.value)
    return row


def undertaking(application: Application) -> list[str]:
    """The firm and the codici fiscali that it declared with it, as presented."""
    facts, snapshot = facts_as_submitted(application), application.snapshot
    own = [str(snapshot["firm"]["tax_code"])] if snapshot else []
    return [*own, *sorted({aid.granted_to for aid in facts.aids} - {*own})] if facts else own
