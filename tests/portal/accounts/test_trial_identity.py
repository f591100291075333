"""The trial identity: it stands for SPID and CIE where the portal is tried, and nowhere else."""

import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
import requests
from django.test import Client, RequestFactory
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from portal.accounts.strength import session_strength
from portal.checks import trial_identity_stays_home
from portal.models import User
from portal.services import trial_identity
from portal.settings import gateway

LOGIN = "/accesso/identita/oidc/identita-digitale/login/"
CALLBACK = f"{LOGIN}callback/"
SITE = "http://127.0.0.1:8000"
PAGES = [".well-known/openid-configuration", "chiavi/", "accedi/", "gettone/", "persona/"]
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
WHO = {"name": "Nora Prova", "email": "nora@impresa.example"}


def connect(settings: Settings, site: str, folder: Path) -> None:
    """The site is its own gateway."""
    settings.TRIAL_IDENTITY, settings.PUBLIC_URL, settings.DATA = True, site, folder
    discovery = site + gateway.TRIAL_PATH
    settings.SOCIALACCOUNT_PROVIDERS = gateway.openid(
        settings.DIGITAL_IDENTITY, "SPID", "sportello", "prova", discovery
    )


@pytest.fixture
def on_trial(settings: Settings, tmp_path: Path) -> None:
    connect(settings, SITE, tmp_path)


def asked(**other: str) -> dict[str, str]:
    """What the sign-in asks of the provider."""
    return {
        "client_id": "sportello", "redirect_uri": SITE + CALLBACK, "response_type": "code", "state": "s",
        "code_challenge": CHALLENGE, "code_challenge_method": "S256", "nonce": "n",
    } | other  # fmt: skip


def given(code: str, /, **other: str) -> dict[str, str]:
    """What the sign-in sends for the tokens."""
    return {
        "grant_type": "authorization_code", "client_id": "sportello", "client_secret": "prova", "code": code,
        "redirect_uri": SITE + CALLBACK, "code_verifier": VERIFIER,
    } | other  # fmt: skip


def code_for(**other: str) -> str:
    return trial_identity.give_code(**WHO, asked=asked(**other), now=NOW)


def walk(client: Client, site: str, start: str = "") -> Any:
    """Press the button, say who one is, come back."""
    host = urlsplit(site).netloc
    there = urlsplit(client.get(LOGIN + start, headers={"host": host})["Location"])
    back = client.post(f"{there.path}?{there.query}", WHO, headers={"host": host})["Location"]
    assert WHO["email"] not in back
    return client.get(back.removeprefix(site), headers={"host": host})


def test_one_comes_in_with_it_and_is_known_surely(
    committed_db: None, live_server: LiveServer, client: Client, settings: Settings, tmp_path: Path
) -> None:
    connect(settings, live_server.url, tmp_path)

    answer = walk(client, live_server.url)

    user = User.objects.get(email=WHO["email"])
    request = RequestFactory().get("/")
    request.session, request.user = client.session, user
    assert (answer.status_code, user.name, session_strength(request)) == (302, "Nora Prova", "STRONG")
    walk(again := Client(), live_server.url)
    assert again.session["_auth_user_id"] == str(user.pk)
    assert User.objects.count() == 1


def test_nobody_becomes_somebody_who_is_here_already(
    committed_db: None, live_server: LiveServer, client: Client, settings: Settings, tmp_path: Path, anna: User
) -> None:
    connect(settings, live_server.url, tmp_path)
    User.objects.filter(pk=anna.pk).update(email=WHO["email"])

    walk(client, live_server.url)

    assert "_auth_user_id" not in client.session
    assert not anna.socialaccount_set.exists()


def test_what_it_says_of_itself_is_reachable_and_its_key_proves_its_signature(
    committed_db: None, live_server: LiveServer, settings: Settings, tmp_path: Path
) -> None:
    connect(settings, live_server.url, tmp_path)
    told = requests.get(f"{live_server.url}{gateway.TRIAL_PATH}/.well-known/openid-configuration", timeout=9).json()
    now = datetime.now(UTC)
    code = trial_identity.give_code(**WHO, asked=asked(), now=now)

    answer = requests.post(told["token_endpoint"], given(code), timeout=9).json()

    [key] = requests.get(told["jwks_uri"], timeout=9).json()["keys"]
    claims = jwt.decode(answer["id_token"], jwt.PyJWK(key), ["RS256"], issuer=told["issuer"], audience="sportello")
    assert (claims["email"], claims["nonce"], claims["exp"] - claims["iat"]) == (WHO["email"], "n", 60)
    bearer = {"Authorization": f"Bearer {answer['access_token']}"}
    assert requests.get(told["userinfo_endpoint"], headers=bearer, timeout=9).json()["sub"] == claims["sub"]
    assert requests.get(told["userinfo_endpoint"], timeout=9).status_code == 401


