"""The gateway of digital identity, in allauth's form."""

TRIAL_PATH = "/identita-di-prova"
"""Where the trial identity of a machine of one's own answers."""


def openid(provider: str, name: str, client: str, secret: str, discovery: str) -> dict[str, dict[str, object]]:
    """The settings of OpenID Connect; without a discovery address there is no gateway."""
    app = {
        "provider_id": provider,
        "name": name,
        "client_id": client,
        "secret": secret,
        "settings": {"server_url": discovery},
    }
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app] if discovery else []}}
