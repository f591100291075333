"""The small forms around a call's draft: how it begins, and which text was read before going on."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from applications.models import Call
from vouchers.forms.desk import STALE

MOST_BYTES = 500_000
FIRST, VERSION, MONEY, FILE = "nuovo", "versione", "risorse", "file"
SLUG_HELP = _("Minuscole, cifre e trattini: lavoro-agile-2027. Sarà nell'indirizzo e non si cambia più.")


class NamedForm(forms.Form):
    """How a new call is called."""

    use_required_attribute = False

    titolo = forms.CharField(
        label=_("Titolo dell'avviso"),
        max_length=300,
        error_messages={
            "required": _("Scrivi il titolo: si può cambiare fino alla pubblicazione."),
            "max_length": _("Il titolo è troppo lungo: al massimo %(limit_value)d caratteri."),
        },
    )
    slug = forms.CharField(
        label=_("Nome nell'indirizzo"),
        max_length=50,
        help_text=SLUG_HELP,
        error_messages={
            "required": _("Scrivi il nome, per esempio lavoro-agile-2027."),
            "max_length": _("Il nome è troppo lungo: al massimo %(limit_value)d caratteri."),
        },
    )
    da = forms.ModelChoiceField(
        Call.objects.order_by("-pk"),
        to_field_name="slug",
        required=False,
        label=_("Da dove si parte"),
        empty_label=_("dal modello di un avviso nuovo"),
        error_messages={"invalid_choice": _("Questo avviso non c'è: sceglilo dall'elenco.")},
    )


class ChangeForm(forms.Form):
    """Which published call changes, and whether its rules do."""

    da = forms.ModelChoiceField(
        Call.objects.order_by("-pk"),
        to_field_name="slug",
        label=_("Avviso"),
        empty_label=None,
        error_messages={"required": _("Scegli l'avviso."), "invalid_choice": _("Questo avviso non c'è.")},
    )
    come = forms.ChoiceField(
        label=_("Che cosa cambia"),
        choices=[
            (VERSION, _("le regole: una versione nuova dei termini")),
            (MONEY, _("solo risorse e presentazione, senza toccare le regole")),
        ],
        widget=forms.RadioSelect,
        initial=VERSION,
        error_messages={"required": _("Scegli che cosa cambia."), "invalid_choice": _("Scegli una delle due voci.")},
    )


class FileForm(forms.Form):
    """A call in a TOML file."""

    use_required_attribute = False

    file = forms.FileField(
        label=_("File TOML dell'avviso"),
        help_text=_("Di un avviso nuovo, o di uno pubblicato a cui aggiunge versioni o risorse. Al massimo 500 kB."),
        error_messages={"required": _("Scegli il file."), "empty": _("Il file è vuoto.")},
    )

    def clean_file(self) -> str:
        """Refuses what is too big or is not text."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("Il file supera 500 kB: un avviso è molto più piccolo."))
        try:
            text: str = file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(_("Il file non è un testo UTF-8: salvalo come UTF-8 e riprova.")) from None
        return text


class ReadForm(forms.Form):
    """Which content of the draft was on the page: somebody may have changed it meanwhile."""

    impronta = forms.CharField(widget=forms.HiddenInput, error_messages={"required": STALE})


class PopulationForm(forms.Form):
    """On whose applications a draft is tried."""

    su = forms.ModelChoiceField(
        Call.objects.none(),
        to_field_name="slug",
        required=False,
        label=_("Domande di"),
        empty_label=None,
        error_messages={"invalid_choice": _("Questo avviso non c'è: sceglilo dall'elenco.")},
    )

    def __init__(self, calls: QuerySet[Call], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["su"].queryset = calls
