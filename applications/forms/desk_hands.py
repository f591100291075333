"""What is written when a dossier passes from hand to hand: the reason; and the provinces of an officer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.rules.firm import HOME_REGION
from applications.rules.lists import provinces, provinces_of

LONGEST = 2_000


class WhyForm(forms.Form):
    """The reason; `visto` is the officer that the page showed."""

    use_required_attribute = False

    motivo = forms.CharField(
        label=_("Motivo"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": _("Scrivi il motivo: resta nella storia del fascicolo."),
            "max_length": _("Il motivo è di %(show_value)d caratteri: al massimo %(limit_value)d."),
        },
    )
    visto = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, name: str, help_text: Any = "", seen: int | None = None) -> None:
        super().__init__(data, auto_id=f"{name}_%s", initial={"visto": seen})
        self.fields["motivo"].help_text = help_text


class ProvincesForm(forms.Form):
    """The provinces of the region that an officer looks after first; none means all."""

    province = forms.MultipleChoiceField(
        label=_("Province"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("La provincia «%(value)s» non è tra quelle dell'elenco.")},
    )

    def __init__(self, data: Any = None, *, chosen: Any = ()) -> None:
        super().__init__(data, initial={"province": list(chosen)})
        home = provinces_of(HOME_REGION)
        self.fields["province"].choices = [  # type: ignore[attr-defined]
            (code, f"{name} ({code})") for code, name in provinces().items() if code in home
        ]
