"""More than a thousand rows: frozen from the view, shown by the page, done to the last one, told in the file."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client

from applications.domain import bulk_running
from applications.models import Application, BulkRun, Firm, Proposal
from portal.models import Mail, Progress, User
from portal.services.clock import database_clock
from tests.conftest import LONG_AGO, Desk

MANY = 1_100


def crowd(first: Application, count: int) -> None:
    """The same proposed application by as many other firms."""
    firms = Firm.objects.bulk_create(
        Firm(
            tax_code=f"{number:011d}", vat_number=f"{number:011d}", name=f"Impresa {number} S.r.l.", legal_form="SRL",
            rea=f"MI-{number:07d}", ateco="62.01.00", province="MI", municipality="Milano",
            pec=f"impresa{number}@pec.example", created_at=LONG_AGO,
        )
        for number in range(10_000, 10_000 + count)
    )  # fmt: skip
    items = []
    for number, firm in enumerate(firms, start=2):
        item = Application.objects.get(pk=first.pk) if number == 2 else Application(**vars_of(items[0]))
        item.pk, item.firm, item.client_key, item.receipt_code = None, firm, uuid4(), None
        item.protocol_number = number
        items.append(item)
    made = Application.objects.bulk_create(items)
    proposal = Proposal.objects.get(application=first)
    Proposal.objects.bulk_create(
        Proposal(application=item, outcome="ADMIT", proposed_by=proposal.proposed_by, proposed_at=proposal.proposed_at)
        for item in made
    )


def vars_of(item: Application) -> dict[str, object]:
    """The columns of an application."""
    return {field.attname: getattr(item, field.attname) for field in Application._meta.concrete_fields}


@pytest.fixture
def thousand(desk: Desk, firm: Firm) -> None:
    """As many open proposals."""
    first = desk.in_review(firm)
    desk.propose(first)
    crowd(first, MANY - 1)


@pytest.mark.usefixtures("thousand")
def test_eleven_hundred_are_approved_together(elena: User, record_property: Callable[[str, object], None]) -> None:
    client = Client()
    client.force_login(elena)
    assert "Tutte quelle di questa vista (1100)" in client.get("/ufficio/proposte/").content.decode()

    client.post("/ufficio/insieme/nuova/", {"operazione": "APPROVE", "quali": "tutte", "viste": MANY})
    run = BulkRun.objects.get()
    page = client.get(f"/ufficio/insieme/{run.pk}/").content.decode()
    client.post(f"/ufficio/insieme/{run.pk}/passo/", {"passo": "apply"})
    progress = bulk_running.run(Progress.objects.get(key__startswith="bulk:").pk, clock=database_clock)

    assert "Conferma: 1100 domande" in page
    assert "Altre 1000 righe sono nel file CSV." in page
    assert (progress.total, progress.done, progress.failed) == (MANY, MANY, 0)
    assert Application.objects.filter(status="ADMITTED").count() == MANY
    assert Mail.objects.filter(hold=f"bulk:{run.pk}", channel="PEC", state="QUEUED").count() == MANY
    lines = b"".join(client.get(f"/ufficio/insieme/{run.pk}/righe.csv"))  # type: ignore[arg-type]
    assert lines.count(b"Fatta") == MANY
    record_property("bulk: rows approved in one run", progress.done)
