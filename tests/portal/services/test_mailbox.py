"""Mail that stays on the machine: nothing leaves, everything is found again."""

from pathlib import Path

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from pytest_django import Settings

from portal.services import mailbox

BACKEND = "portal.services.mailbox.Backend"


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> Path:
    """An empty folder for the messages."""
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = BACKEND, tmp_path / "mail"
    return tmp_path / "mail"


def send(to: str = "anna@impresa.example", subject: str = "Città è più", body: str = "Perché sì.\n\nCiao") -> None:
    EmailMessage(subject, body, "sportello@regione.example", [to]).send()


def test_a_message_is_read_as_it_was_written() -> None:
    send()

    [row] = mailbox.caught()
    again, text = mailbox.read(row.name)
    assert (row.to, row.subject, row.sender) == ("anna@impresa.example", "Città è più", "sportello@regione.example")
    assert again == row
    assert text.replace("\r\n", "\n").strip() == "Perché sì.\n\nCiao"


def test_the_newest_comes_first_and_a_part_of_the_address_finds_it() -> None:
    for number in range(3):
        send(to=f"utente{number}@impresa.example", subject=str(number))
    send(to="Bruno@Impresa.example", subject="altro")

    assert [row.subject for row in mailbox.caught()] == ["altro", "2", "1", "0"]
    assert [row.subject for row in mailbox.caught("UTENTE1@")] == ["1"]
    assert [row.subject for row in mailbox.caught("bruno")] == ["altro"]
    assert [row.subject for row in mailbox.caught(limit=2)] == ["altro", "2"]
    assert mailbox.caught("nessuno") == []


def test_a_machine_without_mail_has_an_empty_list() -> None:
    assert mailbox.caught() == []


@pytest.mark.parametrize(
    "name", ["../settings.py", "..%2f", "", "a.eml", "1-2.eml", "0" * 20 + "-zzzzzzzz.eml", "/etc/passwd", "x" * 300]
)
def test_a_name_that_is_not_of_a_message_opens_nothing(name: str) -> None:
    with pytest.raises(FileNotFoundError):
        mailbox.read(name)


def test_other_files_of_the_folder_are_not_messages(home: Path) -> None:
    send()
    (home / "20200101-1.log").write_text("From: x")
    (home / ".half.eml").write_text("From: x")

    assert len(mailbox.caught()) == 1


def test_a_message_in_html_alone_is_given_as_its_source() -> None:
    message = EmailMultiAlternatives("x", "", "a@b.example", ["anna@impresa.example"])
    message.content_subtype = "html"
    message.body = "<script>alert(1)</script>"
    message.send()

    assert "<script>alert(1)</script>" in mailbox.read(mailbox.caught()[0].name)[1]


def test_the_options_of_a_certified_account_are_no_matter() -> None:
    connection = get_connection(host="smtps.pec.example", port=465, username="x", password="y", use_ssl=True)
    EmailMessage("x", "y", "a@b.example", ["anna@impresa.example"], connection=connection).send()

    assert len(mailbox.caught()) == 1
