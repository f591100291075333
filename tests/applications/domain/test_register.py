"""The protocol register: whole after honest acts, broken in one sentence for every way of touching it."""

from datetime import timedelta
from io import StringIO
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command

from applications.domain import register, review
from applications.models import Application
from portal.kernel.deadlines import ROME

TABLE = "applications_application"


@pytest.fixture
def five(desk, make_firm, anna) -> list[Application]:
    """Five applications, one withdrawn, the last of the following year."""
    rows = [desk.submit(make_firm(anna)) for _ in range(4)]
    review.withdraw(rows[1], actor=anna, reason="x", now=desk.tick())
    desk.at = desk.at.replace(year=2021, month=1, day=4, tzinfo=ROME)
    return [*rows, desk.submit(make_firm(anna))]


def problems() -> list[str]:
    return list(register.problems())


def test_honest_acts_leave_it_whole(five):
    assert [row.protocol for row in five] == [*[f"2020/{n:07d}" for n in (1, 2, 3, 4)], "2021/0000001"]
    assert problems() == []


def test_an_empty_register_is_whole(db):
    assert problems() == []


def test_drafts_have_no_place_in_it(five, desk, make_firm, anna):
    desk.draft(make_firm(anna))

    assert problems() == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("protocol_number = 9 WHERE protocol_number = 4", "mancano i numeri da 4 a 8"),
        ("protocol_number = 9 WHERE protocol_number = 4", "il contatore non coincide con l'ultimo numero 9"),
        ("protocol_year = 2019 WHERE protocol_year = 2021", "2021: il contatore è a 1 ma non ci sono domande"),
        ("submitted_at = submitted_at - interval '1 day' WHERE protocol_number = 3", "l'istante non segue"),
        (
            "submitted_at = submitted_at + interval '1 us' WHERE protocol_number = 3",
            "non corrisponde alla sua impronta",
        ),
        ("snapshot = snapshot || '{\"more\": 1}' WHERE protocol_number = 3", "non corrisponde alla sua impronta"),
        ("snapshot_sha256 = repeat('0', 64) WHERE protocol_number = 3", "non corrisponde alla sua impronta"),
        ("headcount = 40 WHERE protocol_number = 3", "2020/0000003: i dati della domanda non sono quelli presentati"),
        ("total_employees = 40 WHERE protocol_number = 3", "non sono quelli presentati"),
        ("size_class = 'large' WHERE protocol_number = 3", "non sono quelli presentati"),
        ("actions = '{A}' WHERE protocol_number = 3", "non sono quelli presentati"),
        ("path = 'COVID' WHERE protocol_number = 3", "non sono quelli presentati"),
        ("province = 'BG' WHERE protocol_number = 3", "non sono quelli presentati"),
        ("division = '01' WHERE protocol_number = 3", "non sono quelli presentati"),
    ],
)
def test_every_tampering_is_found(change, words, five, triggers_off):
    triggers_off(f"UPDATE {TABLE} SET {change}")

    assert any(words in problem for problem in problems())


@pytest.mark.parametrize(("number", "words"), [(1, "mancano i numeri da 1 a 1"), (3, "da 3 a 3"), (4, "il contatore")])
def test_an_application_taken_away_is_missed(number, words, five, triggers_off):
    gone = f"(SELECT id FROM {TABLE} WHERE protocol_number = {number} AND protocol_year = 2020)"
    triggers_off(f"DELETE FROM applications_applicationevent WHERE subject_id IN {gone}")
    triggers_off(f"DELETE FROM {TABLE} WHERE id IN {gone}")

    assert any(words in problem for problem in problems())


def test_two_that_swap_their_numbers_are_found(five, triggers_off):
    first, second = five[2].pk, five[3].pk
    for pk, number in ((first, 99), (second, 3), (first, 4)):
        triggers_off(f"UPDATE {TABLE} SET protocol_number = {number} WHERE id = {pk}")

    assert len(problems()) >= 2


def test_a_snapshot_made_anew_with_its_seal_does_not_fit_the_columns(five, triggers_off):
    row = five[2]
    row.snapshot["answers"]["headcount"] = 31
    row.snapshot["answers"]["total_employees"] = 31
    number = register.Number(row.protocol_year, row.protocol_number, row.submitted_at)
    Application.objects.filter(pk=row.pk).update(
        snapshot=row.snapshot, snapshot_sha256=register.sealed(row.snapshot, number)
    )
    assert problems() == [f"{row.protocol}: i dati della domanda non sono quelli presentati"]

    Application.objects.filter(pk=row.pk).update(snapshot=[], snapshot_sha256=register.sealed([], number))
    assert problems() == [f"{row.protocol}: i dati della domanda non sono quelli presentati"]


def test_the_counter_moved_by_hand_is_found(five, triggers_off):
    triggers_off("UPDATE portal_sequence SET last = last + 1 WHERE year = 2020")

    assert problems() == ["2020: il contatore non coincide con l'ultimo numero 4"]


def test_the_command_fails_on_a_broken_register_and_only_then(five, triggers_off):
    out, err = StringIO(), StringIO()
    call_command("verify_register", stdout=out)
    triggers_off(f"UPDATE {TABLE} SET headcount = 31, total_employees = 31 WHERE protocol_number = 3")

    with pytest.raises(CommandError, match="1 problemi"):
        call_command("verify_register", stderr=err)
    assert "tutto in ordine" in out.getvalue()
    assert err.getvalue().strip() == "2020/0000003: i dati della domanda non sono quelli presentati"


def test_numbers_of_a_year_are_in_the_order_of_their_instants(five):
    instants = [row.submitted_at for row in five]

    assert instants == sorted(instants)
    assert min(later - earlier for earlier, later in pairwise(instants)) > timedelta(0)


@pytest.mark.parametrize(("number", "status", "last"), [(2, "SUBMITTED", "WITHDRAWN"), (3, "WITHDRAWN", "SUBMITTED")])
def test_a_state_that_no_act_led_to_is_found(number, status, last, five, triggers_off):
    triggers_off(f"UPDATE {TABLE} SET status = '{status}' WHERE protocol_number = {number} AND protocol_year = 2020")

    (problem,) = problems()
    assert f"2020/{number:07d}" in problem
    assert problem.endswith(f"lo stato «{status}» non segue dall'ultimo passaggio «{last}»")
