"""The outbox at the desk: read before it leaves, and sent again by who may; a decree's letters before its signature."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from applications.models import Firm
from portal.models import Mail, Promise, User
from portal.services import jobs
from portal.services.clock import story_clock
from tests.conftest import Desk, FirmMaker
from vouchers.domain import decrees, drafts, signing
from vouchers.models import Decree

OUT = "/ufficio/posta-in-uscita/"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def said(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def draft(desk: Desk, make_firm: FirmMaker, anna: User) -> Decree:
    desk.admitted(make_firm(anna, name="Alfa S.r.l.", pec="alfa@pec.example"))
    gamma = make_firm(anna, name="Gamma S.r.l.")
    desk.admitted(gamma)
    desk.fund()
    Firm.objects.filter(pk=gamma.pk).update(pec="")
    return decrees.draft(desk.call, Decree.Kind.GRANT, actor=desk.manager, now=desk.tick())


def test_the_letters_are_read_before_the_signature_and_are_those_that_leave(
    desk: Desk, draft: Decree, ivo: User
) -> None:
    client, at = signed_in(ivo), f"/ufficio/decreti/{draft.pk}/lettere/"
    before = Mail.objects.count(), Promise.objects.count()
    page = said(client, at)
    assert (Mail.objects.count(), Promise.objects.count()) == before
    assert "Lettere che partiranno per PEC: 2" in page
    assert "alfa@pec.example" in page
    assert "non ha una PEC" in page
    assert "Con il decreto n. ____ è stato concesso un voucher di" in page
    assert "Le lettere che partiranno" in said(client, f"/ufficio/decreti/{draft.pk}/")

    now = desk.tick()
    would = {one.row.award_id: one.words for one in drafts.letters(draft, list(drafts.addressees(draft)), now=now)}
    signed = signing.sign(draft, actor=desk.signatory, clock=story_clock(now))

    left = drafts.letters(signed, list(drafts.addressees(signed)), now=desk.tick())
    assert [one.mail is not None for one in left] == [True, True]
    for one in left:
        subject, body = would[one.row.award_id]
        assert one.words == (subject, body.replace("____", signed.protocol))
    assert "Lettere del decreto: 2" in said(client, at)
    assert "voucher concesso" in said(client, f"{OUT}?decreto={signed.pk}")


def test_a_decree_of_rejection_writes_to_nobody(desk: Desk, make_firm: FirmMaker, anna: User, ivo: User) -> None:
    desk.rejected(make_firm(anna), "DURC")
    made = decrees.draft(desk.call, Decree.Kind.REJECTION, actor=desk.manager, now=desk.tick())

    assert "Questo decreto non scrive a nessuno" in said(signed_in(ivo), f"/ufficio/decreti/{made.pk}/lettere/")


def test_what_leaves_is_read_with_its_text_and_its_next_try(desk: Desk, firm: Firm, ivo: User) -> None:
    item = desk.submit(firm)
    page = said(signed_in(ivo), OUT)

    mail = Mail.objects.get(about=f"application:{item.pk}")
    for words in (mail.subject, "Alfa S.r.l.", firm.pec, item.protocol, "parte al primo giro della posta"):
        assert words in page
    assert mail.body.splitlines()[0][:30].replace("'", "&#x27;") in page
    assert "Invia di nuovo" not in page
    Mail.objects.update(state="SENT", sent_at=timezone.now())
    assert "Niente in partenza" in said(signed_in(ivo), OUT)
    assert mail.subject in said(signed_in(ivo), f"{OUT}?stato=partite&q={item.protocol}")
    assert mail.subject not in said(signed_in(ivo), f"{OUT}?stato=partite&q=2020/999")
    assert "Nessuna comunicazione" in said(signed_in(ivo), f"{OUT}?stato=boh&q=%00&decreto=x&dopo=-1&canale=fax")


def test_what_the_server_did_not_take_leaves_again_as_itself(desk: Desk, firm: Firm, carla: User, ivo: User) -> None:
    desk.submit(firm)
    mail = Mail.objects.get(channel="PEC")
    Mail.objects.filter(pk=mail.pk).update(failure="UNREACHABLE")
    jobs.give_up(Promise.objects.get(key=f"mail:{mail.pk}"), "OSError: rete")
    mail.refresh_from_db()
    assert mail.state == "FAILED"
    data = {"comunicazione": mail.pk}
    assert signed_in(ivo).post(OUT, data).status_code == 403
    assert "Invia di nuovo" not in said(signed_in(ivo), f"{OUT}?stato=non-partite")

    page = signed_in(carla).post(f"{OUT}?stato=non-partite", data, follow=True).content.decode()

    mail.refresh_from_db()
    assert mail.state == "QUEUED"
    assert Promise.objects.get(key=f"mail:{mail.pk}").state == "PENDING"
    assert f"riparte ora verso {firm.pec}" in page
    again = signed_in(carla).post(OUT, data, follow=True).content.decode()
    assert "è già partita o sta partendo" in again


def test_a_wrong_address_wants_the_pec_of_today(desk: Desk, firm: Firm, carla: User) -> None:
    Firm.objects.filter(pk=firm.pk).update(pec="non è un indirizzo")
    desk.submit(firm)
    mail = Mail.objects.get(channel="PEC")
    assert (mail.state, mail.failure) == ("FAILED", "BAD_ADDRESS")
    client, data = signed_in(carla), {"comunicazione": mail.pk}

    assert "ancora quella che non funziona" in client.post(OUT, data, follow=True).content.decode()
    assert Mail.objects.filter(channel="PEC").count() == 1
    Firm.objects.filter(pk=firm.pk).update(pec="giusta@pec.example")
    assert "riparte ora verso giusta@pec.example" in client.post(OUT, data, follow=True).content.decode()
    assert Mail.objects.get(again_of=mail).to == "giusta@pec.example"
    assert "è già partita" in client.post(OUT, data, follow=True).content.decode()
    assert "inviata di nuovo" in said(client, f"{OUT}?stato=non-partite")


def test_a_message_nobody_has_is_not_there_and_who_acts_for_the_firm_does_not_send(
    desk: Desk, firm: Firm, carla: User
) -> None:
    client, before = signed_in(carla), list(Mail.objects.order_by("pk").values())

    for nonsense in ("", "999999", "1; DROP TABLE", "-1", "9" * 40):
        assert client.post(OUT, {"comunicazione": nonsense}).status_code == 404
    assert list(Mail.objects.order_by("pk").values()) == before


def test_the_outbox_costs_the_same_for_one_and_for_more(
    desk: Desk, make_firm: FirmMaker, anna: User, carla: User
) -> None:
    client, costs = signed_in(carla), []
    for count in (1, 3):
        for _ in range(count):
            desk.in_review(make_firm(anna))
        with CaptureQueriesContext(connection) as queries:
            said(client, OUT)
        costs.append(len(queries))

    assert costs[0] == costs[1]
    assert costs[0] <= 15
