"""Answering the office on the pages: only what was asked, kept while typed, compared, sent once, never lost."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from applications.domain import expiry, reopening, review
from applications.domain.calls import typed_terms
from applications.forms.answers import AnswerForm
from applications.models import Application, Attachment, Firm, IntegrationRequest, RejectionNotice
from applications.rules.integration import Asked
from applications.views import answers
from portal.models import User
from tests.applications.answering import asked, in_review, today
from tests.conftest import Desk, FirmMaker
from tests.portal.services.files import papers
from tests.refusals import assert_missing

GOOD = {"r0": "9:30-12:30 e 14:30-17:00", "r2": "La dott.ssa Verdi, responsabile del personale."}


@pytest.fixture(autouse=True)
def storage(tmp_path: Path, settings: Settings) -> None:
    """Files of the test stay in its own folder."""
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"default": files}
    settings.CLAMD_ADDRESS = ""


@pytest.fixture
def anna_in(client: Client, anna: User) -> Client:
    """Anna, signed in."""
    client.force_login(anna)
    return client


@pytest.fixture
def request_open(desk: Desk, firm: Firm) -> IntegrationRequest:
    """A request of today: a field, a document, a question."""
    return asked(today(desk), firm)


def paper(name: str = "dichiarazione.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, papers.pdf(), "application/pdf")


def page_of(response: HttpResponse) -> str:
    return response.content.decode()


def hidden(page: str) -> dict[str, list[str]]:
    """The hidden fields of the form that sends."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(versione|file)" value="([^"]*)"', page):
        found.setdefault(name, []).append(value)
    return found


def answered(client: Client, row: IntegrationRequest, **typed: str) -> str:
    """Write and go to the comparison; its page."""
    here = f"/domande/{row.application_id}/integrazione/"
    data = GOOD | typed | {"versione": "0", "finestra": "una", "file_DE_MINIMIS_DECLARATION": paper()}
    response = client.post(here, data)
    assert response["Location"] == f"{here}confronto/", page_of(response)
    return page_of(client.get(response["Location"]))


def test_only_what_was_asked_is_on_the_page(anna_in: Client, request_open: IntegrationRequest) -> None:
    page = page_of(anna_in.get(f"/domande/{request_open.application_id}/integrazione/"))

    assert set(re.findall(r'name="((?:r\d+|file_)\w*)"', page)) == {
        "r0", "file_DE_MINIMIS_DECLARATION", "r2", "file_ANSWER_FILES",
    }  # fmt: skip
    for words in (
        "Fasce orarie in cui si è contattabili",
        "9:30-12:30",
        "Le fasce orarie mancano del pomeriggio",
        "La dichiarazione con la data",
        "Chi segue il progetto in azienda?",
    ):
        assert words in page, words
    assert re.search(r"<span data-left>Mancano 1[4-9] giorni\.", page)


def test_the_comparison_shows_before_and_after_and_one_post_sends(
    anna_in: Client, anna: User, request_open: IntegrationRequest
) -> None:
    page = answered(anna_in, request_open)
    assert '<td data-label="Prima">9:30-12:30</td>' in page
    assert "<strong>9:30-12:30 e 14:30-17:00</strong>" in page
    assert "dichiarazione.pdf" in page
    before = Application.objects.get(pk=request_open.application_id)

    address = f"/domande/{request_open.application_id}/integrazione/confronto/"
    for _again in range(3):
        assert anna_in.post(address, hidden(page))["Location"] == f"/domande/{request_open.application_id}/"

    request_open.refresh_from_db()
    after = Application.objects.get(pk=request_open.application_id)
    assert (after.status, request_open.answered_by) == ("IN_REVIEW", anna)
    assert (after.snapshot, after.snapshot_sha256, after.answers, after.typed) == (
        before.snapshot, before.snapshot_sha256, before.answers, before.typed,
    )  # fmt: skip
    assert after.events.filter(event="answer_integration").count() == 1
    given = request_open.given
    assert given["fields"][0]["before"] == "9:30-12:30"
    assert given["fields"][0]["after"] == GOOD["r0"]
    assert [row["name"] for row in given["files"]] == ["dichiarazione.pdf"]
    story = page_of(anna_in.get(f"/domande/{request_open.application_id}/"))
    assert "Che cosa hai inviato" in story
    assert "14:30-17:00" in story


