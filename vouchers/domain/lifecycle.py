"""The lives of awards, decrees and drafts of calls, bound to their tables."""

from collections.abc import Iterable
from datetime import datetime

from applications.domain import delegates, evidence, forms_to_sign, story, voiding
from applications.domain.lifecycle import roles_of
from portal.kernel.roles import EMPLOYER_SIDE, Role
from portal.kernel.scopes import EVERYWHERE, of_call
from portal.models import User
from portal.services.lifecycle import Lifecycle
from vouchers.domain.ceilings import ceilings
from vouchers.domain.evidence import money_evidence
from vouchers.domain.following import computed, following
from vouchers.models import Award, AwardEvent, CallDraft, CallDraftEvent, Decree, DecreeEvent
from vouchers.rules.states import AWARD, CALL_DRAFT, DECREE


class NotForThisRole(PermissionError):
    """An act of the office asked by somebody whose role does not include it."""


def _towards_award(user: User | None, award: Award, instant: datetime) -> frozenset[Role]:
    return roles_of(user, award.application, instant)


def roles_of_office(user: User, instant: datetime, call_id: int | None) -> frozenset[Role]:
    """The roles for a call that count for acts that concern no single firm; without a call, those held everywhere."""
    return user.roles_at(instant, of_call(call_id) if call_id else EVERYWHERE) - EMPLOYER_SIDE


def require_office(
    user: User | None, wanted: Iterable[Role], instant: datetime, what: str, *, call_id: int | None
) -> None:
    """Let pass the portal itself and who holds one of the roles for the call. Raises NotForThisRole, naming the act."""
    if user is not None and roles_of_office(user, instant, call_id).isdisjoint(wanted):
        raise NotForThisRole(f"{what}: l'operazione non spetta al ruolo di chi la chiede.")


def _of_office(user: User | None, subject: Decree | CallDraft, instant: datetime) -> frozenset[Role]:
    return frozenset({Role.SYSTEM}) if user is None else roles_of_office(user, instant, subject.call_id)


AWARDS = Lifecycle(
    kind="award", model=Award, events=AwardEvent, machine=AWARD, roles_of=_towards_award, related=("application",)
)
delegates.KINDS["award"] = delegates.Kind(
    lambda firm: {
        row.pk: str(row.application)
        for row in Award.objects.filter(application__firm=firm).select_related("application")
    },
    lambda ids: dict(Award.objects.filter(pk__in=ids).values_list("pk", "application__firm_id")),
)
AGAIN = "ha ripreso il voucher a cui aveva rinunciato"
delegates.WORDS.update(
    {
        "award.accept": "ha accettato il voucher",
        "award.renounce": "ha rinunciato al voucher",
        "award.reduce": "ha rinunciato a un'azione del voucher",
        "award.restore": "ha ripreso un'azione del voucher a cui aveva rinunciato",
        **dict.fromkeys(("award.resume_waiting", "award.resume_reserved"), AGAIN),
        **dict.fromkeys(("award.resume_granted", "award.resume_accepted"), AGAIN),
    }
)
story.FOLLOWING.append(following)
voiding.BINDS.append(computed)
evidence.MORE.append(money_evidence)
forms_to_sign.CEILINGS.append(ceilings)
DECREES = Lifecycle(kind="decree", model=Decree, events=DecreeEvent, machine=DECREE, roles_of=_of_office)
CALL_DRAFTS = Lifecycle(
    kind="call_draft",
    model=CallDraft,
    events=CallDraftEvent,
    machine=CALL_DRAFT,
    roles_of=_of_office,
    related=("call",),
)
