"""The digital signature at the desk: who may bring the file, what the page says of it, how far the papers are."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from portal.models import Promise, User
from portal.services import documents, jobs
from tests.conftest import Desk, FirmMaker
from tests.portal.services.files.signing import Authority, Signer
from vouchers.models import Decree
from vouchers.tasks import render_decree


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def pen(tmp_path: Path, settings: Settings) -> Signer:
    """Dario's certificate, of an authority that the portal trusts."""
    authority = Authority.made(tmp_path)
    settings.TRUST_ROOTS = tmp_path / "trust"
    settings.TRUST_ROOTS.mkdir()
    (settings.TRUST_ROOTS / "a.pem").write_bytes(authority.root_pem())
    return authority.signer("Dario Conti", "CNTDRA70A01F205X")


@pytest.fixture
def held(desk: Desk, make_firm: FirmMaker, anna: User, settings: Settings) -> Decree:
    """A decree that waits for the file its signatory signs elsewhere."""
    settings.DECREE_SIGNATURE = "upload"
    desk.admitted(make_firm(anna))
    desk.fund()
    decree = desk.sign()
    render_decree(decree_id=decree.pk)
    return Decree.objects.get(pk=decree.pk)


def upload(client: Client, decree: Decree, data: bytes, name: str = "decreto.pdf") -> str:
    file = SimpleUploadedFile(name, data, content_type="application/pdf")
    return client.post(f"/ufficio/decreti/{decree.pk}/firma-digitale/", {"file": file}, follow=True).content.decode()


def test_the_signatory_downloads_signs_and_brings_the_file_back(held: Decree, pen: Signer, dario: User) -> None:
    client, at = signed_in(dario), f"/ufficio/decreti/{held.pk}/"
    page = client.get(at).content.decode()
    assert "aspetta la firma digitale" in page
    assert "Le lettere che partiranno: 1" in page
    plain = b"".join(client.get(f"{at}file/decreto/").streaming_content)  # type: ignore[attr-defined]

    assert "non è firmato" in upload(client, held, plain)
    assert "Errore:" in upload(client, held, b"una foto", "foto.jpg")
    assert Decree.objects.get().is_held
    done = upload(client, held, pen.pades(plain))

    assert "Il file firmato è quello del decreto" in done
    assert "Dario Conti (CNTDRA70A01F205X)" in done
    assert "firma valida" in done
    assert "partite 0 di 1" in done
    signed = b"".join(client.get(f"{at}file/firmato/").streaming_content)  # type: ignore[attr-defined]
    assert signed.startswith(plain)
    assert "non si sostituisce" in client.get(f"{at}firma-digitale/").content.decode()
    assert "già il suo file firmato" in upload(client, held, pen.pades(plain))


def test_a_certificate_of_another_name_is_taken_and_doubted(held: Decree, tmp_path: Path, dario: User) -> None:
    stranger = Authority.made(tmp_path, "Altra").signer("Elena Neri", "NRELNE70A41F205X")
    assert held.document is not None

    page = upload(signed_in(dario), held, stranger.pades(documents.read(held.document)))

    assert "Il certificato non nomina Dario" in page
    assert "non verificabile" in page


@pytest.mark.parametrize("who", ["carla", "elena", "ivo"])
def test_the_others_read_and_are_refused(held: Decree, who: str, request: pytest.FixtureRequest) -> None:
    client, at = signed_in(request.getfixturevalue(who)), f"/ufficio/decreti/{held.pk}/firma-digitale/"

    assert "Solo il dirigente firma e carica" in client.get(at).content.decode()
    for data in ({}, {"chiave": "1"}, {"file": SimpleUploadedFile("a.pdf", b"%PDF-")}):
        assert client.post(at, data).status_code == 403
    assert Decree.objects.get().is_held


def test_nothing_chosen_and_no_key_have_their_words(held: Decree, dario: User) -> None:
    client, at = signed_in(dario), f"/ufficio/decreti/{held.pk}/firma-digitale/"

    assert "Scegli il file firmato." in client.post(at).content.decode()
    assert "non ha una chiave di firma" in client.post(at, {"chiave": "1"}).content.decode()


def test_a_key_that_failed_says_why_and_is_asked_again(
    held: Decree, dario: User, settings: Settings, tmp_path: Path
) -> None:
    settings.SIGNING_KEY = str(tmp_path / "persa.p12")
    client, at = signed_in(dario), f"/ufficio/decreti/{held.pk}/"
    assert "La chiave del portale firma il file" in (
        client.post(f"{at}firma-digitale/", {"chiave": "1"}, follow=True).content.decode()
    )
    job = Promise.objects.get(job="vouchers.sign_decree")
    jobs.give_up(job, "KeyUnusable: il file della chiave di firma non si legge")

    page = client.get(at).content.decode()
    assert job.attempts == 0
    assert "Il file della chiave di firma non si legge" in page
    assert "KeyUnusable" not in page
    assert "every 2s" not in page
    client.post(f"{at}firma-digitale/", {"chiave": "1"})
    job.refresh_from_db()
    assert job.state == "PENDING"
    assert datetime.now(UTC) > job.created_at
