"""The manager's pages: what they say, who may see them, what is downloaded."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.kernel.roles import READS_MANAGEMENT, Role
from portal.models import Progress
from portal.services import documents, jobs
from reporting import exporters
from reporting.domain import runs
from reporting.models import ReportRun
from tests.conftest import person
from tests.refusals import assert_missing
from tests.reporting.story import rome

AT = "?al=2021-10-21"


@pytest.fixture(autouse=True)
def no_broker():
    """Promises are written; nobody is told."""
    with jobs.muted():
        yield


@pytest.fixture
def run(lived, elena):
    as_of = rome("2021-10-21 12:00")
    return runs.request_run("monitoring", lived.call, as_of, "json", actor=elena, now=rome("2021-10-22 09:00"))


@pytest.fixture
def decree(lived):
    decree = lived.call.decrees.get()
    for copy in ("document", "publication"):
        stored = documents.store(
            kind="decree", name=f"decreto-{copy}.pdf", media_type="application/pdf", data=b"%PDF-" + copy.encode(),
            key=f"decree:{decree.pk}:{copy}", now=decree.signed_at,
        )  # fmt: skip
        setattr(decree, copy, stored)
    decree.save(update_fields=["document", "publication"])
    return decree


def addresses(run: ReportRun) -> list[str]:
    return [
        reverse("management"),
        reverse("monitoring"),
        reverse("monitoring_figures", args=["csv"]),
        reverse("report_run", args=[run.pk]),
        reverse("report_file", args=[run.pk]),
        reverse("decree_file", args=[run.call.decrees.get().pk, "decreto"]),
        # What does not exist answers like what exists.
        reverse("report_file", args=[999_999]),
        reverse("decree_file", args=[999_999, "pubblicazione"]),
    ]


@pytest.mark.parametrize("role", sorted(set(Role) - READS_MANAGEMENT - {Role.SYSTEM}))
def test_everybody_else_is_refused_everywhere(client, run, role):
    client.force_login(person("bruno@prova.example", "Bruno", role))

    assert {client.get(address).status_code for address in addresses(run)} == {403}
    assert client.post(reverse("request_run"), {}).status_code == 403


def test_the_anonymous_are_sent_to_sign_in(client, run):
    for address in addresses(run):
        response = client.get(address)
        assert response.status_code == 302
        assert response["Location"].startswith("/accesso/?next=/direzione/")


@pytest.mark.parametrize("role", sorted(READS_MANAGEMENT))
def test_those_who_direct_and_those_who_control_read_the_figures(client, lived, role):
    client.force_login(person("elena@prova.example", "Elena", role))
    page = client.get(reverse("management") + AT).content.decode()

    assert "Dati al 21 ottobre 2021" in page
    assert "14.500,00\u00a0€" in page
    assert ("Prepara il rapporto" in page) == (role != Role.AUDITOR)


def test_the_whole_report_is_a_page(client, lived, elena):
    client.force_login(elena)
    page = client.get(reverse("monitoring") + AT).content.decode()

    assert page.count('<svg viewBox="0 0 480') == 7
    assert "Distribuzione territoriale delle imprese beneficiarie" in page
    assert "Asse II Inclusione sociale" in page
    assert " style=" not in page.split("<main")[1]


def test_an_earlier_date_shows_the_figures_of_then(client, lived, elena):
    client.force_login(elena)
    page = client.get(reverse("management") + "?al=15/06/2020").content.decode()

    assert "44.500,00\u00a0€" in page


@pytest.mark.parametrize(("typed", "words"), [("ieri", "non è una data"), ("2999-01-01", "è nel futuro")])
def test_a_bad_date_is_said_beside_the_field_and_kept(client, lived, elena, typed, words):
    client.force_login(elena)
    response = client.get(reverse("management"), {"al": typed})

    assert response.status_code == 200
    assert words in response.content.decode()
    assert f'value="{typed}"' in response.content.decode()


def test_an_unknown_call_is_not_found(client, lived, elena):
    client.force_login(elena)

    assert_missing(client.get(reverse("management") + "?avviso=nessuno"), lived.call.title)


def test_without_a_call_the_page_says_how_to_begin(client, elena):
    client.force_login(elena)

    assert "Nessun avviso pubblicato" in client.get(reverse("management")).content.decode()


def test_figures_are_downloaded_at_once_except_the_pdf(client, lived, ivo):
    client.force_login(ivo)
    response = client.get(reverse("monitoring_figures", args=["json"]) + AT)

    assert response["Content-Disposition"] == 'attachment; filename="monitoraggio-smart-working-2020-2021-10-21.json"'
    assert json.loads(response.content)["total"] == "14500.00"
    assert client.get(reverse("monitoring_figures", args=["pdf"]) + AT).status_code == 404
    assert client.get(reverse("monitoring_figures", args=["csv"]) + "?al=ieri").status_code == 404


def ask(client, call, **changes):
    asked = {"avviso": call.slug, "rapporto": "monitoring", "dati_al": "21/10/2021", "formato": "pdf", **changes}
    return client.post(reverse("request_run"), asked)


def test_asking_for_a_report_shows_it_coming(client, lived, elena):
    client.force_login(elena)
    response = ask(client, lived.call)

    run = ReportRun.objects.get()
    assert response["Location"] == "/direzione/?avviso=smart-working-2020#rapporti"
    page = client.get(reverse("management")).content.decode()
    assert f'hx-get="/direzione/rapporti/{run.pk}/"' in page
    assert "In coda" in page
    assert run.as_of_words == "21 ottobre 2021"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"dati_al": "ieri"}, "non è una data"),
        ({"dati_al": ""}, "Scrivere il giorno"),
        ({"dati_al": "2999-01-01"}, "è nel futuro"),
        ({"dati_al": "2019-01-01"}, "non era ancora pubblicato"),
        ({"formato": "docx"}, "Il formato scelto non c"),
        ({"avviso": "nessuno"}, "scelto non esiste"),
    ],
)
def test_a_bad_request_says_why_and_asks_nothing(client, lived, elena, changes, words):
    client.force_login(elena)
    response = ask(client, lived.call, **changes)

    assert response.status_code == 200
    assert words in response.content.decode()
    assert not ReportRun.objects.exists()


def test_the_auditor_asks_for_nothing(client, lived, ivo):
    client.force_login(ivo)

    assert ask(client, lived.call).status_code == 403
    assert not ReportRun.objects.exists()


def test_progress_is_polled_until_the_file_is_there(client, run, elena):
    client.force_login(elena)
    address = reverse("report_run", args=[run.pk])
    Progress.objects.filter(pk=run.progress_id).update(state="RUNNING", done=1, message="Composizione del rapporto")

    row = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert row.lstrip().startswith("<tr")
    assert 'hx-trigger="every' in row
    assert "33%" in row
    assert client.get(reverse("report_file", args=[run.pk])).status_code == 404

    runs.execute(run.pk, export=exporters.export, now=rome("2021-10-22 09:01"))
    row = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in row
    assert "Scarica il rapporto" in row
    assert "Chiesto da Elena" in client.get(address).content.decode()


def test_a_file_is_handed_out_and_never_shown(client, run, elena):
    client.force_login(elena)
    runs.execute(run.pk, export=exporters.export, now=rome("2021-10-22 09:01"))
    response = client.get(reverse("report_file", args=[run.pk]))

    assert json.loads(response.getvalue())["live"] == 2
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in response["Cache-Control"]


def test_a_decree_has_two_files(client, decree, dario):
    client.force_login(dario)
    page = client.get(reverse("management")).content.decode()

    for copy, content in (("decreto", b"%PDF-document"), ("pubblicazione", b"%PDF-publication")):
        address = reverse("decree_file", args=[decree.pk, copy])
        assert address in page
        assert client.get(address).getvalue() == content


def test_a_decree_being_rendered_says_so(client, lived, dario):
    client.force_login(dario)

    assert "In preparazione" in client.get(reverse("management")).content.decode()
    address = reverse("decree_file", args=[lived.call.decrees.get().pk, "decreto"])
    assert client.get(address).status_code == 404


def test_hostile_words_stay_words(client, lived, elena):
    lived.call.title = "<script>alert(1)</script>"
    lived.call.save()
    client.force_login(elena)
    page = client.get(reverse("monitoring")).content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_number_of_queries_does_not_grow(client, story, elena):
    client.force_login(elena)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("management"))
        return len(captured)

    def live_one() -> None:
        award = story.admit(story.submit(rome("2020-04-02 12:00")), rome("2020-05-02 12:00"), A="5000.00")
        story.grant([award], rome("2020-06-02 12:00"))
        run = runs.request_run(
            "monitoring", story.call, rome("2020-06-02 12:00"), "csv", actor=elena, now=rome("2021-01-01 00:00")
        )
        runs.execute(run.pk, export=exporters.export, now=rome("2021-01-01 00:00"))

    live_one()
    with_one = queries()
    live_one()
    live_one()

    assert queries() == with_one
