"""The employees of many firms from one file: judged as a whole, shown, and written in one act when confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from applications.domain import firms, identifiers
from applications.domain.mandates import OutOfScope, Scope
from applications.models import Application, Firm, HeadcountImport
from applications.permissions import firms_visible_to, memberships_at
from applications.rules.headcount_file import MOST_BYTES, BadFile, Line, Rows, decoded, lines_of, rows_of_text
from applications.rules.headcount_import import Change, Client, KnownSite, Wrong, judge
from portal.kernel.deadlines import rome_day
from portal.kernel.roles import Role
from portal.models import User
from portal.services import audit, uploads
from portal.services.acts import act
from portal.services.uploads import Refused


class StillWrong(ValueError):
    """Since the file was judged something changed, or a row was wrong from the start: nothing is written."""

    def __init__(self) -> None:
        super().__init__("Nel file ci sono righe da correggere: non è stato scritto nulla. Correggile e ricaricalo.")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rows of an import would write, and every mistake in them."""

    rows: int
    changes: Sequence[Change]
    wrongs: Sequence[Wrong]

    @property
    def firms(self) -> int:
        """How many firms the good rows touch."""
        return len({change.client.key for change in self.changes})


def receive(name: str, data: bytes | None, *, actor: User, now: datetime) -> HeadcountImport:
    """Read a file (CSV or .xlsx) and keep its rows, to be judged and perhaps confirmed.

    `data` is None when it is too large to be read. Raises BadFile with a sentence about the file as a whole.
    """
    rows = rows_sent(name, data)
    return _kept(uploads.clean(name), lines_of(rows), actor=actor, now=now)


def rows_sent(name: str, data: bytes | None) -> Rows:
    """The rows of a table sent as CSV or .xlsx; `data` is None when it is too large. Raises BadFile."""
    if data is None or len(data) > MOST_BYTES:
        raise BadFile("Il file supera 1 MB: bastano le colonne richieste. Togli il resto e ricaricalo.")
    try:
        return uploads.rows_of(name, data) if data.startswith(b"PK") else rows_of_text(decoded(data))
    except Refused as error:
        raise BadFile(str(error)) from None


@act
def _kept(name: str, lines: Sequence[Line], *, actor: User, now: datetime) -> HeadcountImport:
    kept = HeadcountImport.objects.create(
        uploaded_by=actor,
        uploaded_at=now,
        name=name,
        rows=[{"number": line.number, "cells": dict(line.cells)} for line in lines],
    )
    audit.record("headcounts.receive", f"headcounts:{kept.pk}", actor=actor, now=now, rows=len(lines))
    return kept


def imports_of(user: User) -> QuerySet[HeadcountImport]:
    """The imports that a person sees: one's own."""
    return HeadcountImport.objects.filter(uploaded_by=user)


def judgement(item: HeadcountImport, *, now: datetime) -> Judgement:
    """The rows of an import against the firms as they stand now; nothing is written."""
    lines = [Line(row["number"], row["cells"]) for row in item.rows]
    clients = _clients(item.uploaded_by, now)
    changes, wrongs = judge(lines, clients, today=rome_day(now), spelling=identifiers.tax_code)
    return Judgement(len(lines), changes, wrongs)


def _clients(user: User, now: datetime) -> dict[str, Client]:
    """The firms one acts for, by codice fiscale; somebody else's is as unknown as one that does not exist."""
    visible = firms_visible_to(user, now).prefetch_related("sites")
    in_hand = dict(
        Application.objects.filter(firm__in=visible)
        .exclude(status__in=firms.AT_REST)
        .order_by("firm", "-pk")
        .values_list("firm", "protocol_number")
    )
    may_fill = memberships_at(user, now).filter(Q(role=Role.APPLICANT) | Q(scopes__contains=[Scope.FILL]))
    writable = set(may_fill.values_list("firm", flat=True))
    return {firm.tax_code: _client(firm, bool(in_hand.get(firm.pk)), firm.pk in writable) for firm in visible}


def _client(firm: Firm, presented: bool, writable: bool) -> Client:
    sites = tuple(
        KnownSite(site.pk, site.municipality, site.province, site.address, site.employees) for site in firm.sites.all()
    )
    refusal = "" if writable else str(OutOfScope(Scope.FILL))
    return Client(firm.pk, firm.name, firm.total_employees, sites, refusal=refusal, presented=presented)


@act
def confirm(item: HeadcountImport, *, actor: User, now: datetime) -> HeadcountImport:
    """Write every row, all in one act; a second confirmation finds it done and changes nothing.

    What the office has in hand stays as it was presented: its headcount is frozen in the application.

    Raises HeadcountImport.DoesNotExist when it is not one's own, StillWrong when a row is wrong now.
    """
    item = HeadcountImport.objects.select_for_update().get(pk=item.pk, uploaded_by=actor)
    if item.confirmed_at is not None:
        return item
    wanted = judgement(item, now=now)
    locked = {pk: firms.locked(Firm(pk=pk), actor, now) for pk in sorted({each.client.key for each in wanted.changes})}
    # Judged again once nobody else can write: the sites may have changed while the locks were awaited.
    wanted = judgement(item, now=now)
    if wanted.wrongs or {each.client.key for each in wanted.changes} != locked.keys():
        raise StillWrong
    for change in wanted.changes:
        firm = locked[change.client.key]
        if change.site is None:
            data = {"total_employees": change.employees, "total_employees_on": change.counted_on}
            firms.saved(firm, data, "firm.update", actor, now)
        else:
            data = {"employees": change.employees, "employees_on": change.counted_on}
            firms.saved(firm.sites.get(pk=change.site.key), data, "firm.save_site", actor, now)
    item.confirmed_at, item.firms_written = now, len(locked)
    item.save(update_fields=["confirmed_at", "firms_written"])
    audit.record("headcounts.confirm", f"headcounts:{item.pk}", actor=actor, now=now, firms=len(locked))
    return item
