"""After a rectification and a renunciation the amount still explains itself, to the office and to the firm alike."""

import html
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from applications.models import Firm
from portal.models import User
from tests.conftest import Desk, story_clock
from vouchers.documents import award_letters as papers
from vouchers.domain import rectifying, reductions, signing
from vouchers.models import Award, AwardLetter, Decree


def words(user: User, address: str) -> str:
    client = Client()
    client.force_login(user)
    text = html.unescape(client.get(address).content.decode())
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def rectified(desk: Desk, award: Award, amount: str) -> Decree:
    assert award.grant_decree is not None
    draft = rectifying.correct(
        award.grant_decree, award.application, {"amount:A": amount}, actor=desk.manager, now=desk.tick()
    )
    return signing.sign(draft, actor=desk.signatory, clock=story_clock(desk.tick()))


@pytest.fixture
def award(desk: Desk, firm: Firm) -> Award:
    return desk.granted(firm)


def faces(award: Award, firm_user: User, officer: User) -> list[str]:
    box, dossier = f"/domande/{award.application_id}/voucher/", f"/ufficio/domande/{award.application_id}/"
    return [words(firm_user, box), words(officer, dossier)]


def test_each_rectification_is_a_row_and_what_is_left_is_the_voucher(
    desk: Desk, award: Award, anna: User, carla: User
) -> None:
    first, second = rectified(desk, award, "6000.00"), rectified(desk, award, "10.00")
    reductions.reduce(award.application, "B", actor=anna, reason_code="ONLY_EQUIPMENT", now=desk.tick())

    for text in faces(award, anna, carla):
        table = text.partition("Come si arriva all'importo")[2]
        places = [
            table.index(part)
            for part in (
                "7.000,00 €",
                f"da 7.000,00 € a 6.000,00 € decreto n. {first.protocol} -1.000,00 €",
                f"da 6.000,00 € a 10,00 € decreto n. {second.protocol} -5.990,00 €",
                "Azione B rinunciata il",
                "-3.500,00 €",
                "Resta 10,00 €",
            )
        ]
        assert places == sorted(places)


def test_the_room_is_weighed_against_what_the_voucher_is_now(desk: Desk, award: Award, anna: User, carla: User) -> None:
    rectified(desk, award, "10.00")

    assert "il voucher è di 3.510,00 €: ci sta" in faces(award, anna, carla)[1]


def test_a_voucher_as_granted_has_no_rest(award: Award, anna: User, carla: User) -> None:
    for text in faces(award, anna, carla):
        assert "Come si arriva all'importo" in text
        assert not re.search(r"Resta [0-9]", text.partition("Come si arriva all'importo")[2].partition("Codice COR")[0])


def test_the_firm_reads_every_decree_and_every_letter(desk: Desk, award: Award, anna: User) -> None:
    decree = rectified(desk, award, "10.00")
    letters = list(AwardLetter.objects.order_by("pk"))
    for letter in letters:
        papers.render(letter)
    client = Client()
    client.force_login(anna)

    page = words(anna, f"/domande/{award.application_id}/voucher/")

    assert len(letters) == 2
    assert f"Altro decreto n. {decree.protocol}, " in page
    assert "rettifica di un decreto di concessione" in page
    assert award.grant_decree is not None
    for one in (award.grant_decree, decree):
        assert f"Lettera del decreto n. {one.protocol}" in page
    for letter in letters:
        answer = client.get(f"/domande/{award.application_id}/voucher/lettera/{letter.pk}.pdf")
        assert b"".join(answer.streaming_content).startswith(b"%PDF")
        assert letter.content["decree"].replace("/", "-") in answer["Content-Disposition"]


def test_more_decrees_cost_no_more_queries(desk: Desk, award: Award, anna: User, carla: User) -> None:
    costs = []
    for amount in ("6000.00", "5000.00", "4000.00"):
        rectified(desk, award, amount)
        pages = []
        for user, address in ((anna, f"/domande/{award.application_id}/voucher/"),
                              (carla, f"/ufficio/domande/{award.application_id}/")):  # fmt: skip
            client = Client()
            client.force_login(user)
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            pages.append(len(queries))
        costs.append(pages)

    assert costs[0] == costs[-1]
