"""The plan lived by the independent simulator ends at the published figures."""

import hashlib
import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise, product

import pytest

from tests.vouchers.replay.simulator import USUAL, Options, Outcome, Simulator, amounts_of
from vouchers.replay.desks import local_day
from vouchers.replay.figures import AS_OF, Targets, targets
from vouchers.replay.model import Fate, Plan, StepKind
from vouchers.replay.script import plan_history
from vouchers.replay.timeline import after_grant

ENDINGS = {
    Fate.LIVE: "ACCEPTED",
    Fate.RENOUNCED: "RENOUNCED",
    Fate.FORFEITED_SILENCE: "LAPSED",
    Fate.FORFEITED_DUTY: "FORFEITED",
    Fate.REJECTED_CHECKS: "REJECTED",
    Fate.REJECTED_SILENT: "REJECTED",
    Fate.WITHDRAWN: "WITHDRAWN",
    Fate.IN_REVIEW: "PENDING",
}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_history()


def lived(plan: Plan, options: Options = USUAL) -> Outcome:
    return Simulator(plan, options).run(AS_OF)


def size_of(employees: int) -> str:
    return next(
        name for most, name in ((9, "micro"), (49, "small"), (249, "medium"), (10**9, "large")) if employees <= most
    )


def assert_figures(plan: Plan, outcome: Outcome, wanted: Targets) -> None:
    seeds, firms = plan.applications, plan.firms
    live = [seed for seed in seeds if outcome.states[seed.index] == "ACCEPTED"]
    ends = Counter(outcome.states.values())
    assert len(outcome.states) == wanted.submitted
    assert len(outcome.granted_at) == wanted.admitted
    assert len(live) == wanted.live
    assert ends["RENOUNCED"] == wanted.renounced
    assert ends["LAPSED"] == wanted.lapsed_by_silence
    assert ends["FORFEITED"] == wanted.forfeited_for_duty
    assert ends["PENDING"] == wanted.in_review
    assert wanted.renounced_or_forfeited == 120 * plan.scale
    assert Counter(seed.path for seed in live) == {"COVID": wanted.covid, "ORDINARY": wanted.ordinary}
    counts: Counter[str] = Counter()
    euro: Counter[str] = Counter()
    for seed in live:
        size = size_of(firms[seed.firm].total_employees)
        counts[size] += 1
        euro[size] += sum(amounts_of(plan, seed).values())
    assert counts == {size: target.count for size, target in wanted.by_size.items()}
    assert euro == {size: target.amount for size, target in wanted.by_size.items()}
    assert sum(euro.values()) == wanted.total
    sectors = Counter(firms[seed.firm].ateco[:2] for seed in live)
    assert dict(sectors.most_common(6)) == wanted.top_sectors
    assert sorted(sectors.values(), reverse=True)[6] < 37 * plan.scale
    assert Counter(firms[seed.firm].province for seed in live) == wanted.by_province


@pytest.mark.parametrize("seed", [1, 2, 3, 20])
def test_history_ends_at_the_published_figures(seed: int) -> None:
    plan = plan_history(seed)

    assert_figures(plan, lived(plan), targets())


def test_scale_multiplies_everything() -> None:
    plan = plan_history(scale=3)

    assert_figures(plan, lived(plan), targets(3))


@pytest.mark.parametrize("choices", list(product((True, False), (True, False), (True, False), (0, 4))))
def test_end_hangs_on_no_open_choice_of_the_engine(plan: Plan, choices: tuple[bool, bool, bool, int]) -> None:
    outcome = lived(plan, Options(*choices))

    assert {seed.index: ENDINGS[seed.fate] for seed in plan.applications} == outcome.states


def test_lines_are_never_overspent_and_end_with_nothing_on_its_way(plan: Plan) -> None:
    outcome, wanted = lived(plan), targets()
    a, b = outcome.lines["A"], outcome.lines["B"]

    assert a.committed + b.committed == wanted.total
    assert a.reserved == b.reserved == a.saved == b.saved == 0
    assert a.available + a.committed == wanted.ceiling_a >= a.peak
    assert b.available + b.committed == wanted.ceiling_b >= b.peak
    assert a.peak > wanted.ceiling_a - 50_000, "the queue should have waited for money until the end"


def test_a_plan_without_its_last_money_misses_the_figures(plan: Plan) -> None:
    simulator = Simulator(plan)
    simulator.plan = Plan(
        **{name: getattr(plan, name) for name in Plan.__dataclass_fields__ if name != "money"},
        money=plan.money[:3],
    )

    assert len(simulator.run(AS_OF).granted_at) < targets().admitted


def test_waiting_list_moves_and_decrees_are_many(plan: Plan) -> None:
    outcome = lived(plan)

    assert 18 <= sum(1 for count in outcome.grants_per_session.values() if count) <= 24
    assert outcome.advanced > 100
    assert sum(outcome.forfeited_per_decree.values()) == 46
    assert sum(outcome.rejected_per_decree.values()) == 89


def test_no_term_is_open_at_the_end(plan: Plan) -> None:
    outcome = lived(plan)

    assert local_day(outcome.last_act) < AS_OF
    for seed in plan.applications:
        if (granted := outcome.granted_at.get(seed.index)) is None:
            continue
        steps = after_grant(seed, granted)
        assert all(local_day(step.at) < AS_OF for step in steps)
        if seed.fate is Fate.FORFEITED_SILENCE:
            assert steps == ()
            assert local_day(granted) + timedelta(days=31) < AS_OF
        if seed.accept_after_days is not None:
            assert 1 <= seed.accept_after_days <= 28
        if seed.forfeit_after_days is not None:
            assert seed.accept_after_days is not None
            assert seed.forfeit_after_days > seed.accept_after_days + 60


