"""Every submitted application is in one place, and the payload has the keys that programs rely on."""

from dataclasses import replace
from decimal import Decimal

import pytest

from applications.rules.states import ApplicationState
from reporting.rules.facts import ApplicationFact, AwardFact, CallFacts
from reporting.rules.figures import figures_of, funnel
from reporting.rules.payload import payload_of
from tests.reporting.story import rome
from vouchers.rules.states import AwardState

AT = rome("2020-04-02 12:00")
PLAIN = ApplicationFact(ApplicationState.ADMITTED, AT, "ORDINARY", "micro", "MI", "62")


def award(state: AwardState, *, granted: bool = True) -> AwardFact:
    return AwardFact(state, {"A": Decimal("5000.00")}, granted_at=AT if granted else None, moved_at=AT)


def facts(*applications: ApplicationFact) -> CallFacts:
    return CallFacts("bando", AT, ("A", "B"), 60, applications)


BEFORE = (AwardState.COMPUTED, AwardState.WAITING, AwardState.RESERVED, AwardState.EXCLUDED, AwardState.RENOUNCED)
AFTER = (AwardState.GRANTED, AwardState.ACCEPTED, AwardState.FORFEITED, AwardState.RENOUNCED)
VOUCHERS = [None, *(award(state, granted=False) for state in BEFORE), *(award(state) for state in AFTER)]


@pytest.mark.parametrize("state", list(ApplicationState)[1:])
@pytest.mark.parametrize("voucher", VOUCHERS)
def test_each_application_is_in_exactly_one_place(state, voucher):
    found = funnel([replace(PLAIN, state=state, award=voucher)])

    places = [getattr(found, name) for name in found.__dataclass_fields__ if name != "submitted"]
    assert (found.submitted, sum(places)) == (1, 1)


def test_the_payload_has_the_promised_keys():
    live = replace(PLAIN, award=award(AwardState.ACCEPTED))
    content = payload_of(figures_of(facts(live)))

    assert {
        "submitted", "admitted", "renounced_or_forfeited", "live", "covid", "ordinary", "total", "by_size",
        "by_province", "top_sectors", "by_action", "waiting_list", "as_of", "call",
    } <= content.keys()  # fmt: skip
    assert content["total"] == "5000.00"
    assert list(content["by_size"]) == ["micro", "small", "medium", "large"]
    assert content["by_size"]["micro"] == {"count": 1, "amount": "5000.00"}
    assert list(content["by_province"]) == ["BG", "BS", "CO", "CR", "LC", "LO", "MB", "MI", "MN", "PV", "SO", "VA"]
    assert content["by_action"] == {"A": "5000.00", "B": "0.00"}
    assert content["top_sectors"] == [
        {"division": "62", "label": "Produzione di software, consulenza informatica e attività connesse", "count": 1}
    ]


def test_no_application_gives_zeros_and_no_invented_share():
    content = payload_of(figures_of(facts()))

    assert (content["submitted"], content["total"], content["months"]) == (0, "0.00", [])
    assert content["days_to_decision"]["median"] is None


def test_the_hash_changes_with_the_figures_and_only_with_them():
    one, again = payload_of(figures_of(facts(PLAIN))), payload_of(figures_of(facts(PLAIN)))
    two = payload_of(figures_of(facts(PLAIN, PLAIN)))

    assert one["figures_sha256"] == again["figures_sha256"] != two["figures_sha256"]


def test_a_ledger_that_disagrees_with_the_vouchers_is_shown():
    live = replace(PLAIN, award=award(AwardState.ACCEPTED))

    assert figures_of(facts(live)).off_balance == {"A": Decimal("5000.00")}


def test_a_withdrawal_is_not_a_renunciation():
    given_up = replace(PLAIN, award=award(AwardState.RENOUNCED, granted=False))
    figures = figures_of(facts(given_up, replace(PLAIN, state=ApplicationState.WITHDRAWN)))

    assert (figures.funnel.left_before_grant, figures.funnel.withdrawn, figures.ended) == (1, 1, 0)
