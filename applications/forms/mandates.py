"""The form of an invitation: whom, for what, until when. The domain judges it."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext_lazy as _

from applications.forms.firms import SCOPES, DomainForm, line, scopes_field


class InvitationForm(DomainForm):
    """An invitation to be a delegate."""

    email = line(
        _("Indirizzo e-mail della persona da invitare"),
        _("Quello con cui accede al portale. Per esempio nome@studio.it."),
        inputmode="email",
        autocomplete="off",
    )
    scopes = scopes_field(_("Che cosa potrà fare"), _("Solo quello che serve: si può cambiare con un nuovo invito."))
    until = line(
        _("Ultimo giorno in cui la delega vale"),
        _("Giorno, mese e anno. Lascia vuoto per una delega senza scadenza, che puoi comunque revocare."),
        required=False,
    )


def scope_labels(scopes: Collection[str]) -> list[Any]:
    """The scopes in words, in their order."""
    return [label for scope, label in SCOPES if scope in scopes]
