"""How sign-in behaves."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Everybody lands where their work is: the office at its desk, employers at their applications."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts of firms are opened by the office."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where to go after signing in."""
        return reverse("admin:index") if request.user.is_staff else reverse("home")
