"""Money, states and acts tell one story: whatever was changed by hand in one of them is found from the others."""

from collections.abc import Callable

import pytest

from applications.models import Firm
from tests.conftest import Desk, FirmMaker
from tests.vouchers.domain.conftest import DeskMaker
from vouchers.domain import consistency, ledger, terminations
from vouchers.domain.terminations import exclude
from vouchers.models import Award, Decree
from vouchers.rules.states import AwardState

LINE_B = "(SELECT id FROM vouchers_allocation WHERE action_id = (SELECT id FROM applications_action WHERE code = 'B'))"
ENDED = "ended_at = granted_at, end_reason = 'OTHER'"
TAMPERING = {
    "a renunciation undone": (
        "RENOUNCED",
        "UPDATE vouchers_award SET status = 'ACCEPTED', accepted_at = granted_at, ended_at = NULL, end_reason = ''",
        ("lo stato «ACCEPTED» non segue dall'ultimo passaggio «RENOUNCED»", "non sono quelli dello stato «accettato»"),
    ),
    "a renunciation invented": (
        "GRANTED",
        f"UPDATE vouchers_award SET status = 'RENOUNCED', {ENDED}",
        ("non segue dall'ultimo passaggio «GRANTED»", "non sono quelli dello stato «rinunciato»"),
    ),
    "an event made to fit": (
        "RENOUNCED",
        "UPDATE vouchers_award SET status = 'GRANTED', ended_at = NULL, end_reason = ''; "
        "DELETE FROM vouchers_awardevent WHERE event = 'renounce'",
        ("i movimenti non sono quelli dello stato «concesso»",),
    ),
    "a decree back to a draft": (
        "GRANTED",
        "UPDATE vouchers_decree "
        "SET status = 'DRAFT', year = NULL, number = NULL, signed_at = NULL, signed_by_id = NULL",
        ("lo stato «DRAFT» non segue dall'ultimo passaggio «SIGNED»",),
    ),
    "a split": (
        "GRANTED",
        'UPDATE vouchers_moneyact SET split = \'{"A": "2999999.00", "B": "1500001.00"}\' WHERE code = \'OPENING\'',
        (
            "la ripartizione dell'Azione A è 2999999.00, contabilizzati 3000000.00",
            "la ripartizione dell'Azione B è 1500001.00, contabilizzati 1500000.00",
        ),
    ),
    "money of no act": (
        "GRANTED",
        "UPDATE vouchers_ledgerentry SET key = 'appropriate:9:A' WHERE kind = 'APPROPRIATE' AND key LIKE '%:A'",
        ("stanziamento appropriate:9:A: non corrisponde ad alcun atto", "contabilizzati nessun euro"),
    ),
    "the amount of a voucher": (
        "GRANTED",
        "UPDATE vouchers_awardline SET amount = amount + 1",
        ("un movimento non ha l'importo del voucher (7001.00)",),
    ),
    "the line of a voucher": (
        "GRANTED",
        f"UPDATE vouchers_ledgerentry SET allocation_id = {LINE_B} WHERE award_id IS NOT NULL",
        ("i movimenti non sono quelli dello stato «concesso»",),
    ),
}


def in_state(desk: Desk, firm: Firm, state: str) -> Award:
    award = desk.granted(firm)
    if state == "RENOUNCED":
        terminations.renounce(award, actor=desk.filer(firm), reason_code="OTHER", now=desk.tick())
    return award


@pytest.mark.parametrize("what", TAMPERING)
def test_what_was_changed_by_hand_is_found(
    desk: Desk, firm: Firm, triggers_off: Callable[[str], None], what: str
) -> None:
    state, sql, words = TAMPERING[what]
    in_state(desk, firm, state)
    assert list(consistency.problems()) == []

    triggers_off(sql)

    found = list(consistency.problems())
    for sentence in words:
        assert any(sentence in problem for problem in found), (sentence, found)


@pytest.mark.parametrize("state", ["a renunciation undone", "a split", "an event made to fit"])
def test_the_entries_alone_would_not_tell(
    desk: Desk, firm: Firm, triggers_off: Callable[[str], None], state: str
) -> None:
    at, sql, _ = TAMPERING[state]
    in_state(desk, firm, at)

    triggers_off(sql)

    assert list(ledger.problems()) == []


def test_every_state_of_an_award_knows_its_last_move() -> None:
    assert set(consistency.LAST_MOVE_OF) == set(AwardState)


def test_every_honest_end_is_whole(make_desk: DeskMaker, make_firm: FirmMaker, anna: object) -> None:
    """One award for each way of ending, before the grant and after it."""
    desk = make_desk("42000.00", "21000.00")
    awards = [desk.admitted(make_firm(anna)) for _ in range(7)]
    desk.fund()
    renounced, excluded, *granted = [row.award for row in awards]
    exclude(excluded, reason_code="DE_MINIMIS", because="Restano 0,00.", now=desk.tick())
    terminations.renounce(renounced, actor=anna, reason_code="OTHER", now=desk.tick())
    desk.ask_cors()
    desk.sign()
    terminations.accept(granted[0], actor=anna, now=desk.tick())
    terminations.renounce(granted[1], actor=anna, reason_code="OTHER", now=desk.tick())
    terminations.forfeit(granted[2], actor=desk.manager, reason_code="DUTY", now=desk.tick())
    assert list(consistency.problems()) == []

    desk.sign(Decree.Kind.FORFEITURE)
    terminations.lapse(granted[3], now=desk.tick(days=60))

    assert list(consistency.problems()) == []
    assert set(Award.objects.values_list("status", flat=True)) == {
        "RENOUNCED", "EXCLUDED", "ACCEPTED", "FORFEITED", "GRANTED",
    }  # fmt: skip
