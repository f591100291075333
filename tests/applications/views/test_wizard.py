"""Filling in a draft page by page: good and bad input, nothing typed lost, nobody else's draft."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from applications.models import Application, Call, Firm
from applications.wizard import STEPS, Step, situation_of
from portal.models import AuditEntry, User
from tests.applications.guided import GOOD, fill_in
from tests.conftest import FirmMaker

START = "/domande/nuova/smart-working-2020/"


@pytest.fixture
def anna_in(client: Client, anna: User) -> Client:
    """Anna, signed in."""
    client.force_login(anna)
    return client


@pytest.fixture
def draft(anna_in: Client, open_call: Call, firm: Firm) -> Application:
    """A guided draft of Anna's firm, begun from the page."""
    response = anna_in.post(START, {"impresa": firm.pk})
    item = Application.objects.get()
    assert response["Location"] == f"/domande/{item.pk}/compila/"
    return item


def address(item: Application, slug: str) -> str:
    return f"/domande/{item.pk}/compila/{slug}/"


def text(response: Any) -> str:
    return response.content.decode().replace("&#x27;", "'")


def test_the_call_page_leads_to_the_draft(anna_in: Client, open_call: Call, firm: Firm) -> None:
    assert START in text(anna_in.get("/avvisi/smart-working-2020/"))
    page = text(anna_in.get(START))
    assert "Alfa S.r.l." in page

    assert "Scegli l'impresa." in text(anna_in.post(START, {}))
    assert not Application.objects.exists()


def test_a_live_application_is_said_with_its_address(anna_in: Client, draft: Application) -> None:
    page = text(anna_in.post(START, {"impresa": draft.firm_id}))

    assert "ha già una domanda per questo avviso" in page
    assert f'href="/domande/{draft.pk}/"' in page
    assert Application.objects.count() == 1


def test_bruno_chooses_among_his_own_firms_only(
    client: Client,
    bruno: User,
    firm: Firm,
    other_firm: Firm,
    open_call: Call,
) -> None:
    client.force_login(bruno)

    assert "Alfa S.r.l." not in text(client.get(START))
    assert "Scegli una delle imprese" in text(client.post(START, {"impresa": firm.pk}))
    assert not Application.objects.exists()


def test_the_task_list_tells_what_is_missing(anna_in: Client, draft: Application) -> None:
    page = text(anna_in.get(f"/domande/{draft.pk}/compila/"))

    assert "Pagine completate: 0 di 7." in page
    assert page.count("Da fare") == 6
    assert "Da completare: 2" in page
    assert "Si apre dopo il piano" in page
    assert anna_in.get(address(draft, "strumenti"))["Location"] == f"/domande/{draft.pk}/compila/"


def test_every_page_filled_in_well_goes_on_to_the_next(anna_in: Client, draft: Application) -> None:
    slugs = [step.slug for step in STEPS]
    for slug, following in zip(slugs, [*slugs[1:], ""], strict=True):
        response = anna_in.post(address(draft, slug), GOOD[slug])
        assert response.status_code == 302, (slug, re.findall(r"field__error.*", text(response)))
        assert response["Location"] == (address(draft, following) if following else f"/domande/{draft.pk}/compila/")

    draft.refresh_from_db()
    assert draft.answers["headcount"] == 12
    assert draft.answers["actions"] == ["A", "B"]
    assert draft.answers["sites"] == [{"municipality": "Milano", "province": "MI", "headcount": 12}]
    assert draft.answers["plan"]["pilot"] == {"starts_on": "2027-01-07", "months": 5, "workers": 3}
    assert draft.answers["operator_registers"] == {"training": "0123", "labour": "0456"}
    assert draft.answers["aids"] == [{"granted_on": "2026-01-07", "amount": "1250.00", "granted_to": "07643520567"}]
    assert "Pagine completate: 7 di 7." in text(anna_in.get(f"/domande/{draft.pk}/compila/"))


