"""The sign-in page."""

from typing import Any

from allauth.account.views import LoginView
from django.conf import settings

from portal.demo import ACCOUNTS, DEMO_PASSWORD, ROLE_NAMES


class SignIn(LoginView):  # type: ignore[misc]
    """Sign-in with e-mail and password; on a machine of one's own it lists the demo accounts."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the demo accounts where they may be shown."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if settings.SHOW_DEMO_ACCOUNTS:
            context["demo_password"] = DEMO_PASSWORD
            context["demo_accounts"] = [(account, ROLE_NAMES[account.role]) for account in ACCOUNTS]
        return context
