"""The codes of the State-aid register (RNA): one COR per award, asked before the grant and printed on it."""

from collections.abc import Mapping
from datetime import datetime

from portal.kernel.roles import Role
from portal.models import User
from portal.services import audit
from portal.services.acts import act
from vouchers.domain.lifecycle import require_office
from vouchers.models import Award
from vouchers.rules.states import AwardState


class BadCor(ValueError):
    """Codes that cannot be recorded; `problems` lists all of them."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


@act
def record_cors(codes: Mapping[str, str], *, actor: User | None, now: datetime) -> list[Award]:
    """Write the COR codes obtained from the register, by protocol ("2020/0000123" -> "1234567").

    Raises BadCor with every protocol that has no reserved award and every code that is malformed or taken;
    then nothing is written. A code recorded again unchanged is accepted.
    """
    require_office(actor, {Role.CASE_OFFICER, Role.PROCEEDING_MANAGER}, now, "Registrazione dei codici COR")
    awards = {
        award.application.protocol: award
        for award in Award.objects.select_for_update(of=("self",))
        .filter(status=AwardState.RESERVED)
        .select_related("application")
    }
    holders = dict(Award.objects.filter(cor__in=[cor for cor in codes.values() if cor]).values_list("cor", "pk"))
    problems = []
    for protocol, cor in codes.items():
        award = awards.get(protocol)
        if award is None:
            problems.append(f"{protocol}: nessun voucher prenotato con questo protocollo.")
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
