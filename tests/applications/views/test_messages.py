"""The employer's page of messages: the conversation, the comments inside the firm, the mails and sending them again."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from applications.domain.messages import Circle, write_message
from applications.models import Application, Firm, FirmMember, Message, Reading
from portal.kernel.roles import Role
from portal.models import AuditEntry, Mail, User
from tests.conftest import LONG_AGO, Desk, FirmMaker, person

PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<svg/onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "javascript:alert(1)",
    "{{ settings.SECRET_KEY }}{% debug %}",
    "<a href='javascript:alert(1)'>x</a>",
    "<!--\n<script>",
    "\u202eoiram",
]


def at(item: Application) -> str:
    return f"/domande/{item.pk}/messaggi/"


def comments(item: Application, slug: str = "piano") -> str:
    return f"/domande/{item.pk}/commenti/{slug}/"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def item(desk: Desk, firm: Firm) -> Application:
    return desk.in_review(firm)


@pytest.fixture
def anna_s(anna: User) -> Client:
    return signed_in(anna)


@pytest.fixture
def consultant(firm: Firm) -> User:
    someone = person("consulente@studio.example", "Consulente")
    FirmMember.objects.create(firm=firm, user=someone, role=Role.DELEGATE, since=LONG_AGO)
    return someone


def said(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def post(client: Client, address: str, text: str = "Buongiorno", key: object = None, **headers: str):
    return client.post(address, {"testo": text, "chiave": str(key or uuid4())}, headers=headers or None)


def test_a_message_is_written_and_seen_with_whether_it_was_read(item, anna_s, carla):
    answer = post(anna_s, at(item), "Quando decidete?")

    assert (answer.status_code, answer["Location"]) == (302, at(item))
    page = said(anna_s, at(item))
    assert "Quando decidete?" in page
    assert "non ancora letto" in page


def test_a_double_post_is_one_message(item, anna_s):
    key = uuid4()

    for _ in range(2):
        assert post(anna_s, at(item), key=key).status_code == 302
    assert Message.objects.count() == 1


def test_two_pages_are_two_messages(item, anna_s):
    """The control of the test above: without the same key nothing holds the second back."""
    for _ in range(2):
        post(anna_s, at(item))
    assert Message.objects.count() == 2


def test_what_cannot_be_kept_stays_on_the_page_with_what_to_do(item, anna_s):
    empty = post(anna_s, at(item), "").content.decode()
    long = post(anna_s, at(item), "è" * 10_001).content.decode()
    keyless = anna_s.post(at(item), {"testo": "Il mio testo", "chiave": "x"}).content.decode()

    assert "<title>Errore:" in empty
    assert "Scrivi il testo del messaggio." in empty
    assert "è" * 10_001 in long
    assert "al massimo 10000" in long
    assert "Il mio testo" in keyless
    assert "ricaricala e scrivi di nuovo" in keyless
    assert not Message.objects.exists()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_is_written_is_text_wherever_it_is_read(payload, item, anna_s, anna, carla, desk):
    post(anna_s, at(item), payload)
    post(anna_s, comments(item), payload)
    write_message(item, payload, circle=Circle.OFFICE, actor=carla, now=timezone.now(), client_key=uuid4())

    for page in (said(anna_s, at(item)), said(anna_s, comments(item)), said(signed_in(carla), f"/ufficio{at(item)}")):
        for alive in ("<script>alert", "<img src=x", "<svg/onload", "<a href='javascript", "only-for-tests"):
            assert alive not in page


def test_to_the_firm_the_office_is_the_office(item, anna_s, carla):
    write_message(
        item, "Entro sessanta giorni.", circle=Circle.OFFICE, actor=carla, now=timezone.now(), client_key=uuid4()
    )

    page = said(anna_s, at(item))
    assert "<strong>Ufficio</strong>" in page
    assert "Carla" not in page


def test_opening_the_page_reads_what_was_new_once(item, anna_s, anna, carla):
    write_message(item, "Salve", circle=Circle.OFFICE, actor=carla, now=timezone.now(), client_key=uuid4())

    anna_s.head(at(item))
    anna_s.get(at(item), headers={"Sec-Purpose": "prefetch;prerender"})
    assert not Reading.objects.exists()
    for _ in range(2):
        said(anna_s, at(item))
    assert [reading.reader for reading in Reading.objects.all()] == [anna]


def test_comments_stay_on_their_page_and_are_counted_for_the_other(item, anna_s, consultant):
    helper = signed_in(consultant)
    post(helper, comments(item), "Manca la data della sperimentazione.")

    first = said(anna_s, comments(item))
    assert "Manca la data" in first
    assert "1 nuovo" in first
    assert "1 nuovo" not in said(anna_s, comments(item))
    assert "Manca la data" not in said(anna_s, comments(item, "impresa"))
    assert "Manca la data" not in said(anna_s, at(item))


def test_a_comment_on_a_draft_is_written_while_the_office_waits_for_the_submission(desk, firm, anna_s):
    draft = desk.draft(firm)

    assert post(anna_s, comments(draft), "Da rileggere").status_code == 302
    assert "potrai scrivergli dopo averla presentata" in said(anna_s, at(draft))
    refused = post(anna_s, at(draft), "C'è qualcuno?").content.decode()
    assert "solo dopo la presentazione" in refused


def test_a_page_that_the_wizard_does_not_have_has_no_comments(item, anna_s):
    assert anna_s.get(comments(item, "nulla")).status_code == 404


@pytest.mark.parametrize("who", ["bruno", "carla", None])
def test_for_others_it_does_not_exist(who, item, anna_s, request):
    post(anna_s, at(item), "CANARINO")
    client = signed_in(request.getfixturevalue(who)) if who else Client()
    mail = Mail.objects.filter(about=f"application:{item.pk}").earliest("pk")
    missing = item.pk + 1000

    for address in (at(item), comments(item)):
        got, nothing = client.get(address), client.get(address.replace(str(item.pk), str(missing)))
        assert got.status_code == nothing.status_code == (404 if who else 302)
        assert b"CANARINO" not in got.content
        assert post(client, address).status_code == (404 if who else 302)
    again = client.post(f"{at(item)}{mail.pk}/invia/")
    assert again.status_code == (404 if who else 302)
    assert Message.objects.count() == 1


def test_a_piece_of_the_page_is_fetched_and_written_as_a_piece(item, anna_s):
    piece = anna_s.get(at(item), headers={"HX-Request": "true"}).content.decode()
    written = anna_s.post(
        at(item), {"testo": "Ciao", "chiave": str(uuid4())}, headers={"HX-Request": "true"}, follow=True
    ).content.decode()

    for part in (piece, written):
        assert part.strip().startswith('<div id="corrispondenza"')
        assert "<html" not in part
    assert "Ciao" in written


def lost(item: Application, to: str = "vecchia@pec.example", failure: str = "REFUSED") -> Mail:
    """The firm's receipt, as a message that did not arrive."""
    mail = Mail.objects.get(about=f"application:{item.pk}", subject__startswith="Domanda presentata")
    Mail.objects.filter(pk=mail.pk).update(state="FAILED", failure=failure, to=to)
    mail.refresh_from_db()
    return mail


