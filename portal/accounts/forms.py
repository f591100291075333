"""The sign-in form."""

from typing import Any

from allauth.account.forms import LoginForm
from django.utils.translation import gettext_lazy as _


class SignInForm(LoginForm):  # type: ignore[misc]
    """E-mail and password, with labels instead of placeholders."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.label = _("Indirizzo e-mail")
        login.error_messages |= {
            "required": _("Scrivi il tuo indirizzo e-mail."),
            "invalid": _("Scrivi un indirizzo e-mail completo, per esempio nome@impresa.it."),
        }
        password.label = _("Password")
        password.help_text = ""
        password.error_messages["required"] = _("Scrivi la tua password.")
        for field in (login, password):
            field.widget.attrs.pop("placeholder", None)