def test_a_code_is_good_once_and_for_a_minute(on_trial: None) -> None:
    code, late = code_for(), code_for()

    assert trial_identity.exchange(given(code), now=NOW + timedelta(seconds=59))["id_token"]
    with pytest.raises(trial_identity.Refused, match="invalid_grant"):
        trial_identity.exchange(given(code), now=NOW)
    with pytest.raises(trial_identity.Refused, match="invalid_grant"):
        trial_identity.exchange(given(late), now=NOW + timedelta(seconds=60))


@pytest.mark.parametrize(
    ("other", "word"),
    [
        ({"code_verifier": "w" * 43}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_grant"),
        ({"redirect_uri": f"{SITE}/altrove/"}, "invalid_grant"),
        ({"grant_type": "password"}, "invalid_grant"),
        ({"code": "inventato"}, "invalid_grant"),
        ({"client_secret": "è sbagliato"}, "invalid_client"),
        ({"client_id": "altri"}, "invalid_client"),
    ],
)
def test_a_stolen_code_is_worth_nothing(on_trial: None, other: dict[str, str], word: str) -> None:
    code = code_for()

    with pytest.raises(trial_identity.Refused, match=word):
        trial_identity.exchange(given(code, **other), now=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        f"https://evil.example{CALLBACK}",
        f"http://evil.example:8000{CALLBACK}",
        f"http://127.0.0.1:9000{CALLBACK}",
        f"http://127.0.0.1:8000@evil.example{CALLBACK}",
        f"{SITE}{CALLBACK}?next=//evil.example",
        f"{SITE}/imprese/",
        "//evil.example",
        "http://[x",
        "",
    ],
)
def test_nobody_is_sent_elsewhere(on_trial: None, client: Client, address: str) -> None:
    page = f"{gateway.TRIAL_PATH}/accedi/?{urlencode(asked(redirect_uri=address))}"

    for answer in (client.get(page), client.post(page, WHO)):
        assert (answer.status_code, answer.get("Location")) == (400, None)
        assert "evil" not in answer.content.decode()


@pytest.mark.django_db
def test_without_the_proof_of_who_asked_no_code_is_given(on_trial: None, client: Client) -> None:
    page = f"{gateway.TRIAL_PATH}/accedi/?{urlencode(asked(code_challenge_method='plain'))}"

    answer = client.post(page, WHO, headers={"host": "127.0.0.1:8000"})

    assert (answer.status_code, answer.get("Location")) == (400, None)


@pytest.mark.django_db
def test_the_page_says_what_it_is_keeps_what_was_typed_and_lets_one_go_back(on_trial: None, client: Client) -> None:
    address = f"{gateway.TRIAL_PATH}/accedi/?{urlencode(asked())}"
    page = client.post(address, {"name": "Nora", "email": "x"}, headers={"host": "127.0.0.1:8000"}).content.decode()

    assert "Identità di prova: non è SPID" in page
    assert "Scrivi un indirizzo e-mail completo" in page
    assert 'value="Nora"' in page
    assert f"{CALLBACK}?error=access_denied&amp;state=s" in page


@pytest.mark.django_db
def test_under_another_name_of_the_machine_one_stays_under_it(on_trial: None, client: Client) -> None:
    there = urlencode(asked(redirect_uri=f"http://localhost:8000{CALLBACK}"))

    answer = client.get(f"{gateway.TRIAL_PATH}/accedi/?{there}", headers={"host": "127.0.0.1:8000"})

    moved = urlsplit(answer["Location"])
    assert (moved.netloc, parse_qs(moved.query)) == ("localhost:8000", parse_qs(there))


def test_the_key_is_made_once_and_for_its_owner_alone(on_trial: None, tmp_path: Path) -> None:
    first = trial_identity.public_keys()

    assert trial_identity.public_keys() == first
    [file] = tmp_path.iterdir()
    assert (file.name, file.stat().st_mode & 0o777) == ("trial_identity.pem", 0o600)


def test_processes_that_begin_together_have_one_key(on_trial: None) -> None:
    together = Barrier(6)

    def begin(_: int) -> str:
        together.wait()
        return str(trial_identity.public_keys())

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(begin, range(6)))) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_elsewhere_there_is_no_such_page(on_trial: None, client: Client, settings: Settings, page: str) -> None:
    address = f"{gateway.TRIAL_PATH}/{page}"
    assert client.get(address).status_code != 404
    settings.TRIAL_IDENTITY = False

    assert {client.get(address).status_code, client.post(address).status_code} == {404}


def test_a_real_installation_refuses_to_start_with_it(settings: Settings) -> None:
    settings.TRIAL_IDENTITY = True
    assert trial_identity_stays_home(None) == []

    settings.DEMO_ACCOUNTS_ALLOWED = False  # as in production
    assert [error.id for error in trial_identity_stays_home(None)] == ["portal.E005"]
