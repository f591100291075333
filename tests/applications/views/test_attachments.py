"""The page of the documents: files go in and come out, errors are said, Bruno finds nothing."""

import gc
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.test.utils import CaptureQueriesContext
from django.utils.datastructures import MultiValueDict
from pytest_django import Settings

from applications.domain import attachments, forms_to_sign
from applications.forms.attachments import AttachmentForm
from applications.models import Application, Attachment, Firm
from portal.models import User
from tests.applications.answering import asked, today
from tests.applications.views.test_mine import without_token
from tests.conftest import Desk
from tests.portal.services.files.papers import pdf
from tests.refusals import assert_missing

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


class Read(bytes):
    """The bytes of a file; counts how many files are in memory together."""

    alive = most = 0

    def __new__(cls, data: bytes) -> "Read":
        cls.alive += 1
        cls.most = max(cls.most, cls.alive)
        return super().__new__(cls, data)

    def __del__(self) -> None:
        type(self).alive -= 1


class Lazy(SimpleUploadedFile):
    """A file whose bytes are counted when they are read."""

    def read(self, *args: Any) -> bytes:
        return Read(super().read(*args))


@pytest.mark.parametrize(("hold", "most"), [(iter, 1), (list, 3)], ids=["one by one", "guard off"])
def test_the_files_sent_together_are_in_memory_one_at_a_time(
    hold: Any, most: int, draft: Application, anna: User, now: Any
) -> None:
    Read.most = 0
    files = [Lazy("a.pdf", PAPER), Lazy("x.exe", b"MZ"), Lazy("c.pdf", PAPER)]
    form = AttachmentForm({"documento": "EQUIPMENT_LIST"}, MultiValueDict({"file": files}))
    assert form.is_valid()
    outcomes = attachments.receive(draft, "EQUIPMENT_LIST", hold(form.sent()), actor=anna, now=now)

    assert [bool(one.attachment) for one in outcomes] == [True, False, True]
    gc.collect()
    assert (Read.most, Read.alive) == (most, 0)


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
    assert "non è ancora pronto" in early
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
    anna_in: Client, draft: Application, desk: Desk, other_firm: Firm, bruno: User
) -> None:
    theirs, stranger = desk.draft(other_firm), Client()
    stranger.force_login(bruno)
    send(stranger, theirs, ("b.pdf", PAPER))
    one = attachments.live(theirs)[0]

    assert_missing(anna_in.get(f"/domande/{draft.pk}/documenti/{one.pk}/"), "b.pdf", "Beta")
    assert_missing(anna_in.post(f"/domande/{draft.pk}/documenti/{one.pk}/togli/"), "b.pdf", "Beta")
    assert [(row.pk, row.removed_at) for row in attachments.live(theirs)] == [(one.pk, None)]
    assert attachments.live(draft) == []


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


def test_half_a_file_keeps_nothing(anna_in: Client, draft: Application) -> None:
    """A line that drops at half leaves a body shorter than announced: even an honest half is not kept."""
    body = encode_multipart(BOUNDARY, {"documento": "EQUIPMENT_LIST", "file": SimpleUploadedFile("e.pdf", pdf())})
    announced = len(body) + 200_000
    dropped = {"CONTENT_LENGTH": str(announced), "wsgi.input": BytesIO(body)}
    told = anna_in.generic("POST", f"/domande/{draft.pk}/documenti/", body, MULTIPART_CONTENT, **dropped)

    assert "non sono arrivati interi" in told.content.decode()
    assert not Attachment.objects.exists()
    whole = anna_in.generic("POST", f"/domande/{draft.pk}/documenti/", body, MULTIPART_CONTENT)
    assert whole.status_code == 302
    assert Attachment.objects.count() == 1


def test_one_file_sent_alone_is_answered_alone(anna_in: Client, draft: Application) -> None:
    def sent(name: str, data: bytes) -> Any:
        file = {"documento": "EQUIPMENT_LIST", "file": SimpleUploadedFile(name, data)}
        return anna_in.post(f"/domande/{draft.pk}/documenti/", file, headers={"X-One-File": "1"}).json()

    assert sent("elenco.pdf", pdf()) == {"taken": True, "text": "", "again": False}
    refused = sent("finto.pdf", b"MZ\x90")
    assert refused["taken"] is False
    assert "il contenuto è un programma" in refused["text"]


@pytest.mark.parametrize("page", ["documenti", "integrazione"])
def test_half_a_file_sent_alone_is_to_be_sent_again(
    page: str, anna_in: Client, desk: Desk, firm: Firm, anna: User
) -> None:
    """Cut in the midst, a body may lose its only file: still it is the line, not a file that nobody chose."""
    item = asked(today(desk), firm).application if page == "integrazione" else desk.draft(firm)
    fields = {"documento": "EQUIPMENT_LIST", "carica": "DE_MINIMIS_DECLARATION"}
    body = encode_multipart(BOUNDARY, fields | {"file": SimpleUploadedFile("e.pdf", pdf())})[:400]
    dropped = {"CONTENT_LENGTH": "200000", "wsgi.input": BytesIO(body), "HTTP_X_ONE_FILE": "1"}
    told = anna_in.generic("POST", f"/domande/{item.pk}/{page}/", body, MULTIPART_CONTENT, **dropped).json()

    assert (told["taken"], told["again"]) == (False, True)
    assert "la linea è caduta" in told["text"]
    assert not Attachment.objects.exists()
