"""The sign-in page."""

from typing import Any

from allauth.account.views import LoginView
from django.conf import settings

from portal.demo import ACCOUNTS, DEMO_PASSWORD, ROLE_NAMES


def digital_identities() -> list[dict[str, Any]]:
    """The gateways of digital identity that this installation is connected to."""
    apps: list[dict[str, Any]] = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    return apps


class SignIn(LoginView):  # type: ignore[misc]
    """Sign-in with e-mail and password; on a machine of one's own it lists the demo accounts."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the gateway of digital identity, and the demo accounts where they may be shown."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["digital_identity"] = bool(digital_identities())
        context["digital_identity_name"] = settings.DIGITAL_IDENTITY_NAME
        context["digital_identity_id"] = settings.DIGITAL_IDENTITY
        if settings.SHOW_DEMO_ACCOUNTS:
            context["demo_password"] = DEMO_PASSWORD
            context["demo_accounts"] = [(account, ROLE_NAMES[account.role]) for account in ACCOUNTS]
        return context
