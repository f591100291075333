"""Registering a firm, once, and keeping its data true."""

from datetime import datetime
from typing import Any, TypeVar

from django.db import IntegrityError, transaction

from applications import mandate_letters
from applications.domain import invitations, mandates
from applications.domain.firm_data import Typed, firm_data, registration, site_data
from applications.domain.lifecycle import member_roles
from applications.domain.mandates import NotForOffice, Scope
from applications.domain.staleness import ask_again
from applications.models import Application, Firm, FirmMember, Site
from applications.rules.facts import BadAnswers
from applications.rules.firm import Place, Workforce, too_few, workforce
from applications.rules.states import ApplicationState
from portal.kernel.deadlines import rome_day
from portal.kernel.roles import STAFF, Role
from portal.models import User
from portal.services import audit, mail
from portal.services.acts import act

Row = TypeVar("Row", Firm, Site)
FROZEN = ("vat_number", "name", "legal_form", "rea", "ateco", "province", "municipality", "road_freight")
"""What an application in hand was judged by: it changes only through the office."""
AT_REST = (ApplicationState.DRAFT, ApplicationState.WITHDRAWN, ApplicationState.REJECTED)


class FirmTaken(ValueError):
    """The firm is registered already; `mine` is its row when the person acts for it, else nothing is told."""

    def __init__(self, mine: Firm | None) -> None:
        super().__init__(
            "Questa impresa è già registrata sul portale e agisci già per lei."
            if mine
            else "Questa impresa è già registrata sul portale da un'altra persona. Se agisci per l'impresa, chiedi una "
            "delega al legale rappresentante oppure scrivi all'ufficio dalla pagina dei contatti."
        )
        self.mine = mine


@act
def register_firm(typed: Typed, *, actor: User, now: datetime) -> Firm:
    """Register a firm; whoever does it acts for it from now on, as its representative or as its delegate.

    A delegate declares what they were entrusted with, and the firm is written to at its PEC.
    Raises NotForOffice, BadAnswers with a sentence per field, FirmTaken.
    """
    if actor.roles_anywhere_at(now) & STAFF:
        raise NotForOffice
    data, role, scopes = registration(typed, today=rome_day(now))
    try:
        with transaction.atomic():
            firm = Firm.objects.create(**data, created_at=now)
    except IntegrityError:
        known = Firm.objects.filter(tax_code=data["tax_code"]).first()
        if known is None:
            raise
        raise FirmTaken(known if member_roles(actor, known.pk, now) else None) from None
    FirmMember.objects.create(firm=firm, user=actor, role=role, scopes=scopes, since=now)
    audit.record("firm.register", f"firm:{firm.pk}", actor=actor, now=now, role=str(role), scopes=scopes)
    if role == Role.DELEGATE:
        invitations.invite_the_firm(firm, scopes, actor=actor, now=now)
    return firm


@act
def update_firm(firm: Firm, typed: Typed, *, actor: User, now: datetime) -> Firm:
    """Correct a firm's data; the codice fiscale never changes.

    A delegate who moves the PEC is told of also at the address it had: the new one is theirs to choose.
    Raises NotForYou, BadAnswers with a sentence per field: also for what an application in hand was judged by.
    """
    row = locked(firm, actor, now)
    data = firm_data({**typed, "tax_code": row.tax_code}, today=rome_day(now))
    changed = [name for name, value in data.items() if getattr(row, name) != value]
    problems = {}
    if (protocol := application_in_hand(row)) and (frozen := [name for name in changed if name in FROZEN]):
        sentence = f"Fa parte della domanda {protocol}, già presentata: per correggerlo scrivi all'ufficio."
        problems = dict.fromkeys(frozen, sentence)
    if wrong := too_few(data["total_employees"], workforce_of(row).in_sites):
        problems["total_employees"] = wrong
    if problems:
        raise BadAnswers(problems)
    before = row.pec
    row = saved(row, data, "firm.update", actor, now)
    if before and row.pec != before and Role.APPLICANT not in member_roles(actor, row.pk, now):
        subject, body = mandate_letters.pec_moved(row.name, row.pk, str(actor), row.pec, now)
        key = f"firm-{row.pk}-pec-{now:%Y%m%d%H%M%S%f}"
        mail.write([mail.Letter(key, before, subject, body, f"firm:{row.pk}")], now=now)
    return row


@act
def save_site(firm: Firm, site: Site | None, typed: Typed, *, actor: User, now: datetime) -> Site:
    """Add a site to the firm, or correct one of its own. Raises NotForYou, BadAnswers with a sentence per field."""
    row = locked(firm, actor, now)
    others = row.sites.all()
    if site is not None:
        site, others = others.get(pk=site.pk), others.exclude(pk=site.pk)
    data = site_data(typed, today=rome_day(now))
    problems = {}
    if others.filter(municipality=data["municipality"], address__iexact=data["address"]).exists():
        problems["address"] = "Questa sede c'è già: correggi quella, o scrivi un altro indirizzo."
    in_sites = data["employees"] + sum(other.employees for other in others)
    if wrong := too_few(row.total_employees, in_sites):
        problems["employees"] = wrong
    if problems:
        raise BadAnswers(problems)
    return saved(site or Site(firm=row), data, "firm.save_site", actor, now)


@act
def remove_site(firm: Firm, site: Site, *, actor: User, now: datetime) -> None:
    """Take a site away: it was closed, or written by mistake. Raises NotForYou, Site.DoesNotExist."""
    row = locked(firm, actor, now)
    known = row.sites.get(pk=site.pk)
    audit.record("firm.remove_site", f"firm:{row.pk}", actor=actor, now=now, site=str(known))
    known.delete()
    ask_again(firm=row)


def workforce_of(firm: Firm) -> Workforce:
    """The employees of a firm, summed up over its sites."""
    return workforce(firm.total_employees, [Place(site.province, site.employees) for site in firm.sites.all()])


def application_in_hand(firm: Firm) -> str:
    """The protocol of an application of the firm that the office has in hand or has admitted; empty when none."""
    application = Application.objects.filter(firm=firm).exclude(status__in=AT_REST).order_by("pk").first()
    return application.protocol if application else ""


def locked(firm: Firm, actor: User, now: datetime) -> Firm:
    """The firm's row, locked, for somebody who may write its data. Raises NotForYou, OutOfScope."""
    row = Firm.objects.select_for_update().get(pk=firm.pk)
    mandates.require(actor, row.pk, Scope.FILL, now)
    return row


def saved(row: Row, data: dict[str, Any], name: str, actor: User, now: datetime) -> Row:
    """Write what changed and say in the register which fields it was; the firm's drafts are to be judged again."""
    changed = sorted(field for field, value in data.items() if getattr(row, field) != value)
    for field in changed:
        setattr(row, field, data[field])
    if changed:
        row.save()
        target = row if isinstance(row, Firm) else row.firm
        audit.record(name, f"firm:{target.pk}", actor=actor, now=now, fields=changed)
        ask_again(firm=target)
    return row
