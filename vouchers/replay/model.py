"""What the story is made of: firms, applications with their fates, money, sessions, steps.

Everything here is a frozen value. Whole days are calendar days of Europe/Rome; instants are aware and in UTC.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum


class Fate(StrEnum):
    """Where an application stands at the end of the story."""

    LIVE = "LIVE"
    RENOUNCED = "RENOUNCED"
    FORFEITED_SILENCE = "FORFEITED_SILENCE"
    FORFEITED_DUTY = "FORFEITED_DUTY"
    REJECTED_CHECKS = "REJECTED_CHECKS"
    REJECTED_SILENT = "REJECTED_SILENT"
    WITHDRAWN = "WITHDRAWN"
    IN_REVIEW = "IN_REVIEW"


class StepKind(StrEnum):
    """The acts of the story; the order of the names is the order of acts at one same instant."""

    APPROPRIATE = "APPROPRIATE"
    SUBMIT = "SUBMIT"
    TAKE_CHARGE = "TAKE_CHARGE"
    REQUEST_INTEGRATION = "REQUEST_INTEGRATION"
    ANSWER_INTEGRATION = "ANSWER_INTEGRATION"
    WITHDRAW = "WITHDRAW"
    NOTIFY_REJECTION = "NOTIFY_REJECTION"
    SEND_OBSERVATIONS = "SEND_OBSERVATIONS"
    PROPOSE_ADMISSION = "PROPOSE_ADMISSION"
    PROPOSE_REJECTION = "PROPOSE_REJECTION"
    APPROVE = "APPROVE"
    FUND = "FUND"
    SIGN_GRANT = "SIGN_GRANT"
    SIGN_REJECTION = "SIGN_REJECTION"
    SIGN_FORFEITURE = "SIGN_FORFEITURE"
    ACCEPT = "ACCEPT"
    RENOUNCE = "RENOUNCE"
    FORFEIT = "FORFEIT"


@dataclass(frozen=True, slots=True)
class AidSeed:
    """A de minimis aid the firm declares: granting date and euro."""

    granted_on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class FirmSeed:
    """A firm; `consultant` is the index of the consultant who files for it."""

    index: int
    name: str
    legal_form: str
    tax_code: str
    vat_number: str
    rea: str
    ateco: str
    municipality: str
    cadastral_code: str
    postal_code: str
    province: str
    address: str
    pec: str
    email: str
    total_employees: int
    lombardy_headcount: int
    transport_for_hire: bool
    consultant: int | None
    aids: tuple[AidSeed, ...]


@dataclass(frozen=True, slots=True)
class ConsultantSeed:
    """A professional studio that files for several firms."""

    index: int
    name: str
    tax_code: str
    email: str


@dataclass(frozen=True, slots=True)
class OperatorSeed:
    """The body that gives the services, with its numbers in the two regional registers."""

    index: int
    name: str
    tax_code: str
    training_register: str
    labour_register: str


@dataclass(frozen=True, slots=True)
class ApplicationSeed:
    """One application and all that will be done to it; the index is the protocol order, from 0.

    The office acts at `office_at`, the firm at `firm_at` (wall time in Europe/Rome) of the day reached by counting:

    - from the submission: take_charge, integration, review (proposal, or notice under art. 10-bis), withdraw;
    - from the integration request: `integration` (None with a request made means no answer ever);
    - from the notice: observations, reject (the proposal of rejection);
    - from the proposal (of admission or of rejection): approve;
    - from the grant decree: accept, renounce, forfeit.
    """

    index: int
    firm: int
    desk: int
    submitted_at: datetime
    path: str
    actions: tuple[str, ...]
    operator: int
    fate: Fate
    office_at: time
    firm_at: time
    take_charge_days: int | None = None
    integration_after_days: int | None = None
    integration: int | None = None
    integration_codes: tuple[str, ...] = ()
    review_days: int | None = None
    observations_after_days: int | None = None
    reject_after_days: int | None = None
    approve_after_days: int | None = None
    reason_codes: tuple[str, ...] = ()
    withdraw_after_days: int | None = None
    accept_after_days: int | None = None
    renounce_after_days: int | None = None
    renunciation_reason: str | None = None
    forfeit_after_days: int | None = None
    forfeiture_reason: str | None = None


@dataclass(frozen=True, slots=True)
class MoneySeed:
    """A money act: euro it adds to each of the two lines, and when."""

    code: str
    at: datetime
    a: Decimal
    b: Decimal


@dataclass(frozen=True, slots=True)
class SessionSeed:
    """A decree session; only a grant session has `fund_at`, the funding that comes before the signature."""

    kind: str
    ordinal: int
    fund_at: datetime | None
    sign_at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One act at one instant; `ref` indexes applications, money acts or sessions according to the kind."""

    at: datetime
    kind: StepKind
    ref: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole story: what is known beforehand is in `timeline`; what hangs on a grant comes from `after_grant`."""

    seed: int
    scale: int
    firms: tuple[FirmSeed, ...]
    consultants: tuple[ConsultantSeed, ...]
    operators: tuple[OperatorSeed, ...]
    applications: tuple[ApplicationSeed, ...]
    money: tuple[MoneySeed, ...]
    sessions: tuple[SessionSeed, ...]
    timeline: tuple[Step, ...]
