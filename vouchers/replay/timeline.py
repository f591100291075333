"""The acts of the story as dated steps: those known beforehand, and those that follow a grant."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from .desks import instant, local_day
from .model import ApplicationSeed, MoneySeed, SessionSeed, Step, StepKind

ORDER = {kind: place for place, kind in enumerate(StepKind)}
SIGNATURES = {
    "GRANT": StepKind.SIGN_GRANT,
    "REJECTION": StepKind.SIGN_REJECTION,
    "FORFEITURE": StepKind.SIGN_FORFEITURE,
}


def timeline(
    applications: Sequence[ApplicationSeed], money: Sequence[MoneySeed], sessions: Sequence[SessionSeed]
) -> tuple[Step, ...]:
    """Every step that hangs on no grant, in order of time. Terms that run out by themselves are not steps."""
    steps = [Step(act.at, StepKind.APPROPRIATE, place) for place, act in enumerate(money)]
    for place, session in enumerate(sessions):
        if session.fund_at is not None:
            steps.append(Step(session.fund_at, StepKind.FUND, place))
        steps.append(Step(session.sign_at, SIGNATURES[session.kind], place))
    for seed in applications:
        steps += before_grant(seed)
    return tuple(sorted(steps, key=lambda step: (step.at, ORDER[step.kind], step.ref)))


def before_grant(seed: ApplicationSeed) -> Iterator[Step]:
    """The steps of one application from its submission to the approval of the proposal."""
    submitted = local_day(seed.submitted_at)
    yield Step(seed.submitted_at, StepKind.SUBMIT, seed.index)
    if seed.take_charge_days is not None:
        yield step(StepKind.TAKE_CHARGE, seed, submitted, seed.take_charge_days, seed.office_at)
    if seed.withdraw_after_days is not None:
        yield step(StepKind.WITHDRAW, seed, submitted, seed.withdraw_after_days, seed.firm_at)
    if seed.integration_after_days is not None:
        yield step(StepKind.REQUEST_INTEGRATION, seed, submitted, seed.integration_after_days, seed.office_at)
        if seed.integration is not None:
            days = seed.integration_after_days + seed.integration
            yield step(StepKind.ANSWER_INTEGRATION, seed, submitted, days, seed.firm_at)
    if seed.review_days is None:
        return
    proposed = submitted + timedelta(days=seed.review_days)
    if seed.reject_after_days is None:
        yield step(StepKind.PROPOSE_ADMISSION, seed, proposed, 0, seed.office_at)
    else:
        yield step(StepKind.NOTIFY_REJECTION, seed, proposed, 0, seed.office_at)
        if seed.observations_after_days is not None:
            yield step(StepKind.SEND_OBSERVATIONS, seed, proposed, seed.observations_after_days, seed.firm_at)
        proposed += timedelta(days=seed.reject_after_days)
        yield step(StepKind.PROPOSE_REJECTION, seed, proposed, 0, seed.office_at)
    if seed.approve_after_days is not None:
        yield step(StepKind.APPROVE, seed, proposed, seed.approve_after_days, seed.office_at)


def after_grant(seed: ApplicationSeed, granted_at: datetime) -> tuple[Step, ...]:
    """The steps of one application that follow its grant; none for a firm that stays silent and lapses by itself."""
    granted = local_day(granted_at)
    acts = (
        (StepKind.ACCEPT, seed.accept_after_days, seed.firm_at),
        (StepKind.RENOUNCE, seed.renounce_after_days, seed.firm_at),
        (StepKind.FORFEIT, seed.forfeit_after_days, seed.office_at),
    )
    return tuple(step(kind, seed, granted, days, at) for kind, days, at in acts if days is not None)


def step(kind: StepKind, seed: ApplicationSeed, start: date, days: int, at: time) -> Step:
    """The step of an application some days after a date."""
    return Step(instant(start + timedelta(days=days), at), kind, seed.index)
