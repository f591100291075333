"""Asking the State-aid register for the COR codes, and writing down what it answers, however late (domain.md 9).

The register is asked outside every transaction; each answer is an act of its own. A code that comes when the voucher
has changed is not written on it: the request says so, for the code must be cancelled in the register.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from applications.models import Call
from portal.models import User
from portal.services import audit, outbox
from portal.services.acts import act
from portal.services.clock import Clock
from portal.services.locks import alone
from vouchers.domain.aid_register import AidNotice, AidRegister, RegisterDown, RegisterRefuses, aid_register
from vouchers.domain.funding import amount_of
from vouchers.domain.lifecycle import require_office
from vouchers.domain.state_aid import RECORDERS, BadCor, record_cors, without_cor
from vouchers.models import AidRequest, Award
from vouchers.rules.states import AwardState

State = AidRequest.State
OPEN = (State.ASKED, State.SENT)
SUBJECT = ("award__application__firm", "award__application__call")


class NoRegister(LookupError):
    """This installation is connected to no register."""

    def __init__(self) -> None:
        super().__init__(_("Il portale non è collegato al Registro degli aiuti: registra i codici da un file."))


@act
def ask(call: Call, *, actor: User, now: datetime) -> list[AidRequest]:
    """Ask for the codes of the reserved vouchers that have none, each once: those already asked are left alone.

    Raises NoRegister, NotForThisRole.
    """
    require_office(actor, RECORDERS, now, "Richiesta dei codici COR", call_id=call.pk)
    if aid_register() is None:
        raise NoRegister
    one_at_a_time(call)
    awards = without_cor(call).exclude(aid_requests__ended_at=None, aid_requests__isnull=False)
    rows = AidRequest.objects.bulk_create(
        AidRequest(award=award, amount=amount_of(award), asked_by=actor, asked_at=now)
        for award in awards.prefetch_related("lines")
    )
    if rows:
        audit.record("aid_requests.ask", f"call:{call.pk}", actor=actor, now=now, count=len(rows))
        key = f"aid-requests:{rows[0].pk}"
        outbox.promise("vouchers.pursue_aid_requests", key, now=now)
    return rows


def one_at_a_time(call: Call) -> None:
    """Whoever else asks for the codes of this call waits."""
    Call.objects.select_for_update(no_key=True).get(pk=call.pk)


def latest_by_award(call: Call) -> dict[int, AidRequest]:
    """By voucher, the latest request of each reserved voucher of a call that has no code yet (one query)."""
    rows = AidRequest.objects.filter(award__in=without_cor(call)).order_by("award_id", "-pk").distinct("award_id")
    return {row.award_id: row for row in rows}


def loose_codes(call: Call) -> QuerySet[AidRequest]:
    """The requests that ended without their code for a reason a person must look at, the newest first."""
    ended = AidRequest.objects.filter(award__call=call, state__in=(State.REFUSED, State.DROPPED))
    return ended.select_related("award__application").order_by("-pk")


def last_in_sql() -> Subquery:
    """SQL: the last request about the voucher of an application, for `told`."""
    rows = AidRequest.objects.filter(award__application=OuterRef("pk")).order_by("-pk")
    return Subquery(rows.values(row=JSONObject(**{name: F(name) for name in ("state", "problem", "is_deaf")}))[:1])


def told(award: Award, request: Mapping[str, Any] | None) -> str:
    """What the register said of a voucher, in words: its code, or how far the last request is."""
    if award.cor:
        return award.cor
    if request is None:
        return _("non ancora chiesto")
    said = str(State(request["state"]).label)
    if request["is_deaf"]:
        return _("%(state)s: il Registro degli aiuti non risponde, si riprova da sé") % {"state": said}
    return f"{said}: {request['problem']}" if request["problem"] else said


def pursue(clock: Clock) -> int:
    """Send what is to be sent, fetch what is ready; how many requests ended. Harmless when repeated.

    A register that does not answer is not asked again in this round: the open requests say since when it is deaf.
    Raises Busy while somebody else pursues them.
    """
    register, ended = aid_register(), 0
    if register is None:
        return 0
    with alone("aid-register"):
        for row in AidRequest.objects.filter(state__in=OPEN).select_related(*SUBJECT).order_by("pk"):
            try:
                ended += _pursued(register, row, clock)
            except RegisterDown:
                now = clock()
                AidRequest.objects.filter(state__in=OPEN, is_deaf=False).update(is_deaf=True, tried_at=now)
                break
    return ended


def _pursued(register: AidRegister, row: AidRequest, clock: Clock) -> bool:
    """One step for one request; whether it ended. Raises RegisterDown."""
    if not _still_wanted(row, now=clock()):
        return True
    try:
        if row.state == State.ASKED:
            ticket = register.send(_notice(row))
            AidRequest.objects.filter(pk=row.pk, state=State.ASKED).update(
                state=State.SENT, ticket=ticket, tried_at=clock(), is_deaf=False
            )
            return False
        cor = register.answer(row.ticket)
    except RegisterRefuses as error:
        _ended(row.pk, State.REFUSED, str(error) or _("Il Registro non dice perché."), now=clock())
        return True
    if cor is None:
        AidRequest.objects.filter(pk=row.pk).update(tried_at=clock(), is_deaf=False)
        return False
    return _answered(row.pk, cor, now=clock())


def _notice(row: AidRequest) -> AidNotice:
    application = row.award.application
    return AidNotice(
        key=f"aid-request:{row.pk}",
        protocol=application.protocol,
        firm=application.firm.name,
        tax_code=application.firm.tax_code,
        cup=application.call.cup,
        amount=row.amount,
    )


@act
def _still_wanted(row: AidRequest, *, now: datetime) -> bool:
    """Whether the voucher still needs a code for this amount; a request that nobody needs is closed, saying why."""
    problem = _changed(Award.objects.select_for_update(of=("self",)).get(pk=row.award_id), row)
    if problem:
        _ended(row.pk, State.DROPPED, problem, now=now)
    return not problem


def _changed(award: Award, row: AidRequest) -> str:
    """Why the voucher is not the one that was asked for; empty when it is."""
    if award.status != AwardState.RESERVED:
        return _("Il voucher non è più prenotato.")
    if award.cor:
        return _("Il voucher ha già il codice %(cor)s.") % {"cor": award.cor}
    return "" if amount_of(award) == row.amount else _("L'importo del voucher è cambiato dopo la richiesta.")


@act
def _answered(request_id: int, cor: str, *, now: datetime) -> bool:
    """Write the code on the voucher, or say why it cannot be. Always true: the request ended."""
    row = AidRequest.objects.select_for_update(of=("self",)).select_related("award__application").get(pk=request_id)
    award = Award.objects.select_for_update(of=("self",)).get(pk=row.award_id)
    problem = _changed(award, row)
    if problem:
        said = _("%(why)s Il codice %(cor)s va annullato nel Registro.") % {"why": problem, "cor": cor}
        _ended(row.pk, State.DROPPED, said, now=now)
        return True
    try:
        record_cors({row.award.application.protocol: cor}, actor=None, now=now)
    except BadCor as error:
        _ended(row.pk, State.REFUSED, str(error), now=now)
        return True
    _ended(row.pk, State.ANSWERED, "", now=now, cor=cor)
    return True


def _ended(request_id: int, state: AidRequest.State, problem: str, *, now: datetime, cor: str = "") -> None:
    AidRequest.objects.filter(pk=request_id, ended_at=None).update(
        state=state, problem=problem, cor=cor, ended_at=now, tried_at=now, is_deaf=False
    )
