"""What a report knows of each application at its instant: frozen facts, read once, counted many times."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from applications.rules.states import UNDECIDED, ApplicationState
from portal.kernel.deadlines import Interval
from portal.kernel.money import total
from vouchers.rules.states import BEFORE_GRANT, ENDED_AFTER_GRANT, GRANTED, AwardState


@dataclass(frozen=True, slots=True)
class AwardFact:
    """A voucher as it stood: state, grant, end, and its euro by action."""

    state: AwardState
    amounts: Mapping[str, Decimal]
    granted_at: datetime | None = None
    moved_at: datetime | None = None
    """When it entered its state."""
    last_event: str = ""
    end_reason: str = ""
    given_up: Mapping[str, Decimal] = field(default_factory=dict)
    """Euro by action that the firm gave up, keeping the rest; zero when the amount was not computed yet."""

    @property
    def total(self) -> Decimal:
        """The sum over the actions, in euro."""
        return total(list(self.amounts.values()))

    @property
    def was_granted(self) -> bool:
        """Whether a decree ever granted it."""
        return self.granted_at is not None

    @property
    def ended(self) -> bool:
        """Whether it was granted and then renounced or forfeited."""
        return self.was_granted and self.state in ENDED_AFTER_GRANT

    @property
    def given_up_before_grant(self) -> bool:
        """Whether the firm renounced before any decree."""
        return not self.was_granted and self.state is AwardState.RENOUNCED

    @property
    def live(self) -> bool:
        """Whether it is granted and stands."""
        return self.state in GRANTED

    @property
    def before_grant(self) -> bool:
        """Whether it still has to be granted."""
        return self.state in BEFORE_GRANT


@dataclass(frozen=True, slots=True)
class ApplicationFact:
    """An application submitted by the instant of the report, with the facts frozen at its submission."""

    state: ApplicationState
    submitted_at: datetime
    path: str
    size_class: str
    province: str
    division: str
    decided_at: datetime | None = None
    suspensions: tuple[Interval, ...] = ()
    reason_codes: tuple[str, ...] = ()
    award: AwardFact | None = None
    readiness: str = ""
    """The outcome of the readiness questionnaire; empty when the firm did not answer it."""

    @property
    def in_review(self) -> bool:
        """Whether it waits for a decision."""
        return self.state in UNDECIDED


@dataclass(frozen=True, slots=True)
class DecreeFact:
    """A signed decree."""

    kind: str
    ordinal: int
    protocol: str
    signed_at: datetime
    rows: int
    """Applications it decides."""
    moved: Decimal
    """Euro that its entries moved in the ledger."""


@dataclass(frozen=True, slots=True)
class MoneyActFact:
    """An act that brought money to the call."""

    code: str
    act: str
    effective_at: datetime
    split: Mapping[str, Decimal]

    @property
    def total(self) -> Decimal:
        """The sum over the actions, in euro."""
        return total(list(self.split.values()))


@dataclass(frozen=True, slots=True)
class CallFacts:
    """Everything a monitoring report is made of."""

    call: str
    as_of: datetime
    actions: tuple[str, ...]
    decision_days: int | None
    """Days within which the office decides (terms of the call); None when the terms do not say."""
    applications: tuple[ApplicationFact, ...] = ()
    movements: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    """Euro by action and kind of ledger entry."""
    decrees: tuple[DecreeFact, ...] = ()
    money_acts: tuple[MoneyActFact, ...] = ()
