"""The files of an application at the desk: who opens them, how they are given, what is recorded."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from applications.models import Application, Attachment, DossierOpening, Firm
from portal.models import AuditEntry, User
from portal.services import documents
from tests.applications.guided import give_documents
from tests.conftest import Desk


@pytest.fixture
def presented(desk: Desk, firm: Firm) -> Application:
    """A presented application with its files."""
    item = desk.submit(firm)
    give_documents(item)
    return item


def address(item: Application) -> str:
    one = Attachment.objects.filter(application=item).order_by("pk").first()
    assert one is not None
    return f"/ufficio/domande/{item.pk}/allegati/{one.pk}/"


def test_an_officer_opens_a_file_as_a_download_and_it_is_recorded(
    client: Client, presented: Application, carla: User
) -> None:
    client.force_login(carla)
    page = client.get(f"/ufficio/domande/{presented.pk}/").content.decode()
    assert address(presented) in page
    assert "Scansione antivirus non eseguita" in page

    response = client.get(address(presented))

    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert b"".join(response.streaming_content) == b"%PDF-"  # type: ignore[attr-defined]
    entry = AuditEntry.objects.get(act="attachment.open")
    assert (entry.actor_id, entry.target) == (carla.pk, f"application:{presented.pk}")


def test_a_file_is_looked_at_beside_the_checks_in_a_frame_that_runs_nothing(
    client: Client, presented: Application, carla: User
) -> None:
    client.force_login(carla)
    one = Attachment.objects.order_by("pk")[0]
    here = f"/ufficio/domande/{presented.pk}/"
    assert "<iframe" not in client.get(here).content.decode()

    page = client.get(f"{here}?guarda={one.pk}").content.decode()
    response = client.get(f"{address(presented)}guarda/")

    assert f'<iframe src="{address(presented)}guarda/"' in page
    assert response["Content-Disposition"] == "inline"
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'; frame-ancestors 'self'"
    assert (response["X-Frame-Options"], response["X-Content-Type-Options"]) == ("SAMEORIGIN", "nosniff")
    assert b"".join(response.streaming_content) == b"%PDF-"  # type: ignore[attr-defined]
    assert AuditEntry.objects.get(act="attachment.open").actor_id == carla.pk


@pytest.mark.parametrize("asked", ["0", "999999", "x", "%00", "1 OR 1"])
def test_what_is_not_there_is_not_framed(asked: str, client: Client, presented: Application, carla: User) -> None:
    client.force_login(carla)

    page = client.get(f"/ufficio/domande/{presented.pk}/", {"guarda": asked})

    assert page.status_code == 200
    assert "<iframe" not in page.content.decode()


@pytest.mark.parametrize("media_type", ["application/pkcs7-mime", "text/html", "image/svg+xml", "application/pdf;x"])
def test_what_no_browser_should_draw_is_only_handed_out(
    media_type: str, client: Client, desk: Desk, firm: Firm, carla: User
) -> None:
    item, now = desk.submit(firm), timezone.now()
    paper = documents.store(kind="attachment", name="a", media_type=media_type, data=b"<b>", key="a", now=now)
    one = Attachment.objects.create(
        application=item, code="x", format="p7m", document=paper, scan=Attachment.Scan.NOT_SCANNED, received_at=now,
        received_from=carla,
    )  # fmt: skip
    client.force_login(carla)

    assert client.get(f"{address(item)}guarda/").status_code == 404
    assert "Guarda qui" not in (page := client.get(f"/ufficio/domande/{item.pk}/?guarda={one.pk}").content.decode())
    assert "<iframe" not in page
    assert b"".join(client.get(address(item)).streaming_content) == b"<b>"  # type: ignore[attr-defined]


def test_what_waits_for_the_antivirus_is_not_looked_at(client: Client, presented: Application, carla: User) -> None:
    client.force_login(carla)
    Attachment.objects.update(scan=Attachment.Scan.WAITING)
    one = Attachment.objects.order_by("pk")[0]

    assert "<iframe" not in client.get(f"/ufficio/domande/{presented.pk}/?guarda={one.pk}").content.decode()
    assert client.get(f"{address(presented)}guarda/")["Location"] == f"/ufficio/domande/{presented.pk}/"


def test_others_have_no_way_in_and_leave_no_trace(
    client: Client, presented: Application, anna: User, bruno: User
) -> None:
    for user in (anna, bruno):
        client.force_login(user)
        assert client.get(address(presented)).status_code == client.get("/ufficio/domande/999/").status_code
    client.logout()
    assert "/accesso/" in client.get(address(presented))["Location"]
    assert not AuditEntry.objects.filter(act="attachment.open").exists()


def test_a_file_of_another_application_or_taken_away_does_not_exist(
    client: Client, desk: Desk, presented: Application, other_firm: Firm, carla: User
) -> None:
    client.force_login(carla)
    other = desk.submit(other_firm)
    here = address(presented)
    assert client.get(here.replace(f"/{presented.pk}/", f"/{other.pk}/", 1)).status_code == 404
    Attachment.objects.update(removed_at=timezone.now(), removed_by=carla)
    assert client.get(here).status_code == 404
    Attachment.objects.update(removed_at=None, removed_by=None)
    Attachment.objects.update(scan=Attachment.Scan.WAITING)
    assert client.get(here)["Location"] == f"/ufficio/domande/{presented.pk}/"


def test_the_dossier_costs_the_same_with_one_file_and_with_many(
    client: Client, presented: Application, carla: User
) -> None:
    client.force_login(carla)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/ufficio/domande/{presented.pk}/")
        return len(queries)

    many = cost()
    keep = Attachment.objects.order_by("pk")[0].pk
    Attachment.objects.exclude(pk=keep).update(removed_at=timezone.now(), removed_by=carla)
    assert cost() == many


def test_a_view_that_cannot_be_shown_is_not_an_opening(client: Client, desk: Desk, firm: Firm, carla: User) -> None:
    item, now = desk.submit(firm), timezone.now()
    media_type = "application/pkcs7-mime"
    paper = documents.store(kind="attachment", name="a.p7m", media_type=media_type, data=b"<b>", key="a", now=now)
    Attachment.objects.create(
        application=item, code="x", format="p7m", document=paper, scan=Attachment.Scan.NOT_SCANNED, received_at=now,
        received_from=carla,
    )  # fmt: skip
    client.force_login(carla)

    assert client.get(f"{address(item)}guarda/").status_code == 404
    assert not AuditEntry.objects.filter(act="attachment.open").exists()
    assert not DossierOpening.objects.filter(what=DossierOpening.What.FILE).exists()

    assert b"".join(client.get(address(item)).streaming_content) == b"<b>"  # type: ignore[attr-defined]
    assert AuditEntry.objects.filter(act="attachment.open").count() == 1
    assert DossierOpening.objects.get(what=DossierOpening.What.FILE).name == "a.p7m"
