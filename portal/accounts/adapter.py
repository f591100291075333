"""How sign-in behaves."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Everybody lands where their work is: the office at its desk, employers at their applications."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("L'indirizzo e-mail o la password non sono corretti. Controllali e riprova."),
        "too_many_login_attempts": _("Troppi tentativi non riusciti. Riprova tra quindici minuti."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts of firms are opened by the office."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where to go after signing in."""
        return reverse("admin:index" if request.user.is_staff else "my_applications")

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """The pages themselves say that one is in or out: the name is in the header."""
