"""COR codes of the State-aid register: all recorded or none, every problem told."""

import pytest

from applications.models import Firm
from portal.models import AuditEntry, User
from tests.conftest import Desk, FirmMaker
from vouchers.domain.state_aid import BadCor, record_cors
from vouchers.models import Award


@pytest.fixture
def protocols(desk: Desk, make_firm: FirmMaker, anna: User) -> list[str]:
    """Three awards reserved, by their protocol."""
    applications = [desk.admitted(make_firm(anna)) for _ in range(3)]
    desk.reserve()
    return [application.protocol for application in applications]


def cors() -> list[str]:
    return list(Award.objects.order_by("pk").values_list("cor", flat=True))


def refused(desk: Desk, codes: dict[str, str]) -> list[str]:
    """The problems of codes that must not be recorded."""
    before = cors()
    with pytest.raises(BadCor) as error:
        record_cors(codes, actor=desk.officer, now=desk.tick())
    assert cors() == before
    return error.value.problems


def test_codes_are_recorded_with_their_audit_entry(desk: Desk, protocols: list[str]) -> None:
    changed = record_cors({protocols[0]: "111", protocols[2]: "333"}, actor=desk.officer, now=desk.tick())

    assert [award.cor for award in changed] == ["111", "333"]
    assert cors() == ["111", "", "333"]
    assert AuditEntry.objects.filter(act="award.cor").count() == 2


def test_the_same_codes_again_change_nothing(desk: Desk, protocols: list[str]) -> None:
    record_cors({protocols[0]: "111"}, actor=desk.officer, now=desk.tick())

    assert record_cors({protocols[0]: "111"}, actor=desk.officer, now=desk.tick()) == []
    assert AuditEntry.objects.filter(act="award.cor").count() == 1


def test_every_problem_is_told_at_once(desk: Desk, protocols: list[str]) -> None:
    codes = {"2020/9999999": "1", protocols[0]: "12a", protocols[1]: "", protocols[2]: "1" * 21}

    problems = refused(desk, codes)

    assert problems[0] == "2020/9999999: nessun voucher prenotato con questo protocollo."
    assert [problem.split(":")[0] for problem in problems] == list(codes)


@pytest.mark.parametrize("cor", ["12a", "", " 1", "1.5", "-1", "٣", "1" * 21])
def test_a_code_is_digits(desk: Desk, protocols: list[str], cor: str) -> None:
    (problem,) = refused(desk, {protocols[0]: cor})
    assert ("non è un codice COR (solo cifre)" if cor else "manca il codice COR (solo cifre)") in problem


def test_one_code_for_two_applications(desk: Desk, protocols: list[str]) -> None:
    assert refused(desk, {protocols[0]: "111", protocols[1]: "111"}) == [
        "Lo stesso codice COR è indicato per più domande."
    ]


def test_a_code_that_another_reserved_award_has(desk: Desk, protocols: list[str]) -> None:
    record_cors({protocols[0]: "111"}, actor=desk.officer, now=desk.tick())

    (problem,) = refused(desk, {protocols[1]: "111"})
    assert problem == f"{protocols[1]}: il codice 111 è già usato o il voucher ne ha già un altro."


def test_a_code_that_a_granted_award_has(desk: Desk, protocols: list[str], bruno: User, other_firm: Firm) -> None:
    record_cors({protocols[0]: "111"}, actor=desk.officer, now=desk.tick())
    desk.ask_cors()
    desk.sign()
    later = desk.admitted(other_firm)
    desk.reserve()

    (problem,) = refused(desk, {later.protocol: "111"})
    assert "il codice 111 è già usato" in problem


def test_a_code_does_not_change(desk: Desk, protocols: list[str]) -> None:
    record_cors({protocols[0]: "111"}, actor=desk.officer, now=desk.tick())

    (problem,) = refused(desk, {protocols[0]: "222"})
    assert "il voucher ne ha già un altro" in problem


def test_a_granted_award_takes_no_code(desk: Desk, protocols: list[str]) -> None:
    desk.ask_cors()
    desk.sign()

    (problem,) = refused(desk, {protocols[0]: "111"})
    assert "nessun voucher prenotato" in problem
