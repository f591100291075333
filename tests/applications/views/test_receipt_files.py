"""The files presented with an application: sealed with it, named on its receipt, and missed when they change."""

import json
from datetime import date
from io import BytesIO

import pikepdf
import pytest
from django.test import Client

from applications.documents import receipts
from applications.domain import register, story
from applications.models import Application, Attachment, Call, Firm
from portal.kernel.deadlines import ROME
from portal.models import User
from tests.applications.guided import fill_in
from tests.applications.views.test_submission import begun, present, text
from tests.conftest import Desk

DOCUMENTS, ATTACHMENTS = "portal_document", "applications_attachment"


@pytest.fixture
def filed(client: Client, anna: User, open_call: Call, firm: Firm) -> Application:
    """An application presented with its files, by Anna who is signed in."""
    client.force_login(anna)
    item = begun(client, firm)
    fill_in(client, item)
    present(client, item)
    return Application.objects.get(pk=item.pk)


def sealed_files(item: Application) -> list[dict[str, object]]:
    assert item.snapshot is not None
    return item.snapshot["documents"]


def test_the_last_day_to_decide_is_never_a_holiday(desk: Desk, firm: Firm) -> None:
    desk.at = desk.at.replace(year=2020, month=4, day=3, tzinfo=ROME)  # sixty days later is the feast of 2 June
    item = desk.submit(firm)

    assert story.standing(item, desk.at).decide_by == date(2020, 6, 3)


def test_every_file_is_sealed_with_the_application(filed: Application) -> None:
    rows = Attachment.objects.filter(application=filed).select_related("document").order_by("pk")

    assert len(rows) >= 3
    assert sealed_files(filed) == [
        {"code": one.code, "name": one.document.name, "size": one.document.size, "sha256": one.document.sha256}
        for one in rows
    ]


def test_the_receipt_and_its_page_name_every_file_with_its_fingerprint(client: Client, filed: Application) -> None:
    paper = receipts.to_html(receipts.receipt_facts(filed))
    page = text(client.get(f"/domande/{filed.pk}/ricevuta/"))

    for file in sealed_files(filed):
        for told in (paper, page):
            assert str(file["name"]) in told
            assert str(file["sha256"]) in told


def test_the_receipt_carries_the_files_in_its_data(filed: Application) -> None:
    with pikepdf.open(BytesIO(receipts.to_pdf(receipts.receipt_facts(filed)))) as paper:
        inside = paper.attachments["domanda.json"].get_file().read_bytes()

    assert json.loads(inside)["documents"] == sealed_files(filed)


@pytest.mark.parametrize(
    "change",
    [
        f"UPDATE {DOCUMENTS} SET sha256 = repeat('0', 64) WHERE id = %d",
        f"UPDATE {DOCUMENTS} SET name = 'altro.pdf' WHERE id = %d",
        f"UPDATE {DOCUMENTS} SET size = size + 1 WHERE id = %d",
        f"DELETE FROM {ATTACHMENTS} WHERE document_id = %d",
    ],
)
def test_a_file_changed_after_the_receipt_is_found_by_the_register(change, filed, triggers_off) -> None:
    assert list(register.problems()) == []
    file = Attachment.objects.filter(application=filed).order_by("pk")[1].document

    triggers_off(change % file.pk)

    assert list(register.problems()) == [f"{filed.protocol}: il file «{file.name}» non è più quello presentato"]
