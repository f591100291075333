"""Codes asked of the State-aid register: slow, deaf, or said twice, each voucher gets one, or a sentence."""

from datetime import datetime, timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import IntegrityError
from pytest_django import Settings

from applications.models import Application
from portal.models import Promise, User
from portal.services.locks import Busy, alone
from tests.conftest import Desk, FirmMaker
from tests.portal.services.parallel import at_once
from vouchers.domain import aid_register, aid_requests, reductions
from vouchers.domain.aid_register import AidNotice, RegisterDown, RegisterRefuses, Simulator
from vouchers.domain.funding import amount_of
from vouchers.domain.lifecycle import NotForThisRole
from vouchers.models import AidRequest, Award
from vouchers.tasks import pursue_aid_requests

State = AidRequest.State
HERE = f"{__name__}."


class Refusing(Simulator):
    """A register that knows better."""

    def answer(self, ticket: str) -> str | None:
        raise RegisterRefuses("Codice fiscale sconosciuto.")


class Stammering(Simulator):
    """The same code for everybody."""

    def answer(self, ticket: str) -> str | None:
        return "1234567"


class Nonsense(Simulator):
    """Not a code."""

    def answer(self, ticket: str) -> str | None:
        return "<html>"


@pytest.fixture
def reserved(desk: Desk, make_firm: FirmMaker, anna: User) -> list[Award]:
    """Three vouchers reserved, without a code."""
    for _ in range(3):
        desk.admitted(make_firm(anna))
    return desk.reserve()


def ask(desk: Desk) -> list[AidRequest]:
    return aid_requests.ask(desk.call, actor=desk.officer, now=desk.tick())


def pursue(desk: Desk, times: int = 1) -> list[int]:
    def clock() -> datetime:
        return desk.tick()

    return [aid_requests.pursue(clock) for _ in range(times)]


def states() -> list[str]:
    return list(AidRequest.objects.order_by("pk").values_list("state", flat=True))


def cors() -> list[str]:
    return list(Award.objects.order_by("pk").values_list("cor", flat=True))


def test_each_voucher_gets_its_code_after_a_while(desk: Desk, reserved: list[Award]) -> None:
    asked = ask(desk)

    assert [row.amount for row in asked] == [amount_of(award) for award in reserved]
    assert pursue(desk, 3) == [0, 0, 3]
    assert states() == [State.ANSWERED] * 3
    assert len(set(cors())) == 3
    assert all(cor.isdecimal() for cor in cors())
    assert pursue(desk) == [0]


def test_asking_twice_asks_once(desk: Desk, reserved: list[Award]) -> None:
    assert (len(ask(desk)), len(ask(desk))) == (3, 0)
    assert Promise.objects.filter(job="vouchers.pursue_aid_requests").count() == 1

    pursue(desk, 3)

    assert ask(desk) == []
    assert AidRequest.objects.count() == 3


def test_two_officers_at_once_ask_once(committed_db: None, desk: Desk, make_firm: FirmMaker, anna: User) -> None:
    for _ in range(3):
        desk.admitted(make_firm(anna))
    desk.reserve()

    made = at_once(4, lambda number: len(aid_requests.ask(desk.call, actor=desk.officer, now=desk.at)))

    assert sorted(made) == [0, 0, 0, 3]
    assert AidRequest.objects.count() == 3


