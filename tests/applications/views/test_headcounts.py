"""The pages of the employees of many firms: the model, the file, the mistakes, the confirmation."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from applications.models import Firm, HeadcountImport, Site
from portal.models import User

ADDRESS = "/consulente/dipendenti/"
HEAD = "codice fiscale;sede;dipendenti;data\r\n"
COUNTED = timezone.localdate() - timedelta(days=60)
AGAIN = f"{COUNTED + timedelta(days=30):%d/%m/%Y}"


@pytest.fixture
def alfa(client: Client, firm: Firm, anna: User) -> Firm:
    """Alfa with a site; Anna is signed in."""
    client.force_login(anna)
    Firm.objects.filter(pk=firm.pk).update(total_employees=12, total_employees_on=COUNTED)
    Site.objects.create(
        firm=firm, address="=Via Roma 1", municipality="Milano", province="MI", employees=5, employees_on=COUNTED
    )
    return firm


def send(client: Client, text: str, name: str = "dipendenti.csv") -> str:
    sent = client.post(ADDRESS, {"file": SimpleUploadedFile(name, text.encode())}, follow=True)
    return sent.content.decode()


def test_the_model_comes_filled_in_and_may_be_sent_back_as_it_is(client: Client, alfa: Firm) -> None:
    model = client.get(f"{ADDRESS}modello.csv")
    text = model.content.decode("utf-8-sig")
    page = send(client, text)

    assert text.splitlines()[0] == "codice fiscale;impresa;sede;dipendenti;data"
    assert f"{alfa.tax_code};{alfa.name};totale;12;{COUNTED:%d/%m/%Y}" in text
    assert "2 righe, 1 impresa, nessun errore" in page
    assert "no-store" in model["Cache-Control"]


def test_a_file_is_shown_then_confirmed_and_only_then_written(client: Client, alfa: Firm) -> None:
    page = send(client, f"{HEAD}{alfa.tax_code};Milano;9;{AGAIN}\r\n")
    before = Site.objects.get().employees
    item = HeadcountImport.objects.get()
    done = client.post(f"{ADDRESS}{item.pk}/conferma/", follow=True).content.decode()
    again = client.post(f"{ADDRESS}{item.pk}/conferma/", follow=True).content.decode()

    assert "Conferma e aggiorna" in page
    assert (before, Site.objects.get().employees) == (5, 9)
    for words in ("Aggiornati i dipendenti di 1 impresa.", "Dipendenti aggiornati"):
        assert words in done
        assert words in again


def test_mistakes_are_listed_with_their_rows_and_nothing_can_be_confirmed(client: Client, alfa: Firm) -> None:
    page = send(client, f"{HEAD}{alfa.tax_code};Milano;x;{AGAIN}\r\n{alfa.tax_code};<b>Lodi;9;y\r\n")
    item = HeadcountImport.objects.get()
    forced = client.post(f"{ADDRESS}{item.pk}/conferma/", follow=True).content.decode()

    assert "Ci sono 3 errori" in page
    assert "<title>Errore: Che cosa cambia" in page
    for words in ("Riga 2", "Riga 3", "«x» non è un numero intero", "&lt;b&gt;Lodi"):
        assert words in page
    assert "Conferma e aggiorna" not in page
    assert "non è stato scritto nulla" in forced
    assert Site.objects.get().employees == 5


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Scegli il file dal tuo dispositivo"),
        ({"file": SimpleUploadedFile("vuoto.csv", b"")}, "Il file è vuoto"),
        ({"file": SimpleUploadedFile("foto.png", b"\x89PNG\r\n\x1a\n\0\0")}, "non è un CSV"),
        ({"file": SimpleUploadedFile("grande.csv", b"x" * (1024 * 1024 + 1))}, "supera 1 MB"),
    ],
    ids=["nothing", "empty", "picture", "too large"],
)
def test_a_file_that_is_no_table_is_refused_beside_its_field(
    sent: dict[str, SimpleUploadedFile], sentence: str, client: Client, alfa: Firm
) -> None:
    page = client.post(ADDRESS, sent).content.decode()

    assert page.count(sentence) == 2  # in the summary and beside the field
    assert "<title>Errore:" in page
    assert not HeadcountImport.objects.exists()


@pytest.mark.parametrize("address", ["{pk}/", "{pk}/conferma/"])
def test_the_file_of_another_is_answered_like_one_that_is_not_there(
    address: str, client: Client, alfa: Firm, bruno: User
) -> None:
    send(client, f"{HEAD}{alfa.tax_code};Milano;9;{AGAIN}\r\n")
    item = HeadcountImport.objects.get()
    client.force_login(bruno)
    ask = client.post if "conferma" in address else client.get
    foreign, missing = (ask(ADDRESS + address.format(pk=pk)) for pk in (item.pk, 10**6))

    assert (foreign.status_code, len(foreign.content)) == (missing.status_code, len(missing.content))
    assert Site.objects.get().employees == 5


def test_who_acts_for_nobody_reads_how_to_begin(client: Client, bruno: User) -> None:
    client.force_login(bruno)

    assert "Non agisci per nessuna impresa" in client.get(ADDRESS).content.decode()
