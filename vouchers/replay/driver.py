"""The story lived through the acts: nothing is written here that an act should have written."""

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from applications.domain import decisions, drafting, expiry, review, submission
from applications.models import Application, Call
from portal.kernel.deadlines import end_of_day, rome_day
from portal.kernel.money import plain
from portal.models import User
from portal.services.clock import story_clock
from vouchers.domain import calculation, decrees, funding, signing, state_aid, terminations
from vouchers.domain import expiry as award_expiry
from vouchers.models import Award, Decree
from vouchers.rules.states import AwardState

from .answers import answers_for
from .checked import propose_checked
from .model import ApplicationSeed, Plan, Step, StepKind
from .people import Cast
from .timeline import ORDER, after_grant

FIRST_COR = 1_700_000
Queue = list[tuple[datetime, int, int, Step]]


class Driver:
    """Goes through the steps of a plan in order of time; terms that expire act at the midnight they end."""

    def __init__(self, call: Call, plan: Plan, cast: Cast) -> None:
        self.call, self.plan, self.cast = call, plan, cast
        self.applications: dict[int, Application] = {}
        self.seeds: dict[int, ApplicationSeed] = {}
        self.cors = FIRST_COR
        self.queue: Queue = []
        self.acts: dict[StepKind, Callable[[int, datetime], None]] = {
            StepKind.APPROPRIATE: self._appropriate,
            StepKind.SUBMIT: self._submit,
            StepKind.TAKE_CHARGE: self._take_charge,
            StepKind.REQUEST_INTEGRATION: self._request_integration,
            StepKind.ANSWER_INTEGRATION: self._answer_integration,
            StepKind.WITHDRAW: self._withdraw,
            StepKind.NOTIFY_REJECTION: self._notify_rejection,
            StepKind.SEND_OBSERVATIONS: self._send_observations,
            StepKind.PROPOSE_ADMISSION: self._propose_admission,
            StepKind.PROPOSE_REJECTION: self._propose_rejection,
            StepKind.APPROVE: self._approve,
            StepKind.FUND: self._fund,
            StepKind.SIGN_GRANT: self._sign_grant,
            StepKind.SIGN_REJECTION: lambda ref, now: self._sign(Decree.Kind.REJECTION, now),
            StepKind.SIGN_FORFEITURE: lambda ref, now: self._sign(Decree.Kind.FORFEITURE, now),
            StepKind.ACCEPT: self._accept,
            StepKind.RENOUNCE: self._renounce,
            StepKind.FORFEIT: self._forfeit,
        }

    def run(self, until: datetime) -> Iterator[Step]:
        """Live every step before `until`, giving each back once it is done."""
        for step in self.plan.timeline:
            self._push(step)
        midnight = end_of_day(rome_day(self.plan.timeline[0].at))
        while min(midnight, self._next_at(until)) < until:
            if self._next_at(until) >= midnight:
                expiry.expire_terms(midnight)
                award_expiry.expire_terms(midnight)
                midnight = end_of_day(rome_day(midnight))
                continue
            step = heapq.heappop(self.queue)[-1]
            self.acts[step.kind](step.ref, step.at)
            yield step

    def _next_at(self, until: datetime) -> datetime:
        """When the next step is; the end when there is none left."""
        return self.queue[0][0] if self.queue else until

    def _push(self, step: Step) -> None:
        heapq.heappush(self.queue, (step.at, ORDER[step.kind], step.ref, step))

    def _appropriate(self, ref: int, now: datetime) -> None:
        money = self.plan.money[ref]
        money_act = self.call.money_acts.get(code=money.code)
        if self.plan.scale != 1:  # a load history has as many times the money as it has firms
            money_act.split = {"A": plain(money.a), "B": plain(money.b)}
            money_act.save(update_fields=["split"])
        funding.apply_money_act(money_act, actor=self.cast.manager, now=now)

    def _submit(self, ref: int, now: datetime) -> None:
        seed = self.plan.applications[ref]
        filer, firm = self.cast.filers[seed.firm], self.cast.firms[seed.firm]
        answers = answers_for(seed, self.plan)
        begun = now - timedelta(minutes=45 + 37 * ref % 2_880)
        application = drafting.draft(self.call, firm, actor=filer, now=begun, answers=answers)
        key = uuid5(NAMESPACE_URL, f"replay:{self.plan.seed}:{self.plan.scale}:{ref}")
        application = submission.submit(application, actor=filer, clock=story_clock(now), client_key=key)
        self.applications[ref], self.seeds[application.pk] = application, seed

    def _take_charge(self, ref: int, now: datetime) -> None:
        review.take_charge(self.applications[ref], actor=self.cast.officer, now=now)

    def _request_integration(self, ref: int, now: datetime) -> None:
        codes = self.plan.applications[ref].integration_codes
        items = [MISSING[code] for code in codes]
        review.request_integration(self.applications[ref], items, actor=self.cast.officer, now=now)

    def _answer_integration(self, ref: int, now: datetime) -> None:
        text = "Si trasmette quanto richiesto."
        review.answer_integration(self.applications[ref], text, actor=self._filer(ref), now=now)

    def _withdraw(self, ref: int, now: datetime) -> None:
        reason = "L'impresa ritira la domanda."
        review.withdraw(self.applications[ref], actor=self._filer(ref), reason=reason, now=now)

    def _notify_rejection(self, ref: int, now: datetime) -> None:
        codes = self.plan.applications[ref].reason_codes
        review.notify_rejection(self.applications[ref], codes, actor=self.cast.officer, now=now)

    def _send_observations(self, ref: int, now: datetime) -> None:
        text = "L'impresa chiede di riesaminare la domanda."
        review.submit_observations(self.applications[ref], text, actor=self._filer(ref), now=now)

    def _propose_admission(self, ref: int, now: datetime) -> None:
        propose_checked(self.applications[ref], actor=self.cast.officer, now=now)

    def _propose_rejection(self, ref: int, now: datetime) -> None:
        codes = self.plan.applications[ref].reason_codes
        decisions.propose_rejection(self.applications[ref], codes, actor=self.cast.officer, now=now)

    def _approve(self, ref: int, now: datetime) -> None:
        decisions.approve(self.applications[ref], actor=self.cast.manager, now=now)

    def _fund(self, ref: int, now: datetime) -> None:
        calculation.compute_awards(calculation.uncomputed(self.call), now=now)
        funding.fund(self.call, now=now)
        reserved = Award.objects.filter(call=self.call, status=AwardState.RESERVED, cor="")
        codes = {}
        for award in reserved.select_related("application").order_by("protocol_year", "protocol_number"):
            self.cors += 1
            codes[award.application.protocol] = str(self.cors)
        state_aid.record_cors(codes, actor=self.cast.officer, now=now)

    def _sign_grant(self, ref: int, now: datetime) -> None:
        signed = self._sign(Decree.Kind.GRANT, now)
        if signed is None:
            return
        for application_id in signed.awards.values_list("application_id", flat=True):
            for step in after_grant(self.seeds[application_id], now):
                self._push(step)

    def _sign(self, kind: str, now: datetime) -> Decree | None:
        """Compose and sign a decree of what is ready; nothing ready, no decree."""
        try:
            draft = decrees.draft(self.call, kind, actor=self.cast.manager, now=now - timedelta(hours=1))
        except decrees.NothingToDecree:
            return None
        return signing.sign(draft, actor=self.cast.signatory, clock=story_clock(now))

    def _accept(self, ref: int, now: datetime) -> None:
        terminations.accept(self._award(ref), actor=self._filer(ref), now=now)

    def _renounce(self, ref: int, now: datetime) -> None:
        reason = self.plan.applications[ref].renunciation_reason or "OTHER"
        terminations.renounce(self._award(ref), actor=self._filer(ref), reason_code=reason, now=now)

    def _forfeit(self, ref: int, now: datetime) -> None:
        reason = self.plan.applications[ref].forfeiture_reason or "DUTY"
        terminations.forfeit(self._award(ref), actor=self.cast.manager, reason_code=reason, now=now)

    def _filer(self, ref: int) -> User:
        return self.cast.filers[self.plan.applications[ref].firm]

    def _award(self, ref: int) -> Award:
        return Award.objects.get(application=self.applications[ref])


MISSING = {
    "INCOMPLETE": "Dichiarazione de minimis completa e firmata",
    "DURC": "Chiarimenti sulla regolarità contributiva",
    "OPERATOR_REGISTER": "Numeri di iscrizione dell'operatore ai due albi regionali",
    "DISABLED_QUOTA": "Prospetto informativo sul collocamento mirato",
    "DE_MINIMIS": "Elenco degli aiuti ricevuti dalle imprese collegate",
}
"""What is asked to a firm for each kind of gap."""