def test_each_mail_says_how_its_delivery_went(item, anna_s):
    lost(item)
    rest = Mail.objects.filter(about=f"application:{item.pk}", state="QUEUED")
    assert rest.count() == 1
    page = said(anna_s, at(item))
    assert "non consegnata: il server di posta ha rifiutato" in page
    assert "in coda per l&#x27;invio" in page.replace("'", "&#x27;")

    sent = timezone.now()
    rest.update(state="SENT", sent_at=sent)
    assert "inviata il" in said(anna_s, at(item))
    Mail.objects.filter(state="SENT").update(delivered_at=sent)
    assert "consegnata il" in said(anna_s, at(item))


def test_a_mail_that_was_lost_is_sent_again_to_the_pec_of_today(item, anna_s, anna, firm):
    mail = lost(item)
    Firm.objects.filter(pk=firm.pk).update(pec="nuova@pec.example")
    assert "nuova@pec.example" in said(anna_s, at(item))

    answer = anna_s.post(f"{at(item)}{mail.pk}/invia/", follow=True).content.decode()

    fresh = Mail.objects.get(again_of=mail)
    assert (fresh.to, fresh.state, fresh.body) == ("nuova@pec.example", "QUEUED", mail.body)
    assert "riparte ora verso nuova@pec.example" in answer
    assert "poi inviata di nuovo" in answer
    assert AuditEntry.objects.get(act="mail.again").actor == anna


