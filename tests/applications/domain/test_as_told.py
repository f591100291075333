"""A decision taken with others is not told while it may be undone: the firm's pages say what its letters say."""

import pytest
from django.test import Client

from applications.domain import bulk, bulk_running
from applications.domain.as_told import as_told, untold
from applications.models import Application, BulkRun
from portal.models import Mail, User
from portal.services import mail
from tests.conftest import Desk, FirmMaker
from vouchers.domain import calculation


@pytest.fixture
def approved(desk: Desk, make_firm: FirmMaker, anna: User) -> tuple[Application, BulkRun]:
    """One application approved in a run, whose letter waits."""
    item = desk.in_review(make_firm(anna))
    desk.propose(item)
    run = bulk.freeze("APPROVE", [item.pk], actor=desk.manager, now=desk.tick())
    step(run, bulk.APPLY, desk)
    run.refresh_from_db()
    return Application.objects.get(pk=item.pk), run


def step(run: BulkRun, name: str, desk: Desk) -> None:
    """A step asked for and run to its end."""
    bulk_running.run(bulk.ask(run, name, actor=desk.manager, now=desk.tick()).pk, clock=desk.tick)


def pages(client: Client, item: Application) -> dict[str, str]:
    """What the firm reads of its application."""
    addresses = [f"/domande/{item.pk}/", "/domande/", f"/domande/{item.pk}/voucher/", "/consulente/"]
    addresses.append(f"/domande/{item.pk}/ricevuta/")
    return {address: client.get(address).content.decode() for address in addresses}


def test_until_the_letter_leaves_the_firm_reads_what_it_read_before(
    approved: tuple[Application, BulkRun], anna: User, client: Client
) -> None:
    item, run = approved
    client.force_login(anna)
    assert item.status == "ADMITTED"
    for address, page in pages(client, item).items():
        assert "mmessa" not in page.replace("quando la domanda è ammessa", "").replace("Se la domanda è ammessa", ""), (
            address
        )
        assert "ha deciso" not in page, address

    for letter in Mail.objects.filter(hold=f"bulk:{run.pk}"):
        mail.deliver(letter.pk, now=run.undo_until)

    read = pages(client, item)
    assert "Domanda ammessa" in read[f"/domande/{item.pk}/"], "the letter has left"
    assert "Ammessa" in read["/domande/"]
    assert "Ammessa" in read["/consulente/"]


def test_with_the_amount_computed_the_firm_reads_that_it_is_admitted(
    approved: tuple[Application, BulkRun], desk: Desk, anna: User, client: Client
) -> None:
    """The admission stands from then on: its letter is no longer held, and no page says less than the letter."""
    item, _run = approved
    calculation.compute_awards([item.pk], now=desk.tick())

    client.force_login(anna)
    read = pages(client, item)

    assert "Ammessa" in read["/domande/"]
    assert "Importo calcolato" in read[f"/domande/{item.pk}/voucher/"]


def test_an_approval_undone_was_never_told(
    approved: tuple[Application, BulkRun], desk: Desk, anna: User, client: Client
) -> None:
    item, run = approved
    step(run, bulk.UNDO, desk)
    client.force_login(anna)

    assert Application.objects.get(pk=item.pk).status == "PROPOSED_ADMISSION"
    page = pages(client, item)[f"/domande/{item.pk}/"]
    for words in ("Domanda ammessa", "Decisione annullata"):
        assert words not in page
    assert "Istruttoria conclusa" in page


def test_a_decision_alone_is_told_at_once_and_nothing_is_asked_of_who_waits(
    desk: Desk, make_firm: FirmMaker, anna: User, django_assert_num_queries: object
) -> None:
    alone, waiting = desk.admitted(make_firm(anna)), desk.in_review(make_firm(anna))

    assert untold([alone, waiting]) == frozenset()
    assert as_told([alone, waiting]) == [alone, waiting]
    with django_assert_num_queries(0):  # type: ignore[operator]
        untold([waiting])


def test_a_copy_is_read_and_the_row_stays_as_it_is(approved: tuple[Application, BulkRun]) -> None:
    item, _run = approved
    [known] = as_told([item])

    assert (known.status, known.decided_at, known.pk) == ("PROPOSED_ADMISSION", None, item.pk)
    assert item.status == "ADMITTED"