def test_without_the_lock_a_second_officer_fails(
    committed_db: None, desk: Desk, make_firm: FirmMaker, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: without waiting for each other some ask for what is asked already, and the index stops them."""
    desk.admitted(make_firm(anna))
    desk.reserve()
    together = Barrier(2)
    monkeypatch.setattr(aid_requests, "one_at_a_time", lambda call: None)
    monkeypatch.setattr(aid_requests, "amount_of", lambda award: (together.wait(timeout=60), amount_of(award))[1])

    made = at_once(2, lambda number: len(aid_requests.ask(desk.call, actor=desk.officer, now=desk.at)))

    assert {type(each) for each in made} == {int, IntegrityError}


def test_a_deaf_register_costs_an_hour_and_nothing_else(desk: Desk, reserved: list[Award], settings: Settings) -> None:
    settings.AID_REGISTER = "vouchers.domain.aid_register.Unreachable"
    ask(desk)
    pursue(desk)
    (since,) = set(AidRequest.objects.values_list("tried_at", flat=True))
    for _ in range(60):
        desk.tick(minutes=1)
        pursue(desk)

    assert states() == [State.ASKED] * 3
    assert set(AidRequest.objects.values_list("tried_at", "is_deaf")) == {(since, True)}
    assert desk.at - since > timedelta(hours=1)
    settings.AID_REGISTER = "vouchers.domain.aid_register.Simulator"
    pursue(desk, 3)
    assert (states(), AidRequest.objects.filter(is_deaf=True).count()) == ([State.ANSWERED] * 3, 0)


def test_a_bad_day_ends_well_for_those_it_can(desk: Desk, reserved: list[Award], settings: Settings) -> None:
    """Down at times, slow, and giving some the code of another: nobody gets a code twice."""
    settings.AID_REGISTER = "vouchers.domain.aid_register.Capricious"
    ask(desk)

    pursue(desk, 12)

    given = [cor for cor in cors() if cor]
    assert not AidRequest.objects.filter(ended_at=None).exists()
    assert len(set(given)) == len(given) == states().count(State.ANSWERED)


def test_the_same_code_for_two_is_refused_for_the_second(desk: Desk, reserved: list[Award], settings: Settings) -> None:
    settings.AID_REGISTER = HERE + "Stammering"
    ask(desk)

    pursue(desk, 2)

    assert states() == [State.ANSWERED, State.REFUSED, State.REFUSED]
    assert cors() == ["1234567", "", ""]
    assert "già usato" in AidRequest.objects.filter(state=State.REFUSED)[0].problem
    assert len(ask(desk)) == 2  # they may be asked again


@pytest.mark.parametrize(
    ("register", "words"), [("Refusing", "Codice fiscale sconosciuto."), ("Nonsense", "solo cifre")]
)
def test_a_refusal_is_kept_in_its_words(
    desk: Desk, reserved: list[Award], settings: Settings, register: str, words: str
) -> None:
    settings.AID_REGISTER = HERE + register
    ask(desk)

    pursue(desk, 2)

    assert states() == [State.REFUSED] * 3
    assert all(words in row.problem for row in AidRequest.objects.all())
    assert cors() == [""] * 3


def test_a_voucher_that_changed_meanwhile_takes_no_old_code(desk: Desk, reserved: list[Award], anna: User) -> None:
    ask(desk)
    pursue(desk, 2)
    first = Application.objects.get(award=reserved[0])
    reductions.reduce(first, "B", actor=anna, reason_code="OTHER", now=desk.tick())

    pursue(desk, 2)

    assert states() == [State.DROPPED, State.ANSWERED, State.ANSWERED]
    assert cors()[0] == ""
    assert "L'importo del voucher è cambiato" in AidRequest.objects.order_by("pk")[0].problem
    assert [row.amount for row in ask(desk)] != [row.amount for row in AidRequest.objects.order_by("pk")[:1]]


def test_a_code_that_comes_too_late_says_that_it_must_be_cancelled(
    desk: Desk, reserved: list[Award], anna: User, settings: Settings
) -> None:
    settings.AID_REGISTER = HERE + "ChangedMeanwhile"
    ChangedMeanwhile.change = lambda: reductions.reduce(
        Application.objects.get(award=reserved[0]), "B", actor=anna, reason_code="OTHER", now=desk.tick()
    )
    ask(desk)

    pursue(desk, 2)

    assert states()[0] == State.DROPPED
    assert "va annullato nel Registro" in AidRequest.objects.order_by("pk")[0].problem
    assert cors()[0] == ""


class ChangedMeanwhile(Simulator):
    """The firm gives an action up while the register answers about the first voucher."""

    change = staticmethod(lambda: None)
    has_changed = False

    def answer(self, ticket: str) -> str | None:
        if not type(self).has_changed:
            type(self).has_changed = True
            type(self).change()
        return aid_register.code_of(ticket)


def test_a_notice_sent_twice_is_one() -> None:
    notice = AidNotice("aid-request:1", "2020/0000001", "Alfa", "00000000001", "", Decimal(100))

    assert Simulator().send(notice) == Simulator().send(notice)


def test_only_who_records_codes_may_ask(desk: Desk, reserved: list[Award], anna: User) -> None:
    with pytest.raises(NotForThisRole):
        aid_requests.ask(desk.call, actor=anna, now=desk.tick())
    assert not AidRequest.objects.exists()


def test_without_a_register_one_works_from_files(desk: Desk, reserved: list[Award], settings: Settings) -> None:
    settings.AID_REGISTER = ""
    with pytest.raises(aid_requests.NoRegister, match="da un file"):
        ask(desk)
    assert pursue(desk) == [0]


def test_one_pursues_them_at_a_time(committed_db: None, desk: Desk, make_firm: FirmMaker, anna: User) -> None:
    desk.admitted(make_firm(anna))
    desk.reserve()
    ask(desk)

    def pursued() -> bool:
        try:
            pursue(desk)
        except Busy:
            return False
        return True

    with alone("aid-register"):
        assert at_once(1, lambda number: pursued()) == [False]
        assert at_once(1, lambda number: pursue_aid_requests()) == [None]  # the job leaves without a word
    assert states() == [State.ASKED]
    pursue_aid_requests()
    assert states() == [State.SENT]


def test_a_capricious_register_is_down_for_some_and_never_for_ever() -> None:
    register, answered, down = aid_register.Capricious(), 0, 0
    for number in range(30):
        notice = AidNotice(f"capriccio:{number}", "2020/1", "Alfa", "1", "", Decimal(1))
        try:
            ticket = register.send(notice)
        except RegisterDown:
            down += 1
            ticket = register.send(notice)
        answered += any(register.answer(ticket) for _ in range(6))
    assert (answered, 0 < down < 30) == (30, True)