def test_submissions_grow_and_fall_inside_their_desk(plan: Plan) -> None:
    windows = {
        1: (datetime(2020, 4, 2, 10, tzinfo=UTC), datetime(2020, 5, 29, 10, tzinfo=UTC)),
        2: (datetime(2020, 12, 16, 11, tzinfo=UTC), datetime(2021, 2, 24, 11, tzinfo=UTC)),
    }
    instants = [seed.submitted_at for seed in plan.applications]

    assert all(before < after for before, after in pairwise(instants))
    for seed in plan.applications:
        opens, closes = windows[seed.desk]
        assert opens <= seed.submitted_at < closes
    assert len({instant.microsecond for instant in instants}) > 900


def test_first_money_is_asked_for_within_two_hours(plan: Plan) -> None:
    asked = Decimal(0)
    for seed in plan.applications:
        asked += sum(amounts_of(plan, seed).values())
        if asked >= 4_500_000:
            break

    assert timedelta(hours=1) < seed.submitted_at - datetime(2020, 4, 2, 10, tzinfo=UTC) < timedelta(hours=2)


def test_one_live_application_per_firm_and_eight_come_again(plan: Plan) -> None:
    by_firm: dict[int, list[Fate]] = {}
    for seed in plan.applications:
        by_firm.setdefault(seed.firm, []).append(seed.fate)
    twice = [fates for fates in by_firm.values() if len(fates) > 1]

    assert len(plan.firms) == 993 == len(by_firm)
    assert len(twice) == 8
    assert all(first in (Fate.WITHDRAWN, Fate.REJECTED_SILENT) and second is Fate.LIVE for first, second in twice)


def test_last_protocols_are_the_ones_in_review(plan: Plan) -> None:
    fates = [seed.fate for seed in plan.applications]

    assert fates[-6:] == [Fate.IN_REVIEW] * 6
    assert Fate.IN_REVIEW not in fates[:-6]


def test_timeline_is_ordered_and_tells_the_seeds(plan: Plan) -> None:
    steps = plan.timeline
    kinds = Counter(step.kind for step in steps)

    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert kinds[StepKind.SUBMIT] == 1001
    assert kinds[StepKind.PROPOSE_ADMISSION] == 884
    assert kinds[StepKind.NOTIFY_REJECTION] == kinds[StepKind.PROPOSE_REJECTION] == 61
    assert kinds[StepKind.APPROVE] == 945
    assert kinds[StepKind.WITHDRAW] == 22
    assert kinds[StepKind.REQUEST_INTEGRATION] - kinds[StepKind.ANSWER_INTEGRATION] == 28
    assert kinds[StepKind.APPROPRIATE] == 4
    assert kinds[StepKind.FUND] == kinds[StepKind.SIGN_GRANT] == 21


def test_acts_of_an_application_come_in_a_possible_order(plan: Plan) -> None:
    chain = [
        StepKind.SUBMIT,
        StepKind.TAKE_CHARGE,
        StepKind.REQUEST_INTEGRATION,
        StepKind.ANSWER_INTEGRATION,
        StepKind.NOTIFY_REJECTION,
        StepKind.SEND_OBSERVATIONS,
        StepKind.PROPOSE_REJECTION,
        StepKind.PROPOSE_ADMISSION,
        StepKind.APPROVE,
    ]
    met: dict[int, list[tuple[StepKind, datetime]]] = {}
    for step in plan.timeline:
        if step.kind in chain:
            met.setdefault(step.ref, []).append((step.kind, step.at))

    for steps in met.values():
        places = [chain.index(kind) for kind, _ in steps]
        assert places == sorted(places)
        days = [local_day(at) for kind, at in steps if kind is not StepKind.SUBMIT]
        assert len(set(days)) == len(days), "two acts on one day could be swapped by their hours"


def test_terms_of_the_review_are_kept(plan: Plan) -> None:
    for seed in plan.applications:
        if seed.integration is not None:
            assert 1 <= seed.integration <= 14
        if seed.observations_after_days is not None:
            assert 1 <= seed.observations_after_days <= 10
        if seed.reject_after_days is not None:
            assert seed.reject_after_days > 13, "ten days that end on the eve of three holidays"
        if seed.fate in (Fate.REJECTED_CHECKS, Fate.REJECTED_SILENT):
            assert seed.reason_codes
        if "EXISTING_PLAN" in seed.reason_codes:
            assert seed.path == "ORDINARY"
        if seed.renunciation_reason == "ONLY_EQUIPMENT":
            assert "B" in seed.actions


def test_exits_and_rejections_come_from_both_paths(plan: Plan) -> None:
    met = Counter((seed.fate, seed.path) for seed in plan.applications)

    for fate in (Fate.RENOUNCED, Fate.FORFEITED_SILENCE, Fate.REJECTED_CHECKS, Fate.REJECTED_SILENT):
        assert met[fate, "COVID"] and met[fate, "ORDINARY"]


def test_same_seed_gives_the_same_bytes_in_any_process() -> None:
    code = (
        "import hashlib; from vouchers.replay.script import plan_history;"
        "print(hashlib.sha256(repr(plan_history(7)).encode()).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for hash_seed in ("0", "4242")
    }

    assert found == {hashlib.sha256(repr(plan_history(7)).encode()).hexdigest()}
    assert plan_history(8) != plan_history(7)


@pytest.mark.parametrize("scale", [0, -1, 101])
def test_scale_out_of_range_is_refused(scale: int) -> None:
    with pytest.raises(ValueError, match="scale must be between 1 and 100"):
        plan_history(scale=scale)