def test_sending_again_twice_sends_once(item, anna_s):
    mail = lost(item)

    anna_s.post(f"{at(item)}{mail.pk}/invia/")
    twice = anna_s.post(f"{at(item)}{mail.pk}/invia/", follow=True).content.decode()

    assert "già partita" in twice
    assert Mail.objects.filter(again_of__isnull=False).count() == 1


def test_a_second_failure_rests_ten_minutes(item, anna_s):
    mail = lost(item)
    anna_s.post(f"{at(item)}{mail.pk}/invia/")
    fresh = Mail.objects.get(again_of=mail)
    Mail.objects.filter(pk=fresh.pk).update(state="FAILED", failure="UNREACHABLE")

    soon = anna_s.post(f"{at(item)}{fresh.pk}/invia/", follow=True).content.decode()
    assert "riprova tra dieci minuti" in soon
    Mail.objects.filter(pk=fresh.pk).update(created_at=timezone.now() - timedelta(minutes=11))
    anna_s.post(f"{at(item)}{fresh.pk}/invia/")

    assert Mail.objects.filter(again_of=fresh).exists()


def test_without_a_pec_it_says_where_to_write_it(item, anna_s, firm):
    mail = lost(item, to="", failure="NO_ADDRESS")
    Firm.objects.filter(pk=firm.pk).update(pec="")

    page = said(anna_s, at(item))
    assert "Scrivila nei dati dell&#x27;impresa" in page.replace("'", "&#x27;")
    refused = anna_s.post(f"{at(item)}{mail.pk}/invia/", follow=True).content.decode()
    assert "non ha una PEC" in refused


def test_only_a_lost_certified_mail_of_this_application_is_sent_again(item, anna_s, carla, desk, other_firm):
    other = lost(desk.submit(other_firm))
    write_message(item, "x", circle=Circle.OFFICE, actor=carla, now=timezone.now(), client_key=uuid4())
    nudge = Mail.objects.get(about=f"application:{item.pk}", channel="EMAIL")
    Mail.objects.filter(pk=nudge.pk).update(state="FAILED")

    for mail in (other, nudge):
        assert anna_s.post(f"{at(item)}{mail.pk}/invia/").status_code == 404
    assert not Mail.objects.filter(again_of__isnull=False).exists()
    assert anna_s.get(f"{at(item)}{nudge.pk}/invia/").status_code == 405


def test_the_page_costs_the_same_for_one_message_and_for_three(
    desk: Desk, make_firm: FirmMaker, anna: User, anna_s: Client, carla: User
) -> None:
    item, costs = desk.in_review(make_firm(anna)), []
    for _ in range(3):
        post(anna_s, at(item))
        mark = write_message(item, "x", circle=Circle.OFFICE, actor=carla, now=timezone.now(), client_key=uuid4())
        assert mark.pk
        said(anna_s, at(item))
        with CaptureQueriesContext(connection) as queries:
            said(anna_s, at(item))
        costs.append(len(queries))

    assert len(set(costs)) == 1
    assert costs[0] < 15
