"""Messages on an application: kept for ever, read by whom they are for, one for one intention."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.domain import messages
from applications.domain.drafting import NotForYou
from applications.domain.messages import Circle, Side, Unwritable, mark_read, thread, unread, write_message
from applications.models import FirmMember, Message, Reading
from portal.kernel.roles import Role
from portal.models import AuditEntry, Mail
from tests.conftest import FIRST_DAY, LONG_AGO, person
from tests.portal.services.parallel import at_once

AT = FIRST_DAY + timedelta(days=1)


def write(item, actor, body="Buongiorno, una domanda.", **changes):
    fields = {"circle": Circle.OFFICE, "now": AT, "client_key": uuid4()} | changes
    return write_message(item, body, actor=actor, **fields)


@pytest.fixture
def item(desk, firm):
    return desk.in_review(firm)


@pytest.fixture
def consultant(firm):
    someone = person("consulente@studio.example", "Consulente")
    FirmMember.objects.create(firm=firm, user=someone, role=Role.DELEGATE, since=LONG_AGO)
    return someone


def test_firm_and_office_write_to_each_other_and_each_side_is_known(item, anna, carla, elena):
    write(item, anna, "Quando decidete?")
    write(item, carla, "Entro sessanta giorni.", now=AT + timedelta(hours=1))
    write(item, elena, "Confermo.", now=AT + timedelta(hours=2))

    assert [(row.side, row.author, row.body) for row in thread(item, Circle.OFFICE)] == [
        (Side.FIRM, anna, "Quando decidete?"),
        (Side.OFFICE, carla, "Entro sessanta giorni."),
        (Side.OFFICE, elena, "Confermo."),
    ]
    assert AuditEntry.objects.filter(act="message.write", target=f"application:{item.pk}").count() == 3


def test_an_answer_of_the_office_nudges_the_firms_people_without_what_it_says(item, anna, carla, consultant):
    before = Mail.objects.count()
    write(item, anna)
    assert Mail.objects.count() == before

    write(item, carla, "Il codice fiscale RSSMRA80A01F205X è sbagliato.")

    told = Mail.objects.order_by("pk")[before:]
    assert {(mail.to, mail.channel) for mail in told} == {
        ("anna@impresa.example", "EMAIL"), ("consulente@studio.example", "EMAIL"),
    }  # fmt: skip
    for mail in told:
        assert f"/domande/{item.pk}/messaggi/" in mail.body
        assert "RSSMRA80A01F205X" not in mail.subject + mail.body


@pytest.mark.parametrize("stranger", ["bruno", "ivo", "dario"])
def test_strangers_and_readers_write_nothing(item, stranger, request):
    who = request.getfixturevalue(stranger)

    with pytest.raises(NotForYou):
        write(item, who)
    with pytest.raises(NotForYou):
        mark_read(item, circle=Circle.OFFICE, actor=who, now=AT)
    assert not Message.objects.exists()


def test_the_office_never_writes_reads_or_counts_what_stays_inside_the_firm(item, anna, carla, consultant):
    write(item, consultant, "Manca la firma del titolare.", circle=Circle.FIRM, page="impresa")

    with pytest.raises(NotForYou):
        write(item, carla, circle=Circle.FIRM, page="impresa")
    with pytest.raises(NotForYou):
        mark_read(item, circle=Circle.FIRM, actor=carla, now=AT, page="impresa")
    assert list(thread(item, Circle.OFFICE)) == []
    assert not messages.waiting_for_office().exists()
    assert [row.body for row in thread(item, Circle.FIRM, page="impresa")] == ["Manca la firma del titolare."]
    assert list(thread(item, Circle.FIRM, page="piano")) == []


def test_on_a_draft_the_firm_comments_and_the_office_is_not_there_yet(desk, firm, anna, carla):
    draft = desk.draft(firm)

    assert write(draft, anna, circle=Circle.FIRM, page="piano").page == "piano"
    with pytest.raises(Unwritable, match="solo dopo la presentazione"):
        write(draft, anna)
    with pytest.raises(Unwritable, match="solo dopo la presentazione"):
        write(draft, carla)


@pytest.mark.parametrize("body", ["", "   ", "\n\t\r\n", "\0", " \0 "])
def test_an_empty_message_is_asked_for_in_words(item, anna, body):
    with pytest.raises(Unwritable, match="Scrivi il testo"):
        write(item, anna, body)


def test_ten_thousand_characters_are_kept_and_one_more_is_not(item, anna):
    assert len(write(item, anna, "è" * 10_000).body) == 10_000
    with pytest.raises(Unwritable, match="10001 caratteri: al massimo 10000"):
        write(item, anna, "è" * 10_001)


def test_the_same_key_is_the_same_message(item, anna, bruno):
    key = uuid4()

    first = write(item, anna, client_key=key)
    again = write(item, anna, "Altro testo", client_key=key, now=AT + timedelta(seconds=1))

    assert (again.pk, again.body) == (first.pk, first.body)
    assert Message.objects.count() == 1


def test_a_key_of_another_conversation_is_refused(item, anna, consultant):
    key = uuid4()
    write(item, anna, client_key=key)

    for changes in ({"circle": Circle.FIRM, "page": "impresa"}, {}):
        with pytest.raises(Unwritable, match="appartiene a un'altra pagina"):
            write(item, consultant if not changes else anna, client_key=key, **changes)


def test_five_posts_at_once_are_one_message(committed_db, desk, firm, anna):
    item, key = desk.in_review(firm), uuid4()

    found = at_once(5, lambda number: write(item, anna, f"Testo {number}", client_key=key).pk)

    assert len(set(found)) == 1
    assert Message.objects.count() == 1


def test_five_keys_at_once_are_five_messages(committed_db, desk, firm, anna):
    """The control of the test above: what makes one of five posts is the key."""
    item = desk.in_review(firm)

    at_once(5, lambda number: write(item, anna, "Testo"))

    assert Message.objects.count() == 5


def test_a_flood_is_stopped_and_ten_minutes_later_one_may_write_again(item, anna, consultant):
    for _ in range(20):
        write(item, anna)

    with pytest.raises(Unwritable, match="riprova tra dieci minuti"):
        write(item, anna)
    assert write(item, consultant).pk
    assert write(item, anna, now=AT + timedelta(minutes=11)).pk


def test_the_office_reads_as_one_and_the_people_of_a_firm_each_for_themselves(item, anna, carla, elena, consultant):
    def new(side, reader):
        return unread(Message.objects.all(), side, reader).count()

    write(item, anna)
    assert (new(Side.OFFICE, carla), new(Side.FIRM, consultant), new(Side.FIRM, anna)) == (1, 1, 0)

    assert mark_read(item, circle=Circle.OFFICE, actor=carla, now=AT) == 1
    assert (new(Side.OFFICE, elena), new(Side.FIRM, consultant)) == (0, 1)
    assert mark_read(item, circle=Circle.OFFICE, actor=elena, now=AT) == 0
    write(item, carla)
    assert mark_read(item, circle=Circle.OFFICE, actor=consultant, now=AT) == 2
    assert (new(Side.FIRM, consultant), new(Side.FIRM, anna)) == (0, 1)
    assert AuditEntry.objects.filter(act="message.read").count() == 2


def test_a_message_says_when_the_other_side_first_read_it(item, anna, carla, elena, consultant):
    write(item, anna)
    mark_read(item, circle=Circle.OFFICE, actor=consultant, now=AT + timedelta(minutes=1))
    assert [row.read_at for row in thread(item, Circle.OFFICE)] == [None]

    for minutes, reader in ((5, carla), (9, elena)):
        mark_read(item, circle=Circle.OFFICE, actor=reader, now=AT + timedelta(minutes=minutes))
    assert [row.read_at for row in thread(item, Circle.OFFICE)] == [AT + timedelta(minutes=5)]


def test_reading_twice_writes_once(item, anna, carla):
    write(item, anna)

    assert [mark_read(item, circle=Circle.OFFICE, actor=carla, now=AT) for _ in range(2)] == [1, 0]
    assert Reading.objects.count() == 1


def test_a_conversation_costs_one_query_however_long(item, anna, carla):
    costs = []
    for _ in range(2):
        write(item, anna)
        write(item, carla)
        with CaptureQueriesContext(connection) as queries:
            assert [str(row.author) for row in thread(item, Circle.OFFICE)]
        costs.append(len(queries))

    assert costs == [1, 1]
