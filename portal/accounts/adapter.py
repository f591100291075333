"""How accounts behave: who may open one, where people land, what is said."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.models import User
from portal.views.context import remember_firms

SAID = {
    "account/messages/password_changed.txt": _("La password è cambiata."),
    "account/messages/password_set.txt": _("La password è impostata."),
    "account/messages/email_confirmed.txt": _("L'indirizzo e-mail è confermato."),
    "mfa/messages/totp_activated.txt": _("Il codice dall'applicazione è attivo: servirà a ogni accesso."),
    "mfa/messages/totp_deactivated.txt": _("Il codice dall'applicazione è disattivato."),
    "mfa/messages/webauthn_added.txt": _("La passkey è aggiunta."),
    "mfa/messages/webauthn_removed.txt": _("La passkey è tolta."),
    "mfa/messages/recovery_codes_generated.txt": _("I codici di riserva sono nuovi: quelli di prima non valgono più."),
    "usersessions/messages/sessions_logged_out.txt": _("Tutti gli altri accessi sono chiusi."),
    "socialaccount/messages/account_connected.txt": _("L'identità digitale è collegata al tuo account."),
    "socialaccount/messages/account_connected_other.txt": _(
        "Questa identità digitale è già collegata a un altro account: esci ed entra con quella, o scrivi all'ufficio."
    ),
    "socialaccount/messages/account_disconnected.txt": _("L'identità digitale è scollegata dal tuo account."),
}
"""What deserves a sentence on the next page; the rest is seen on the page itself."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Employers open their account by themselves; everybody lands where their work is."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("L'indirizzo e-mail o la password non sono corretti. Controllali e riprova."),
        "too_many_login_attempts": _("Troppi tentativi non riusciti. Riprova tra quindici minuti."),
        "incorrect_password": _("La password non è giusta. Controllala e riprova."),
        "enter_current_password": _("La password attuale non è giusta. Controllala e riprova."),
    }

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Keeps the name too."""
        user.name = form.cleaned_data.get("name", "")
        saved: User = super().save_user(request, user, form, commit)
        return saved

    def post_login(self, request: HttpRequest, user: User, **known: Any) -> Any:
        """Notes for the menu whether the person acts for many firms: asked once, when they sign in."""
        open_now = Q(until=None) | Q(until__gt=timezone.now())
        remember_firms(request, user.firms.filter(open_now).count())
        return super().post_login(request, user, **known)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where to go after signing in."""
        return reverse("admin:index" if request.user.is_staff else "my_applications")

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """A new account begins with its firm."""
        return reverse("my_firms")

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        """The same, by who confirms the address; the sign-in page when they are not in."""
        return reverse("my_firms")

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """Says only what the next page does not show by itself."""
        if message_template in SAID:
            messages.add_message(request, max(level, messages.SUCCESS), SAID[message_template])


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The second factor in our words."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("Il codice non è giusto o è scaduto. Scrivi quello che l'applicazione mostra adesso."),
        "unverified_email": _("Prima conferma il tuo indirizzo e-mail."),
    }

    def get_totp_issuer(self) -> str:
        """The name that the application shows beside the code."""
        return str(settings.SERVICE_NAME)


class DigitalIdentityAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """People who come from the SPID and CIE gateway."""

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> User:
        """Takes the name that the gateway has verified."""
        user: User = super().populate_user(request, sociallogin, data)
        claims = sociallogin.account.extra_data
        claims = claims.get("userinfo", claims)
        full = " ".join(filter(None, (claims.get("given_name"), claims.get("family_name"))))
        user.name = (full or claims.get("name") or "")[:200]
        return user
