"""The sign-in page, the security of one's account, and the digital identities linked to it."""

from typing import Any

from allauth.account.views import LoginView
from allauth.mfa.base.views import IndexView
from allauth.socialaccount.views import ConnectionsView
from django.conf import settings

from portal.demo import ACCOUNTS, DEMO_PASSWORD, ROLE_NAMES


def digital_identities() -> list[dict[str, Any]]:
    """The gateways of digital identity that this installation is connected to."""
    apps: list[dict[str, Any]] = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    return apps


def gateway_in_words() -> dict[str, Any]:
    """For a page: whether there is a gateway of digital identity, its name and its address."""
    return {
        "digital_identity": bool(digital_identities()),
        "digital_identity_name": settings.DIGITAL_IDENTITY_NAME,
        "digital_identity_id": settings.DIGITAL_IDENTITY,
    }


class SignIn(LoginView):  # type: ignore[misc]
    """Sign-in with e-mail and password; on a machine of one's own it lists the demo accounts."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the gateway of digital identity, and the demo accounts where they may be shown."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context |= gateway_in_words()
        if settings.SHOW_DEMO_ACCOUNTS:
            context["demo_password"] = DEMO_PASSWORD
            context["demo_accounts"] = [(account, ROLE_NAMES[account.role]) for account in ACCOUNTS]
        return context


class Security(IndexView):  # type: ignore[misc]
    """Second factors, password, sessions, and the way to the digital identities where there is a gateway."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the gateway."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | gateway_in_words()


class Identities(ConnectionsView):  # type: ignore[misc]
    """The digital identities linked to one's account: to link one, to unlink one."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the gateway."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | gateway_in_words()
