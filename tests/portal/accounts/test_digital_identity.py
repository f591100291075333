"""SPID and CIE through an OpenID Connect gateway: a real little server stands for the gateway."""

import base64
import json
import re
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.account.models import EmailAddress
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client, RequestFactory
from pytest_django import Settings

from portal.accounts.strength import session_strength
from portal.models import User

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CLAIMS = {"sub": "spid-1", "given_name": "Anna", "email": "spid@impresa.example", "email_verified": True}


def number(value: int) -> str:
    return base64.urlsafe_b64encode(value.to_bytes((value.bit_length() + 7) // 8)).rstrip(b"=").decode()


class Gateway(BaseHTTPRequestHandler):
    """Discovery, keys, token and user info, as the protocol says."""

    def log_message(self, *args: Any) -> None:
        """Silence."""

    def do_GET(self) -> None:
        self.reply()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.reply()

    def reply(self) -> None:
        base = f"http://{self.headers['Host']}"
        public = KEY.public_key().public_numbers()
        token = {"iss": base, "aud": "sportello", "iat": int(time.time()), "exp": int(time.time()) + 60, **CLAIMS}
        pages: dict[str, Any] = {
            "/.well-known/openid-configuration": {
                "issuer": base, "authorization_endpoint": f"{base}/authorize", "token_endpoint": f"{base}/token",
                "userinfo_endpoint": f"{base}/userinfo", "jwks_uri": f"{base}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            },
            "/keys": {"keys": [{"kty": "RSA", "kid": "1", "use": "sig", "alg": "RS256", "n": number(public.n),
                                "e": number(public.e)}]},
            "/token": {"access_token": "x", "token_type": "Bearer",
                       "id_token": jwt.encode(token, KEY, "RS256", headers={"kid": "1"})},
            "/userinfo": CLAIMS,
        }  # fmt: skip
        page = pages.get(urlsplit(self.path).path)
        body = json.dumps(page or {"error": "not_found"}).encode()
        self.send_response(200 if page else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def gateway(settings: Settings, db: None) -> Iterator[str]:
    """The gateway, and an installation connected to it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    app = {"provider_id": settings.DIGITAL_IDENTITY, "name": "SPID o CIE", "client_id": "sportello", "secret": "s",
           "settings": {"server_url": base}}  # fmt: skip
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    yield base
    server.shutdown()
    server.server_close()


ENTER = "/accesso/identita/oidc/identita-digitale/login/"


def come_in(client: Client) -> Any:
    """To the gateway and back."""
    asked = parse_qs(urlsplit(client.get(ENTER)["Location"]).query)
    assert "code_challenge" in asked
    return client.get(f"{ENTER}callback/", {"code": "c", "state": asked["state"][0]})


def strength(client: Client, user: User | None) -> str:
    request = RequestFactory().get("/")
    request.session, request.user = client.session, user  # type: ignore[assignment]
    return session_strength(request)


def test_one_comes_in_with_the_gateway_and_is_known_surely(client: Client, gateway: str) -> None:
    assert "Entra con SPID o CIE" in client.get("/accesso/").content.decode()

    response = come_in(client)

    user = User.objects.get(email="spid@impresa.example")
    assert response.status_code == 302
    assert (user.name, user.has_usable_password()) == ("Anna", False)
    assert client.session["_auth_user_id"] == str(user.pk)
    assert strength(client, user) == "STRONG"
    assert come_in(Client()).status_code == 302
    assert User.objects.count() == 1


def test_an_answer_nobody_asked_for_is_refused(client: Client, gateway: str) -> None:
    page = client.get(f"{ENTER}callback/", {"code": "c", "state": "inventato"}).content.decode()

    assert "Accesso non riuscito" in page
    assert not User.objects.exists()


def test_an_account_with_the_same_address_is_not_taken_over(client: Client, gateway: str, anna: User) -> None:
    anna.email = "spid@impresa.example"
    anna.save()

    come_in(client)

    assert "_auth_user_id" not in client.session
    assert not anna.socialaccount_set.exists()


PAGE = "/accesso/identita/"


def link(client: Client) -> Any:
    """From the button of the page to the gateway and back."""
    page = client.get(PAGE).content.decode()
    (address,) = re.findall(r'action="(/accesso/identita/oidc/[^"]+)"', page)
    asked = parse_qs(urlsplit(client.post(address.replace("&amp;", "&"))["Location"]).query)
    return client.get(f"{ENTER}callback/", {"code": "c", "state": asked["state"][0]}, follow=True)


def test_an_identity_is_linked_to_the_account_one_is_in_and_unlinked(
    client: Client, gateway: str, anna: User, settings: Settings
) -> None:
    anna.set_password("una-frase-lunga-abbastanza")
    anna.save()
    EmailAddress.objects.create(user=anna, email=anna.email, verified=True, primary=True)
    client.force_login(anna)
    assert PAGE in client.get("/accesso/sicurezza/").content.decode()

    page = link(client).content.decode().replace("&#x27;", "'")
    assert "L'identità digitale è collegata al tuo account." in page
    (row,) = anna.socialaccount_set.all()
    assert f"{settings.DIGITAL_IDENTITY_NAME}, collegata il" in page

    come_in(again := Client())
    assert again.session["_auth_user_id"] == str(anna.pk)
    assert User.objects.count() == 1

    page = client.post(PAGE, {"account": row.pk}, follow=True).content.decode().replace("&#x27;", "'")
    assert "L'identità digitale è scollegata" in page
    assert not anna.socialaccount_set.exists()


def test_an_identity_of_somebody_else_is_not_moved(client: Client, gateway: str, anna: User, bruno: User) -> None:
    client.force_login(anna)
    link(client)
    stranger = Client()
    stranger.force_login(bruno)

    page = link(stranger).content.decode()

    assert "già collegata a un altro account" in page
    assert anna.socialaccount_set.count() == 1
    assert not bruno.socialaccount_set.exists()
    stranger.post(PAGE, {"account": anna.socialaccount_set.get().pk})
    assert anna.socialaccount_set.count() == 1


def test_without_a_gateway_nobody_is_told_of_one(client: Client, anna: User) -> None:
    client.force_login(anna)

    assert PAGE not in client.get("/accesso/sicurezza/").content.decode()
    assert "Collega" not in client.get(PAGE).content.decode().split("<h1>")[1].replace("collegat", "")


def test_a_password_is_a_plain_login(client: Client, anna: User) -> None:
    client.force_login(anna)

    assert strength(client, anna) == "PLAIN"


def test_without_a_gateway_nobody_is_sent_there(client: Client, db: None) -> None:
    assert "Entra con SPID" not in client.get("/accesso/").content.decode()
    assert client.get(ENTER).status_code == 404
