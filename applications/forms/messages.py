"""Writing a message: what was typed, and the key that makes two posts of the same page one message."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

KEY_LOST = _("La pagina era incompleta: ricaricala e scrivi di nuovo il messaggio.")


class MessageForm(forms.Form):
    """The text of a message; whether it can be kept is said by the domain."""

    use_required_attribute = False

    testo = forms.CharField(
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Scrivi il testo del messaggio.")},
    )
    chiave = forms.UUIDField(widget=forms.HiddenInput, error_messages={"required": KEY_LOST, "invalid": KEY_LOST})

    def __init__(self, data: Any = None, *, label: Any, help_text: Any) -> None:
        super().__init__(data, auto_id="messaggio_%s", initial={"chiave": uuid4()})
        self.fields["testo"].label = label
        self.fields["testo"].help_text = help_text
