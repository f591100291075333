"""An OpenID Connect provider that believes whoever asks: it stands for SPID and CIE where the portal is tried."""

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import constant_time_compare
from jwt.algorithms import RSAAlgorithm

from portal.settings.gateway import TRIAL_PATH

LIFE = timedelta(seconds=60)
"""How long a code, and what it gives, is good for."""


class Refused(Exception):
    """The request is not one that this provider answers; the word is the protocol's."""


def issuer() -> str:
    """Who signs: the address where discovery begins."""
    return str(settings.PUBLIC_URL + TRIAL_PATH)


def give_code(name: str, email: str, *, asked: Mapping[str, str], now: datetime) -> str:
    """A code good once for who said to be this person. Nothing of them is in it: it goes through an address."""
    if asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
        raise Refused("invalid_request")
    code = secrets.token_urlsafe(32)
    claims = {"sub": _subject(email), "name": name, "email": email, "email_verified": True}
    kept = {
        "claims": claims,
        "client": asked.get("client_id", ""),
        "redirect": asked.get("redirect_uri", ""),
        "challenge": asked["code_challenge"],
        "nonce": asked.get("nonce", ""),
        "until": (now + LIFE).isoformat(),
    }
    cache.set(_place("code", code), kept, LIFE.total_seconds())
    return code


def exchange(given: Mapping[str, str], *, now: datetime) -> dict[str, Any]:
    """The tokens for a code, once, to the client it was given to and who proves to have asked for it (PKCE)."""
    client, secret = _client()
    if given.get("client_id") != client or not constant_time_compare(given.get("client_secret", ""), secret):
        raise Refused("invalid_client")
    kept = _take("code", given.get("code", ""), now)
    proof = _short(hashlib.sha256(given.get("code_verifier", "").encode()).digest())
    same = (kept["client"], kept["redirect"]) == (client, given.get("redirect_uri", ""))
    if (
        given.get("grant_type") != "authorization_code"
        or not same
        or not constant_time_compare(proof, kept["challenge"])
    ):
        raise Refused("invalid_grant")
    access = secrets.token_urlsafe(32)
    until = now + LIFE
    cache.set(_place("access", access), {"claims": kept["claims"], "until": until.isoformat()}, LIFE.total_seconds())
    signed = kept["claims"] | {"iss": issuer(), "aud": client, "iat": now, "exp": until, "jti": secrets.token_hex(16)}
    if kept["nonce"]:
        signed["nonce"] = kept["nonce"]
    return {
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": int(LIFE.total_seconds()),
        "id_token": jwt.encode(signed, _key(), "RS256", headers={"kid": "1"}),
    }


def person(access: str, *, now: datetime) -> dict[str, Any]:
    """Who an access token speaks of."""
    claims: dict[str, Any] = _take("access", access, now)["claims"]
    return claims


def public_keys() -> dict[str, Any]:
    """The keys that prove the signatures."""
    public = json.loads(RSAAlgorithm.to_jwk(_key().public_key()))
    return {"keys": [public | {"kid": "1", "use": "sig", "alg": "RS256"}]}


def _take(kind: str, word: str, now: datetime) -> dict[str, Any]:
    """What was kept under a word, for the first who asks and in time."""
    place = _place(kind, word)
    kept: dict[str, Any] | None = cache.get(place)
    if kept is None or not cache.delete(place) or datetime.fromisoformat(kept["until"]) <= now:
        raise Refused("invalid_grant")
    return kept


def _place(kind: str, word: str) -> str:
    return f"trial-identity:{kind}:{hashlib.sha256(word.encode()).hexdigest()}"


def _subject(email: str) -> str:
    return f"prova-{hashlib.sha256(email.casefold().encode()).hexdigest()[:32]}"


def _client() -> tuple[str, str]:
    [app] = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    return app["client_id"], app["secret"]


def _short(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _key() -> RSAPrivateKey:
    """The key of this installation: whoever needs it first makes it, whole, and every process reads the same."""
    path = Path(settings.DATA) / "trial_identity.pem"
    if not path.exists():
        _make_key(path)
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, RSAPrivateKey)
    return key


def _make_key(path: Path) -> None:
    fresh = generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(fresh)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first: its key is the one
    finally:
        draft.unlink()
