"""The forms of the doors: labels above the fields, sentences that say what to do."""

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
    SignupForm,
)
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateCodeForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from allauth.socialaccount.forms import SignupForm as DigitalIdentitySignupForm
from django import forms
from django.utils.translation import gettext_lazy as _

RULE = _("Almeno 12 caratteri: una frase che ricordi va benissimo. Non servono maiuscole, cifre o simboli.")
CODE = _("Le sei cifre che l'applicazione mostra adesso, oppure un codice di riserva.")
WORDS: dict[str, tuple[Any, Any, Any]] = {
    "login": (_("Indirizzo e-mail"), "", _("Scrivi il tuo indirizzo e-mail.")),
    "email": (_("Indirizzo e-mail"), _("Per esempio nome@impresa.it."), _("Scrivi il tuo indirizzo e-mail.")),
    "password": (_("Password"), "", _("Scrivi la tua password.")),
    "oldpassword": (_("Password attuale"), "", _("Scrivi la password che usi adesso.")),
    "password1": (_("Password nuova"), RULE, _("Scrivi la password che vuoi usare.")),
    "password2": (_("Password nuova, ancora una volta"), "", _("Scrivi di nuovo la password.")),
    "code": (_("Codice"), CODE, _("Scrivi il codice.")),
    "name": (_("Nome"), "", _("Scrivi il nome.")),
}
"""Label, help and what is said of an empty field."""


class InOurWords(forms.Form):
    """Labels instead of placeholders, and our sentences."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, help_text, missing) in WORDS.items():
            if name not in self.fields:
                continue
            field = self.fields[name]
            field.label, field.help_text = label, help_text
            field.widget.attrs.pop("placeholder", None)
            field.error_messages["required"] = missing
            if name in ("login", "email"):
                field.error_messages["invalid"] = _("Scrivi un indirizzo e-mail completo, per esempio nome@impresa.it.")


class SignInForm(InOurWords, LoginForm):  # type: ignore[misc]
    """E-mail and password."""


class SignUpForm(InOurWords, SignupForm):  # type: ignore[misc]
    """Name, e-mail and password: nothing else is needed to begin."""

    name = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    field_order = ("name", "email", "password1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Nome e cognome")
        self.fields["name"].error_messages["required"] = _("Scrivi il tuo nome e cognome.")
        self.fields["password1"].label = _("Password")


class AskResetForm(InOurWords, ResetPasswordForm):  # type: ignore[misc]
    """The address to which the link is sent."""


class NewPasswordForm(InOurWords, ResetPasswordKeyForm):  # type: ignore[misc]
    """The new password, from the link."""


class PasswordForm(InOurWords, ChangePasswordForm):  # type: ignore[misc]
    """The old password and the new one."""


class FirstPasswordForm(InOurWords, SetPasswordForm):  # type: ignore[misc]
    """A password for who came from the digital identity."""


class ConfirmPasswordForm(InOurWords, ReauthenticateForm):  # type: ignore[misc]
    """The password again, before something delicate."""


class CodeForm(InOurWords, AuthenticateForm):  # type: ignore[misc]
    """The second factor at sign-in."""


class ConfirmCodeForm(InOurWords, ReauthenticateCodeForm):  # type: ignore[misc]
    """The second factor again, before something delicate."""


class ActivateCodeForm(InOurWords, ActivateTOTPForm):  # type: ignore[misc]
    """The first code of the application."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = _("Le sei cifre che l'applicazione mostra adesso.")


class AddPasskeyForm(InOurWords, AddWebAuthnForm):  # type: ignore[misc]
    """A passkey and the name to know it by."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = _("Per riconoscerla fra le altre: per esempio telefono, chiavetta.")
        self.fields.pop("passwordless", None)


class RenamePasskeyForm(InOurWords, EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey."""


class IdentitySignUpForm(InOurWords, DigitalIdentitySignupForm):  # type: ignore[misc]
    """The e-mail, when the gateway did not tell it."""


class TrialIdentityForm(InOurWords):
    """Who one wants to be for the trial identity."""

    name = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    email = forms.EmailField(max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Nome e cognome")
        self.fields["name"].error_messages["required"] = _("Scrivi un nome e cognome, anche inventati.")
        self.fields["email"].help_text = _("Anche inventato: lo stesso indirizzo è sempre la stessa persona.")
