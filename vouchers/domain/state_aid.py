"""The codes of the State-aid register (RNA): one COR per award, asked before the grant and printed on it."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q, QuerySet

from applications.models import Call
from portal.kernel.roles import Role
from portal.models import User
from portal.services import audit
from portal.services.acts import act
from portal.services.visible import within
from vouchers.domain.lifecycle import NotForThisRole
from vouchers.models import Award
from vouchers.rules.states import AwardState

RECORDERS = frozenset({Role.CASE_OFFICER, Role.PROCEEDING_MANAGER})


class BadCor(ValueError):
    """Codes that cannot be recorded; `problems` lists all of them."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


def without_cor(call: Call) -> QuerySet[Award]:
    """The reserved awards of a call that the register has not given a code to, in protocol order."""
    reserved = Award.objects.filter(call=call, status=AwardState.RESERVED, cor="")
    return reserved.order_by("protocol_year", "protocol_number")


@act
def record_cors(codes: Mapping[str, str], *, actor: User | None, now: datetime) -> list[Award]:
    """Write the COR codes obtained from the register, by protocol ("2020/0000123" -> "1234567").

    Vouchers of calls that the actor does not work on are as if they did not exist. Raises NotForThisRole to who works
    on none of them, BadCor with every protocol that has no reserved award and every code that is malformed or taken;
    then nothing is written. A code recorded again unchanged is accepted.
    """
    if actor is not None and not actor.roles_anywhere_at(now) & RECORDERS:
        raise NotForThisRole("Registrazione dei codici COR: l'operazione non spetta al ruolo di chi la chiede.")
    theirs = Q() if actor is None else within(actor, now, "call", RECORDERS)
    awards = {
        award.application.protocol: award
        for award in Award.objects.select_for_update(of=("self",))
        .filter(theirs, status=AwardState.RESERVED)
        .select_related("application")
    }
    holders = dict(Award.objects.filter(cor__in=[cor for cor in codes.values() if cor]).values_list("cor", "pk"))
    problems = []
    for protocol, cor in codes.items():
        award = awards.get(protocol)
        if award is None:
            problems.append(f"{protocol}: nessun voucher prenotato con questo protocollo.")
        elif not cor:
            problems.append(f"{protocol}: manca il codice COR (solo cifre).")
        elif not (cor.isascii() and cor.isdecimal() and len(cor) <= 20):
            problems.append(f"{protocol}: «{cor}» non è un codice COR (solo cifre).")
        elif holders.get(cor, award.pk) != award.pk or (award.cor and award.cor != cor):
            problems.append(f"{protocol}: il codice {cor} è già usato o il voucher ne ha già un altro.")
    if len(set(codes.values())) != len(codes):
        problems.append("Lo stesso codice COR è indicato per più domande.")
    if problems:
        raise BadCor(problems)
    changed = []
    for protocol, cor in codes.items():
        award = awards[protocol]
        if award.cor != cor:
            award.cor = cor
            changed.append(award)
    Award.objects.bulk_update(changed, ["cor"], batch_size=500)
    for award in changed:
        audit.record("award.cor", f"award:{award.pk}", actor=actor, now=now, cor=award.cor)
    return changed