BAD = {
    ("impresa", "totale", ""): "Scrivi quanti sono i dipendenti in totale",
    ("impresa", "totale", "dodici"): "«dodici» non è un numero intero",
    ("impresa", "totale", "11"): "non possono superare quelli in totale",
    ("impresa", "lombardia", "9"): "Le sedi sommano 12 dipendenti, ma ne hai dichiarati 9",
    ("impresa", "sede_0_provincia", "RM"): "Scegli una provincia lombarda",
    ("impresa", "sede_0_comune", ""): "Sede 1: scrivi il comune.",
    ("impresa", "percorso", "ALTRO"): "Scegli una delle risposte.",
    ("requisiti", "confermo", "DURC"): "Manca la conferma",
    ("requisiti", "confermo", "IGNOTA"): "non è più richiesta",
    ("piano", "mesi", "4"): "Il progetto pilota dura almeno 5 mesi",
    ("piano", "mesi", "9"): "deve stare nei 270 giorni",
    ("piano", "mesi", "99999"): "deve stare nei 270 giorni",
    ("piano", "lavoratori", "2"): "servono almeno 3 lavoratori",
    ("piano", "lavoratori", "13"): "non possono superare i 12",
    ("piano", "inizio", "31/2/2027"): "Scrivi una data che esiste",
    ("piano", "inizio", "7/1/2017"): "non può cominciare prima del",
    ("piano", "giorni", "40"): "il numero è troppo grande",
    ("piano", "attivita_0_nome", ""): "Attività 1: scrivi qual è.",
    ("piano", "formazione", ""): "Descrivi la formazione prevista.",
    ("operatore", "codice_fiscale", "12345678901"): "non è valido: controlla le cifre",
    ("operatore", "lavoro", ""): "all'albo degli operatori accreditati per i servizi al lavoro",
    ("strumenti", "bene_0_attivita", "Altro"): "non è più nel piano",
    ("strumenti", "bene_0_attivita", ""): "scegli l'attività del piano a cui serve",
    ("aiuti", "aiuto_0_importo", "mille"): "Scrivi un importo maggiore di zero",
    ("aiuti", "aiuto_0_data", "7/1/2999"): "la data è nel futuro",
    ("aiuti", "aiuto_0_codice", "RSSMRA80A01F205Z"): "non è valido",
}


@pytest.mark.parametrize(("slug", "field", "value"), BAD)
def test_bad_input_is_told_and_kept(slug: str, field: str, value: str, anna_in: Client, draft: Application) -> None:
    fill_in(anna_in, draft)
    typed = GOOD[slug] | {field: value}

    page = text(anna_in.post(address(draft, slug), typed))

    assert BAD[slug, field, value] in page
    assert "<title>Errore:" in page
    assert "data-error-summary" in page
    draft.refresh_from_db()
    kept = draft.typed[slug]["values"]
    assert all(kept[name] == ([value] if isinstance(kept[name], list) and isinstance(value, str) else value)
               for name, value in typed.items())  # fmt: skip
    again = text(anna_in.get(address(draft, slug)))
    assert BAD[slug, field, value] in again
    assert "Da correggere" in text(anna_in.get(f"/domande/{draft.pk}/compila/"))


def test_a_change_elsewhere_reopens_what_depends_on_it(anna_in: Client, draft: Application) -> None:
    fill_in(anna_in, draft)
    anna_in.post(
        address(draft, "impresa"), GOOD["impresa"] | {"totale": "40", "lombardia": "40", "sede_0_dipendenti": "40"}
    )

    page = text(anna_in.get(f"/domande/{draft.pk}/compila/"))

    assert "Da correggere" in page
    assert "servono almeno 7 lavoratori" in text(anna_in.get(address(draft, "piano")))
    draft.refresh_from_db()
    assert "plan" not in draft.answers


def test_another_row_keeps_what_was_typed(anna_in: Client, draft: Application) -> None:
    response = anna_in.post(address(draft, "impresa"), GOOD["impresa"] | {"totale": "x", "aggiungi": "1"})
    page = text(anna_in.get(response["Location"]))

    assert "sede_1_comune" in page
    assert 'value="x"' in page
    assert "Errore:" not in page


def test_what_saves_itself_says_when(anna_in: Client, draft: Application) -> None:
    half = {"totale": "1", "finestra": "a", "versione": "0"}
    page = text(anna_in.post(f"{address(draft, 'impresa')}salva/", half, headers={"HX-Request": "true"}))

    assert re.search(r"Salvato alle \d\d:\d\d", page)
    draft.refresh_from_db()
    assert (draft.version, draft.typed["impresa"]["values"]) == (1, {"totale": "1"})
    assert AuditEntry.objects.filter(act="application.save").count() == 1
    anna_in.post(f"{address(draft, 'impresa')}salva/", half)
    assert AuditEntry.objects.filter(act="application.save").count() == 1