def forge(client: Client, item: Application) -> None:
    """Answer with every field of the wizard, of the models, and documents nobody asked, sent along."""
    here = f"/domande/{item.pk}/integrazione/"
    forged = {field.name: "999" for field in Application._meta.fields} | {
        "totale": "999", "lombardia": "999", "sede_0_dipendenti": "999", "percorso": "COVID", "chiedo": "no",
        "r1": "forged", "r3": "forged", "r9": "forged", "r-1": "x", "asked": "[]", "given": "{}",
        "due_at": "2099-01-01",
        "file_MANDATE": paper("procura.pdf"), "file_APPLICATION_FORM": paper("altra.pdf"),
    }  # fmt: skip

    client.post(here, GOOD | forged | {"versione": "0", "finestra": "una"})
    page = page_of(client.get(f"{here}confronto/"))
    client.post(f"{here}confronto/", hidden(page) | forged | {"incompleta": "si", "versione": hidden(page)["versione"]})


def test_a_forged_post_changes_nothing_that_was_not_asked(anna_in: Client, request_open: IntegrationRequest) -> None:
    item = Application.objects.get(pk=request_open.application_id)
    names = [field.attname for field in Application._meta.concrete_fields]
    before = {name: getattr(item, name) for name in names}

    forge(anna_in, item)

    item.refresh_from_db()
    request_open.refresh_from_db()
    assert request_open.answered_at is not None
    assert (before["late_from"], item.late_from is None) == (None, False)  # the clock of the decision runs again
    assert {name: getattr(item, name) for name in names} == before | {
        "status": "IN_REVIEW",
        "late_from": item.late_from,
    }
    assert set(request_open.typed["values"]) == {"r0", "r2"}
    assert {row["asked"] for rows in ("fields", "texts") for row in request_open.given[rows]} == {0, 2}
    assert not Attachment.objects.filter(code__in=["MANDATE", "APPLICATION_FORM"]).exists()
    assert "999" not in str(request_open.given)


