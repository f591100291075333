"""The small forms of the desk: a reason, a choice, what was read before deciding."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.forms.fields import EuroField
from applications.models import Call
from portal.kernel.money import ZERO
from vouchers.domain import decrees
from vouchers.models import Allocation, Decree

MAX_COR_FILE = 1_000_000
MOST = Decimal("1e10")
"""Euro: an amount of one line stays below."""
MAX_SIGNED_FILE = 20_000_000
STALE = _("La pagina era incompleta: ricaricala e decidi di nuovo.")


class ReasonForm(forms.Form):
    """A reason in words."""

    use_required_attribute = False

    motivo = forms.CharField(
        label=_("Motivo"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Scrivi il motivo: resta nel fascicolo."),
            "max_length": _("Il motivo è troppo lungo: al massimo %(limit_value)d caratteri."),
        },
    )

    def __init__(self, data: Any = None, *, help_text: Any = "", **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["motivo"].help_text = help_text


class SeenForm(forms.Form):
    """Which proposal was on the page: another one may be open meanwhile."""

    proposta = forms.IntegerField(widget=forms.HiddenInput, error_messages={"required": STALE, "invalid": STALE})


class SendBackForm(SeenForm, ReasonForm):
    """Why a proposal goes back to review."""


class ComposeForm(forms.Form):
    """Which kind of decree to compose."""

    tipo = forms.ChoiceField(
        choices=[(kind, Decree.Kind(kind).label) for kind in decrees.ROWS],
        error_messages={
            "required": _("Scegli il tipo di decreto."),
            "invalid_choice": _("Il tipo di decreto scelto non esiste: scegline uno dell'elenco."),
        },
    )


class RefinancingForm(forms.Form):
    """The euro to bring to each action of a call."""

    use_required_attribute = False

    def __init__(self, call: Call, data: Any = None) -> None:
        super().__init__(data)
        lines = Allocation.objects.filter(action__call=call).select_related("action").order_by("action__code")
        for line in lines:
            name, title = str(line.action), line.action.title
            self.fields[f"azione_{line.action.code}"] = EuroField(
                label=title if name in title else f"{name} · {title}",
                required=False,
                least=ZERO,
                most=MOST,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
                help_text=_("In euro, per esempio 500.000,00. Vuoto: nulla su questa Azione."),
            )

    def split(self) -> dict[str, Decimal]:
        """The amounts typed, by action."""
        typed = {name.removeprefix("azione_"): value for name, value in self.cleaned_data.items()}
        return {code: value for code, value in typed.items() if value}


class CorForm(forms.Form):
    """The COR codes, as a file or pasted; the text of a refused file stays on the page."""

    use_required_attribute = False

    file = forms.FileField(
        label=_("File CSV"),
        required=False,
        help_text=_("Due colonne con l'intestazione: protocollo, cor. Al massimo 1 MB."),
        error_messages={"empty": _("Il file è vuoto: scegli quello con i codici.")},
    )
    testo = forms.CharField(
        label=_("Oppure incolla le righe"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=_("Per esempio: protocollo,cor a capo 2020/0000001,1234567"),
    )

    def clean_file(self) -> Any:
        """Refuses what is too big or is not text."""
        file = self.cleaned_data["file"]
        if file is None:
            return None
        if file.size > MAX_COR_FILE:
            raise forms.ValidationError(_("Il file supera 1 MB: un file di codici è molto più piccolo."))
        try:
            return file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(_("Il file non è un testo UTF-8: salvalo come CSV UTF-8 e riprova.")) from None

    def clean(self) -> dict[str, Any]:
        """One of the two, and no more than one."""
        values: dict[str, Any] = super().clean() or {}
        if not self.errors and bool(values.get("file")) == bool(values.get("testo")):
            raise forms.ValidationError(_("Scegli il file, oppure incolla le righe: una cosa sola."))
        values["codici"] = values.get("file") or values.get("testo") or ""
        return values


class SignedFileForm(forms.Form):
    """The decree signed elsewhere."""

    use_required_attribute = False

    file = forms.FileField(
        label=_("Decreto firmato"),
        help_text=_("Il PDF con la firma (PAdES) oppure la busta .p7m (CAdES). Al massimo 20 MB."),
        error_messages={
            "required": _("Scegli il file firmato."),
            "empty": _("Il file è vuoto: scegli il decreto firmato."),
        },
    )

    def clean_file(self) -> Any:
        """Refuses what is too big to be read."""
        file = self.cleaned_data["file"]
        if file.size > MAX_SIGNED_FILE:
            raise forms.ValidationError(_("Il file supera 20 MB: il decreto firmato è molto più piccolo."))
        return file
