"""Before login: the verdict of the requirements together with the amount and the room left under the ceiling."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from applications.domain.calls import terms_in_force, typed_terms
from applications.models import Call
from applications.rules.precheck import Judgement, Profile, Verdict, judge, profile_from
from portal.kernel.deadlines import rome_day
from vouchers.domain.calculation import Estimate, EstimateRefused, estimate
from vouchers.domain.facts import money_terms
from vouchers.rules.aid import NoRegulationInForce, regulation_on
from vouchers.rules.terms import MoneyTerms


@dataclass(frozen=True, slots=True)
class PreCheck:
    """What a firm is told: the profile as read, the judgement, the explained amount, how many join the pilot."""

    profile: Profile
    judgement: Judgement
    estimate: Estimate | None
    pilot_workers: int | None

    @property
    def is_refused(self) -> bool:
        """Whether the call is not for this firm."""
        return self.judgement.verdict is Verdict.NO


def precheck(call: Call, answers: Mapping[str, Any], *, now: datetime) -> PreCheck:
    """Judge the answers by the terms in force. Raises BadProfile with a sentence for each wrong answer."""
    row = terms_in_force(call, now)
    terms, money = typed_terms(row), money_terms(row)
    profile = profile_from(answers, terms)
    amount = _estimate(call, profile, now)
    over = _over_ceiling(money, profile.aids, amount, now)
    return PreCheck(
        profile=profile,
        judgement=judge(profile, terms, over_ceiling=over),
        estimate=amount,
        pilot_workers=money.pilot_workers(profile.headcount),
    )


def _estimate(call: Call, profile: Profile, now: datetime) -> Estimate | None:
    try:
        return estimate(call, headcount=profile.headcount, actions=profile.actions, now=now)
    except EstimateRefused:
        return None


def _over_ceiling(money: MoneyTerms, aids: Decimal | None, amount: Estimate | None, now: datetime) -> bool | None:
    """Whether aids and voucher together pass the ceiling; None when it cannot be told."""
    if aids is None:
        return None
    try:
        regulation = regulation_on(money.regulations, rome_day(now), money.overlap)
    except NoRegulationInForce:
        return None
    asked = amount.total if amount else Decimal(0)
    return aids + asked > regulation.ceiling_for(road_freight=False)