def test_a_form_that_took_whatever_comes_would_be_seen(
    anna_in: Client, request_open: IntegrationRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: everything posted is kept, and every document of the terms is taken."""
    item = Application.objects.select_related("terms").get(pk=request_open.application_id)
    terms = typed_terms(item.terms).documents
    monkeypatch.setattr(AnswerForm, "typed_from", lambda form, data: dict(data.items()))
    for module in (answers, reopening):
        monkeypatch.setattr(module, "documents_of", lambda row: terms)

    forge(anna_in, item)

    request_open.refresh_from_db()
    assert {"totale", "r9", "due_at"} <= set(request_open.typed["values"])
    assert Attachment.objects.filter(code="MANDATE").exists()


def test_one_second_late_is_said_kindly_and_the_text_is_still_there(
    anna_in: Client, request_open: IntegrationRequest
) -> None:
    here = f"/domande/{request_open.application_id}/integrazione/"
    anna_in.post(f"{here}salva/", {"r2": "Scritto in tempo", "versione": "0", "finestra": "una"})
    IntegrationRequest.objects.update(due_at=request_open.asked_at + timedelta(seconds=1))

    page = page_of(response := anna_in.post(here, GOOD | {"versione": "1", "finestra": "una"}))

    assert response.status_code == 409
    assert "Non si può più rispondere" in page
    assert "quello che hai scritto è qui sotto" in page
    assert GOOD["r2"] in page
    assert GOOD["r0"] in page
    item = Application.objects.get(pk=request_open.application_id)
    assert (item.status, item.reason_codes) == ("REJECTED", ["INCOMPLETE"])
    assert "Scritto in tempo" in page_of(anna_in.get(here))
    assert "Non si può più rispondere" in page_of(anna_in.post(f"{here}confronto/", {"versione": "1"}))


def test_without_looking_at_the_term_a_late_answer_would_be_taken(
    anna_in: Client, request_open: IntegrationRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: neither the page nor the act looks at the term."""
    monkeypatch.setattr(answers, "_is_open", lambda item, row, now: True)
    monkeypatch.setattr(review, "check_in_time", lambda row, now: None)
    monkeypatch.setattr(expiry, "settle", lambda item, now: item)
    IntegrationRequest.objects.update(due_at=request_open.asked_at + timedelta(seconds=1))

    anna_in.post(f"/domande/{request_open.application_id}/integrazione/", GOOD | {"versione": "0", "finestra": "una"})

    request_open.refresh_from_db()
    assert request_open.typed["values"] == GOOD


def test_what_is_typed_is_kept_by_itself(anna_in: Client, request_open: IntegrationRequest) -> None:
    here = f"/domande/{request_open.application_id}/integrazione/"

    said = page_of(anna_in.post(f"{here}salva/", {"r2": "Comincio a scri", "versione": "0", "finestra": "una"}))

    assert "Salvato alle" in said
    assert "Comincio a scri" in page_of(anna_in.get(here))
    assert Application.objects.get(pk=request_open.application_id).status == "INTEGRATION"


def test_what_an_expired_session_posts_is_there_after_signing_in(
    client: Client, anna: User, request_open: IntegrationRequest
) -> None:
    here = f"/domande/{request_open.application_id}/integrazione/"

    assert client.post(here, GOOD | {"versione": "0"})["Location"] == f"/accesso/?next={here}"
    client.force_login(anna)
    page = page_of(client.get(here))

    assert "Quello che avevi scritto è ancora qui" in page
    assert GOOD["r2"] in page
    request_open.refresh_from_db()
    assert request_open.typed == {}


def test_two_windows_are_told_of_each_other(anna_in: Client, request_open: IntegrationRequest) -> None:
    here = f"/domande/{request_open.application_id}/integrazione/"
    anna_in.post(f"{here}salva/", {"r2": "prima finestra", "versione": "0", "finestra": "una"})

    response = anna_in.post(here, {"r2": "seconda finestra", "versione": "0", "finestra": "due"})

    assert response.status_code == 409
    assert "Due versioni di questa risposta" in page_of(response)
    assert "seconda finestra" in page_of(response)
    request_open.refresh_from_db()
    assert request_open.typed["values"]["r2"] == "prima finestra"


def test_what_changed_after_the_comparison_is_compared_again(anna_in: Client, request_open: IntegrationRequest) -> None:
    page = answered(anna_in, request_open)
    here = f"/domande/{request_open.application_id}/integrazione/"
    anna_in.post(f"{here}salva/", GOOD | {"r2": "un altro nome", "versione": "9", "finestra": "una"})

    response = anna_in.post(f"{here}confronto/", hidden(page))

    assert response.status_code == 409
    assert "La risposta è cambiata dopo il confronto" in page_of(response)
    assert "un altro nome" in page_of(response)
    request_open.refresh_from_db()
    assert request_open.answered_at is None


def test_gaps_are_named_and_leave_only_when_accepted(anna_in: Client, request_open: IntegrationRequest) -> None:
    here = f"/domande/{request_open.application_id}/integrazione/"
    anna_in.post(here, {"r0": GOOD["r0"], "versione": "0", "finestra": "una"})
    page = page_of(anna_in.get(f"{here}confronto/"))
    assert "Manca ancora" in page
    assert "La dichiarazione con la data" in page

    refused = anna_in.post(f"{here}confronto/", hidden(page))
    sent = anna_in.post(f"{here}confronto/", hidden(page) | {"incompleta": "si"})

    assert "Manca una parte della risposta" in page_of(refused)
    assert sent.status_code == 302
    request_open.refresh_from_db()
    assert request_open.answered_at is not None


def test_a_wrong_field_is_said_in_the_wizards_words_and_keeps_the_files(
    anna_in: Client, desk: Desk, firm: Firm
) -> None:
    row = asked(
        today(desk),
        firm,
        Asked.field("piano", "mesi", "La durata"),
        Asked.document("DE_MINIMIS_DECLARATION", "Il file"),
    )
    here = f"/domande/{row.application_id}/integrazione/"

    page = page_of(
        anna_in.post(here, {"r0": "2", "versione": "0", "finestra": "una", "file_DE_MINIMIS_DECLARATION": paper()})
    )

    assert "Errore:" in page
    assert "5 mesi" in page
    assert "dichiarazione.pdf" in page
    assert 'value="2"' in page


def test_a_refused_file_never_costs_the_text(anna_in: Client, request_open: IntegrationRequest) -> None:
    here = f"/domande/{request_open.application_id}/integrazione/"
    bad = SimpleUploadedFile("finto.pdf", b"non sono un PDF", "application/pdf")

    page = page_of(
        anna_in.post(
            here, GOOD | {"versione": "0", "finestra": "una", "file_DE_MINIMIS_DECLARATION": bad, "carica": "X"}
        )
    )

    assert "finto.pdf" in page
    assert GOOD["r2"] in page
    request_open.refresh_from_db()
    assert request_open.typed["values"] == GOOD


def test_a_file_of_the_answer_is_taken_away_but_never_one_presented_before(
    anna_in: Client, request_open: IntegrationRequest
) -> None:
    answered(anna_in, request_open)
    here = f"/domande/{request_open.application_id}/integrazione/"
    new = Attachment.objects.get()
    Attachment.objects.filter(pk=new.pk).update(received_at=request_open.asked_at - timedelta(days=1))

    page = page_of(anna_in.post(here, GOOD | {"versione": "9", "finestra": "una", "togli": str(new.pk)}))
    assert "i documenti non si possono più cambiare" in page
    Attachment.objects.filter(pk=new.pk).update(received_at=new.received_at)
    anna_in.post(here, GOOD | {"versione": "9", "finestra": "una", "togli": str(new.pk)})

    new.refresh_from_db()
    assert new.removed_at is not None


def test_another_firm_gets_the_answer_of_a_missing_page(client: Client, bruno: User, request_open: object) -> None:
    client.force_login(bruno)
    pk, before = request_open.application_id, IntegrationRequest.objects.values().get()  # type: ignore[attr-defined]

    for tail in ("integrazione/", "integrazione/salva/", "integrazione/confronto/", "osservazioni/", "ritiro/",
                 "scadenze.ics"):  # fmt: skip
        for ask in (client.get, client.post):
            foreign, missing = ask(f"/domande/{pk}/{tail}"), ask(f"/domande/999999/{tail}")
            assert foreign.status_code == missing.status_code
            assert "Alfa" not in foreign.content.decode()
    assert IntegrationRequest.objects.values().get() == before


def test_observations_are_written_compared_and_sent(anna_in: Client, desk: Desk, firm: Firm) -> None:
    item = in_review(today(desk), firm)
    notice = review.notify_rejection(item, ["DURC"], actor=desk.officer, now=desk.tick())
    here = f"/domande/{item.pk}/osservazioni/"
    assert "irregolarità contributiva" in page_of(anna_in.get(here))

    response = anna_in.post(
        here,
        {"r0": "Il DURC è regolare dal 3.", "versione": "0", "finestra": "una", "file_ANSWER_FILES": paper("durc.pdf")},
    )
    page = page_of(anna_in.get(response["Location"]))
    for _again in range(2):
        anna_in.post(f"{here}confronto/", hidden(page))

    notice.refresh_from_db()
    assert notice.observations == "Il DURC è regolare dal 3."
    assert notice.given["files"][0]["name"] == "durc.pdf"
    assert Application.objects.get(pk=item.pk).status == "IN_REVIEW"
    assert "durc.pdf" in page_of(anna_in.get(here))
    assert RejectionNotice.objects.count() == 1


def test_nothing_asked_has_no_page(anna_in: Client, desk: Desk, firm: Firm) -> None:
    item = in_review(today(desk), firm)

    for tail in ("integrazione/", "osservazioni/"):
        assert_missing(anna_in.get(f"/domande/{item.pk}/{tail}"))
        assert_missing(anna_in.post(f"/domande/{item.pk}/{tail}", {"r0": "Ecco", "versione": "0"}))
    assert Application.objects.get(pk=item.pk).status == "IN_REVIEW"
    assert not IntegrationRequest.objects.exists()


def test_what_is_typed_never_becomes_markup(anna_in: Client, request_open: IntegrationRequest) -> None:
    page = answered(anna_in, request_open, r2="<script>alert(1)</script>")
    anna_in.post(f"/domande/{request_open.application_id}/integrazione/confronto/", hidden(page))

    for address in ("", "integrazione/"):
        assert "<script>alert" not in page_of(anna_in.get(f"/domande/{request_open.application_id}/{address}"))


def test_the_page_costs_the_same_with_one_question_and_with_five(
    anna_in: Client, anna: User, desk: Desk, make_firm: FirmMaker
) -> None:
    def cost(*asks: Asked | str) -> int:
        row = asked(today_desk, make_firm(anna), *asks)
        with CaptureQueriesContext(connection) as queries:
            page_of(anna_in.get(f"/domande/{row.application_id}/integrazione/"))
        return len(queries)

    today_desk = today(desk)
    document = Asked.document("DE_MINIMIS_DECLARATION", "x")
    one = cost(Asked.text("uno"), document)

    assert cost(*(Asked.text(f"domanda {n}") for n in range(4)), document, Asked.field("piano", "orari", "x")) == one
    assert one < 15
