"""The page of the documents: files go in and come out, errors are said, Bruno finds nothing."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from applications.domain import attachments, forms_to_sign
from applications.models import Application, Attachment, Firm
from portal.models import User
from tests.applications.views.test_mine import without_token
from tests.conftest import Desk
from tests.portal.services.files.papers import pdf

PAPER = pdf()


@pytest.fixture(autouse=True)
def storage(tmp_path: Path, settings: Settings) -> None:
    """Files of the test stay in its own folder."""
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"default": files}
    settings.CLAMD_ADDRESS = ""


@pytest.fixture
def draft(desk: Desk, firm: Firm) -> Application:
    """A draft that asks for A and B."""
    return desk.draft(firm)


@pytest.fixture
def anna_in(client: Client, anna: User) -> Client:
    """Anna, signed in."""
    client.force_login(anna)
    return client


def send(
    client: Client, draft: Application, *files: tuple[str, bytes], code: str = "EQUIPMENT_LIST", **more: Any
) -> Any:
    data = {"documento": code, "file": [SimpleUploadedFile(name, content) for name, content in files]} | more
    return client.post(f"/domande/{draft.pk}/documenti/", data)


def test_several_files_at_once_come_back_as_downloads(anna_in: Client, draft: Application) -> None:
    response = send(anna_in, draft, ("a.pdf", PAPER), ("Elenco beni.pdf", PAPER))
    assert response["Location"] == f"/domande/{draft.pk}/documenti/#EQUIPMENT_LIST"
    page = anna_in.get(f"/domande/{draft.pk}/documenti/").content.decode()
    for words in ("Caricato: a.pdf", "Elenco beni.pdf", "Scansione antivirus non eseguita", "Senza firma digitale"):
        assert words in page

    one = Attachment.objects.get(document__name="Elenco beni.pdf")
    file = anna_in.get(f"/domande/{draft.pk}/documenti/{one.pk}/")
    assert b"".join(file) == PAPER
    assert file["Content-Disposition"] == 'attachment; filename="Elenco beni.pdf"'
    assert file["X-Content-Type-Options"] == "nosniff"
    assert file["Content-Security-Policy"].startswith("sandbox")
    assert file["Cache-Control"] == "private, no-store"


def test_a_refused_file_is_said_and_the_others_stay(anna_in: Client, draft: Application) -> None:
    response = send(anna_in, draft, ("buono.pdf", PAPER), ("cattivo.exe", b"MZ\x90"))
    page = response.content.decode()

    assert response.status_code == 200
    assert "<title>Errore:" in page
    assert "data-error-summary" in page
    assert 'href="#EQUIPMENT_LIST-file"' in page
    assert 'id="EQUIPMENT_LIST-file"' in page
    assert page.count("«cattivo.exe»: il contenuto è un programma.") == 2
    assert "Caricato: buono.pdf" in page
    assert [one.document.name for one in attachments.live(draft)] == ["buono.pdf"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"documento": "EQUIPMENT_LIST"}, "Scegli almeno un file dal tuo dispositivo"),
        ({"documento": "MANDATE", "file": SimpleUploadedFile("a.pdf", PAPER)}, "Questo documento non è richiesto"),
        ({"file": SimpleUploadedFile("a.pdf", PAPER)}, "data-error-summary"),
        ({"documento": "EQUIPMENT_LIST", "file": "testo"}, "Scegli almeno un file"),
        ({"documento": "EQUIPMENT_LIST", "file": SimpleUploadedFile("v.pdf", b"")}, "«v.pdf» è vuoto"),
        (
            {"documento": "EQUIPMENT_LIST", "file": SimpleUploadedFile("g.pdf", b"%PDF-" + b"0" * 21_000_000)},
            "«g.pdf» supera i 20 MB",
        ),
    ],
)
def test_bad_input_is_said_kindly(anna_in: Client, draft: Application, data: dict[str, Any], words: str) -> None:
    response = anna_in.post(f"/domande/{draft.pk}/documenti/", data)

    assert response.status_code == 200
    assert words in response.content.decode()
    assert attachments.live(draft) == []


def test_a_file_is_replaced_and_taken_away(anna_in: Client, draft: Application) -> None:
    send(anna_in, draft, ("a.pdf", PAPER))
    first = attachments.live(draft)[0]
    page = send(anna_in, draft, ("x.exe", b"MZ"), sostituisce=first.pk).content.decode()
    assert f'href="#EQUIPMENT_LIST-{first.pk}-file"' in page
    assert "<details open>" in page
    send(anna_in, draft, ("b.pdf", PAPER), sostituisce=first.pk)
    second = attachments.live(draft)[0]
    assert second.document.name == "b.pdf"
    assert anna_in.get(f"/domande/{draft.pk}/documenti/{first.pk}/").status_code == 404

    for _ in range(2):
        response = anna_in.post(f"/domande/{draft.pk}/documenti/{second.pk}/togli/", follow=True)
        assert "Tolto: b.pdf" in response.content.decode()
    assert attachments.live(draft) == []


def test_a_waiting_file_is_not_opened(anna_in: Client, draft: Application, settings: Settings) -> None:
    settings.CLAMD_ADDRESS = "unix:///nowhere"
    send(anna_in, draft, ("a.pdf", PAPER))
    one = attachments.live(draft)[0]

    page = anna_in.get(f"/domande/{draft.pk}/documenti/{one.pk}/", follow=True).content.decode()
    assert "Il file aspetta la scansione antivirus" in page
    assert "Alcuni file aspettano" in page
    again = anna_in.post(f"/domande/{draft.pk}/documenti/scansione/", follow=True).content.decode()
    assert "non risponde ancora" in again
    settings.CLAMD_ADDRESS = ""
    anna_in.post(f"/domande/{draft.pk}/documenti/scansione/")
    assert b"".join(anna_in.get(f"/domande/{draft.pk}/documenti/{one.pk}/")) == PAPER


def test_the_paper_to_sign_is_prepared_and_given(anna_in: Client, draft: Application, anna: User, now: Any) -> None:
    early = anna_in.get(f"/domande/{draft.pk}/domanda.pdf", follow=True).content.decode()
    assert "non è ancora pronta" in early
    assert "Prepara la domanda da firmare" in early
    waiting = anna_in.post(f"/domande/{draft.pk}/domanda.pdf", follow=True).content.decode()
    assert "è in preparazione" in waiting

    forms_to_sign.attach_form(draft.forms.get(), PAPER, now=now)
    assert "Scarica la domanda da firmare" in anna_in.get(f"/domande/{draft.pk}/documenti/").content.decode()
    file = anna_in.get(f"/domande/{draft.pk}/domanda.pdf")
    assert b"".join(file) == PAPER
    assert "attachment" in file["Content-Disposition"]


def test_for_the_others_it_does_not_exist(
    anna_in: Client, client: Client, draft: Application, bruno: User, carla: User
) -> None:
    send(anna_in, draft, ("a.pdf", PAPER))
    one = attachments.live(draft)[0]
    anna_in.get(f"/domande/{draft.pk}/documenti/")
    tails = ("documenti/", f"documenti/{one.pk}/", f"documenti/{one.pk}/togli/", "documenti/scansione/", "domanda.pdf")
    for stranger in (bruno, carla):
        client.force_login(stranger)
        for tail in tails:
            for method in (client.get, client.post):
                foreign, missing = method(f"/domande/{draft.pk}/{tail}"), method(f"/domande/999999/{tail}")
                assert foreign.status_code == missing.status_code
                assert foreign.status_code in (404, 405)
                assert without_token(foreign) == without_token(missing)
        assert send(client, draft, ("b.pdf", PAPER)).status_code == 404
    assert [item.pk for item in attachments.live(draft)] == [one.pk]
    client.logout()
    assert client.get(f"/domande/{draft.pk}/documenti/")["Location"].startswith("/accesso/")


def test_a_file_of_another_application_is_not_found_here(
    anna_in: Client, client: Client, draft: Application, desk: Desk, other_firm: Firm, bruno: User
) -> None:
    theirs = desk.draft(other_firm)
    client.force_login(bruno)
    send(client, theirs, ("b.pdf", PAPER))
    one = attachments.live(theirs)[0]
    client.force_login(User.objects.get(email="anna@impresa.example"))

    assert client.get(f"/domande/{draft.pk}/documenti/{one.pk}/").status_code == 404
    assert client.post(f"/domande/{draft.pk}/documenti/{one.pk}/togli/").status_code == 404


def test_the_page_costs_the_same_with_one_file_and_with_five(anna_in: Client, draft: Application) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            anna_in.get(f"/domande/{draft.pk}/documenti/")
        return len(queries)

    send(anna_in, draft, ("a.pdf", PAPER))
    cost()
    one = cost()
    send(anna_in, draft, *((f"{n}.pdf", PAPER) for n in range(4)))
    cost()
    assert cost() == one <= 15