def test_the_second_window_is_told_and_nothing_is_lost(anna_in: Client, draft: Application) -> None:
    first = GOOD["impresa"] | {"finestra": "una", "versione": "0"}
    second = GOOD["impresa"] | {"finestra": "due", "versione": "0", "sede_0_comune": "Cremona"}
    anna_in.post(address(draft, "impresa"), first)

    response = anna_in.post(address(draft, "impresa"), second)

    page = text(response)
    assert response.status_code == 409
    assert "Due versioni di questa pagina" in page
    assert "<td>Cremona</td><td>Milano</td>" in page
    assert 'value="Cremona"' in page
    draft.refresh_from_db()
    assert draft.answers["sites"][0]["municipality"] == "Milano"
    quiet = text(anna_in.post(f"{address(draft, 'impresa')}salva/", second))
    assert "per vedere le differenze" in quiet

    seen = re.search(r'name="versione" value="(\d+)"', page)
    assert seen
    assert anna_in.post(address(draft, "impresa"), second | {"versione": seen[1]}).status_code == 302
    draft.refresh_from_db()
    assert draft.answers["sites"][0]["municipality"] == "Cremona"


def test_somebody_elses_draft_does_not_exist(client: Client, draft: Application, bruno: User, carla: User) -> None:
    before = Application.objects.values().get()
    for stranger in (bruno, carla):
        client.force_login(stranger)
        for tail in ("compila/", "compila/impresa/", "controlla/", "ricevuta/", "ricevuta.pdf", "coda/", "capienza/"):
            assert client.get(f"/domande/{draft.pk}/{tail}").status_code == 404, tail
            assert client.get(f"/domande/999999/{tail}").status_code == 404
        for tail in ("compila/impresa/", "compila/impresa/salva/", "presenta/"):
            assert client.post(f"/domande/{draft.pk}/{tail}", GOOD["impresa"]).status_code == 404, tail
    assert Application.objects.values().get() == before


def test_a_page_that_does_not_exist(anna_in: Client, draft: Application) -> None:
    assert anna_in.get(address(draft, "ignota")).status_code == 404


def test_a_micro_firm_is_asked_at_most_thirty_five_things(anna_in: Client, draft: Application) -> None:
    fill_in(anna_in, draft)
    asked, files = 1, 0  # the signature
    for step in STEPS:
        page = text(anna_in.get(address(draft, step.slug)))
        main = page[page.index("<h1>") : page.index("</main>")]
        names = re.findall(r'name="(\w+)"', main)
        fields = {name for name in names if name not in ("csrfmiddlewaretoken", "versione", "finestra", "aggiungi")}
        asked += names.count("confermo") if "confermo" in fields else len(fields)
    assert asked <= 35, asked
    page = text(anna_in.get(f"/domande/{draft.pk}/documenti/"))
    files = page.count('type="hidden" name="documento"') - page.count('name="sostituisce" value="')
    assert 0 < files <= 3


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.slug)
def test_every_field_has_a_help_with_an_example_and_says_why_it_is_asked(
    step: Step, anna_in: Client, draft: Application
) -> None:
    fill_in(anna_in, draft)
    draft.refresh_from_db()
    form = step.form(situation_of(draft, timezone.now()), GOOD[step.slug] | {"percorso": "ORDINARY"}, quiet=True)

    assert [field.name for field in form if not field.help_text] == []
    assert [field.name for field in form if not form.why_of(field.name)] == []
    written = [field for field in form if not hasattr(field.field, "choices")]
    assert [field.name for field in written if "per esempio" not in field.help_text.lower()] == []
    page = text(anna_in.get(address(draft, step.slug)))
    assert page.count("Perché lo chiediamo") >= len(list(form)) - 1


def test_the_pages_cost_the_same_with_one_row_and_with_many(
    anna_in: Client, draft: Application, make_firm: FirmMaker
) -> None:
    def cost(tail: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert anna_in.get(f"/domande/{draft.pk}/{tail}").status_code == 200
        return len(queries)

    tails = ("compila/", "compila/impresa/", "controlla/")
    fill_in(anna_in, draft)
    one = [cost(tail) for tail in tails]
    rows = {f"sede_{n}_{name}": value for n in range(1, 8) for name, value in
            (("comune", "Pavia"), ("provincia", "PV"), ("dipendenti", "0"))}  # fmt: skip
    anna_in.post(address(draft, "impresa"), GOOD["impresa"] | rows)

    assert [cost(tail) for tail in tails] == one
    assert max(one) <= 15
