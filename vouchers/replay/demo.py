"""The open call alive: a consultant with twelve firms, one in each state, and a day of work for the office."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.db.models import Max

from applications.domain import assignment, decisions, delegates, drafting, invitations, operators, review, submission
from applications.domain.calls import call_named
from applications.models import AccreditedOperator, Application, Call
from portal.models import Sequence, User
from portal.services import audit, jobs
from portal.services.clock import story_clock
from vouchers.domain import accounts, calculation, decrees, funding, signing, state_aid, terminations
from vouchers.models import Award, Decree
from vouchers.rules.states import AwardState

from .checked import propose_checked
from .demo_cast import ALONE, OPERATORS, WITH_FILES, DemoCast, answers_of, demo_cast
from .demo_files import Desk

SLUG = "lavoro-agile-prova"
DAYS = timedelta(days=20)
"""How long ago the story begins, unless the desk opened later."""
STEPS = 76
"""Into how many equal steps the time until now is cut: never fewer than the acts of the story."""
FIRST_COR = 9_000_001
ACCOUNT = "IT13P9999900001000000123456"
"""Of a bank that does not exist (ABI 99999), with the right check digits."""
MISSING = ["Prospetto delle sedi con i dipendenti di ciascuna", "Numeri di iscrizione dell'operatore ai due albi"]


INVITATION = {"email": "consulente@studio.example", "scopes": ["FILL", "UPLOAD"]}
"""The mandate that Anna offers to the consultant, who has not answered yet."""


class NothingToShow(ValueError):
    """The desk of the demonstration is not open: there is no story to live now."""


@dataclass
class Demo:
    """Lives the stories; every act takes the next instant, the last one is before `until`."""

    call: Call
    cast: DemoCast
    instants: Iterator[datetime]

    def live(self) -> None:
        """From the submissions to what waits today, in the order in which an office works."""
        self.made: dict[str, Application] = {}
        self.files = Desk(next(self.instants))
        for fate in self.cast.firms:
            if fate not in {"DRAFT", "ANNA"}:
                self._submit(fate)
        consultant = self.cast.consultant
        review.withdraw(self.made["WITHDRAWN"], actor=consultant, reason="Rinvio al prossimo anno.", now=self._next())
        self._admit("ACCEPTED", "GRANTED")
        self._fund()
        self._sign()
        accepted = Award.objects.get(application=self.made["ACCEPTED"])
        terminations.accept(accepted, actor=consultant, now=self._next())
        for fate in ("ACCEPTED", "GRANTED"):
            self._name_account(fate)
        self._reject()
        self._take("IN_REVIEW")
        self._share()
        self._admit("RESERVED", "WAITING")
        self._fund()
        self._wait_for_the_firm()
        for fate, actor in (("DRAFT", consultant), ("ANNA", self.cast.anna)):
            self._draft(fate, actor, guided=True)

    def _next(self) -> datetime:
        return next(self.instants)

    def _draft(self, fate: str, actor: User, *, guided: bool = False) -> Application:
        seed, firm = self.cast.firms[fate]
        answers = {"headcount": seed.headcount, "actions": list(seed.actions)} if guided else answers_of(seed)
        return drafting.draft(self.call, firm, actor=actor, now=self._next(), answers=answers, guided=guided)

    def _submit(self, fate: str) -> None:
        actor = self.cast.owners[fate] if fate in ALONE else self.cast.consultant
        draft = self._draft(fate, actor)
        if fate in WITH_FILES:
            self.files.send(draft, actor=actor, now=self._next(), verifiable=WITH_FILES[fate])
        key = uuid5(NAMESPACE_URL, f"demo:{self.call.slug}:{fate}")
        clock = story_clock(self._next())
        self.made[fate] = submission.submit(draft, actor=actor, clock=clock, client_key=key)

    def _share(self) -> None:
        """What each officer finds in hand at the beginning of the day."""
        self._take("READY")
        review.take_charge(self.made["COLLEAGUE"], actor=self.cast.colleague, now=self._next())
        assignment.claim(self.made["SUBMITTED"], actor=self.cast.officer, now=self._next())

    def _take(self, fate: str) -> Application:
        return review.take_charge(self.made[fate], actor=self.cast.officer, now=self._next())

    def _admit(self, *fates: str) -> None:
        for fate in fates:
            self._take(fate)
            propose_checked(self.made[fate], actor=self.cast.officer, now=self._next())
            decisions.approve(self.made[fate], actor=self.cast.manager, now=self._next())

    def _fund(self) -> None:
        now = self._next()
        calculation.compute_awards(calculation.uncomputed(self.call), now=now)
        funding.fund(self.call, now=now)
        reserved = Award.objects.filter(call=self.call, status=AwardState.RESERVED, cor="").order_by("protocol_number")
        known = Award.objects.filter(call=self.call).exclude(cor="").count()
        codes = {
            award.application.protocol: str(FIRST_COR + known + place)
            for place, award in enumerate(reserved.select_related("application"))
        }
        state_aid.record_cors(codes, actor=self.cast.officer, now=self._next())

    def _sign(self) -> None:
        draft = decrees.draft(self.call, Decree.Kind.GRANT, actor=self.cast.manager, now=self._next())
        signing.sign(draft, actor=self.cast.signatory, clock=story_clock(self._next()))

    def _name_account(self, fate: str) -> None:
        """The consultant gives the same account for two firms: what the dossier finds."""
        firm = self.cast.firms[fate][1]
        typed = {"iban": ACCOUNT, "holder": firm.name}
        accounts.name_account(firm, typed, actor=self.cast.consultant, now=self._next())

    def _reject(self) -> None:
        rejected, officer = self._take("REJECTED"), self.cast.officer
        codes = ["EXISTING_PLAN"]
        review.notify_rejection(rejected, codes, actor=officer, now=self._next())
        text = "Il piano esiste dal 2024, ma riguarda una sola sede."
        review.submit_observations(rejected, text, actor=self.cast.consultant, now=self._next())
        decisions.propose_rejection(rejected, codes, actor=officer, now=self._next())
        decisions.approve(rejected, actor=self.cast.manager, now=self._next())

    def _wait_for_the_firm(self) -> None:
        """The last acts of the office: what it asks has most of its term left."""
        officer = self.cast.officer
        propose_checked(self._take("PROPOSED"), actor=officer, now=self._next())
        review.notify_rejection(self._take("NOTICE"), ["DISABLED_QUOTA"], actor=officer, now=self._next())
        review.request_integration(self._take("INTEGRATION"), MISSING, actor=officer, now=self._next())


def begins(call: Call, now: datetime) -> datetime:
    """When the story may begin: in the window open now, after the last number taken. Raises NothingToShow."""
    window = next((window for window in call.windows.all() if window.is_open(now)), None)
    if window is None:
        raise NothingToShow(f"Lo sportello di «{call.title}» non è aperto: nessuna domanda dimostrativa.")
    last = Sequence.objects.filter(last_at__lt=now).aggregate(last=Max("last_at"))["last"]
    return max(window.opens_at, now - DAYS, last or window.opens_at)


def instants(start: datetime, end: datetime) -> Iterator[datetime]:
    """Instants at equal distance, strictly between the two."""
    return (start + (end - start) * number / (STEPS + 1) for number in range(1, STEPS + 1))


def show(*, now: datetime) -> int:
    """Live the demonstration until now, all or nothing; how many applications were made, none when some are there.

    Raises UnknownCall, NothingToShow, DemoForbidden.
    """
    call = call_named(SLUG)
    if Application.objects.filter(call=call).exists():
        return 0
    start = begins(call, now)
    with jobs.muted(), transaction.atomic(), audit.collected():
        cast = demo_cast(now=start)
        if not AccreditedOperator.objects.exists():
            operators.import_register(OPERATORS, actor=None, now=start)
        for money_act in call.money_acts.filter(applied_at=None, effective_at__lte=start):
            funding.apply_money_act(money_act, actor=None, now=start)
        Demo(call, cast, instants(start, now)).live()
    invitations.invite(cast.firms["ANNA"][1], INVITATION, actor=cast.anna, now=now)
    delegates.begin_from_here()
    return Application.objects.filter(call=call).count()
