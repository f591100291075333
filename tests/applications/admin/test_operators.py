"""The register at the desk: a list is shown with what it changes, and written when it is confirmed."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from applications.models import AccreditedOperator, OperatorImport
from portal.models import User

HEAD = "codice fiscale;denominazione;albo formazione;albo lavoro\n"
GOOD = f"{HEAD}07643520567;Ente formazione e lavoro;0012;0034\n09000010158;Agenzia;;0056"


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def upload(client: Client, text: str) -> str:
    """The page a list is shown on after it was sent."""
    file = SimpleUploadedFile("elenco.csv", text.encode())
    answer = client.post("/ufficio/operatori/", {"file": file}, follow=True)
    return answer.content.decode().replace("&#x27;", "'")


def test_a_list_is_shown_before_it_is_written(carla: User) -> None:
    client = signed_in(carla)
    text = upload(client, GOOD)

    assert "Nuovi: 2, cambiati: 0, in uscita da oggi: 0" in text
    assert not AccreditedOperator.objects.exists()

    address = f"/ufficio/operatori/{OperatorImport.objects.get().pk}/"
    written = client.post(address, follow=True).content.decode()
    assert "Il registro degli operatori è aggiornato" in written
    assert AccreditedOperator.objects.count() == 2
    assert "Agenzia" not in client.get("/ufficio/operatori/", {"q": "formazione"}).content.decode()


def test_the_differences_are_told_one_by_one(carla: User) -> None:
    client = signed_in(carla)
    upload(client, GOOD)
    client.post(f"/ufficio/operatori/{OperatorImport.objects.get().pk}/")

    text = upload(client, f"{HEAD}07643520567;Ente formazione e lavoro;0099;0034")
    assert "Nuovi: 0, cambiati: 1, in uscita da oggi: 1" in text
    assert "Ente formazione e lavoro; 0012; 0034" in text
    assert "L'elenco è uguale al registro" in upload(client, GOOD)


def test_a_list_with_mistakes_cannot_be_written(carla: User) -> None:
    client = signed_in(carla)
    text = upload(client, f"{GOOD}\n123;;;")

    assert "Ci sono 3 errori" in text
    client.post(f"/ufficio/operatori/{OperatorImport.objects.get().pk}/")
    assert not AccreditedOperator.objects.exists()


@pytest.mark.parametrize(("text", "said"), [("", "Il file è vuoto"), ("a;b\n1;2", "manca la colonna")])
def test_a_file_that_is_no_list_is_said_so(carla: User, text: str, said: str) -> None:
    assert said in upload(signed_in(carla), text)


def test_who_only_reads_is_offered_no_upload(ivo: User) -> None:
    client = signed_in(ivo)

    assert "Carica un elenco nuovo" not in upload(client, GOOD)
    assert not OperatorImport.objects.exists()
