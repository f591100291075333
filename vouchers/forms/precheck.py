"""The questions asked before login: eight on the firm and the call, five on how ready the firm is."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from applications.rules.precheck import wishes
from applications.rules.readiness import QUESTIONS
from applications.rules.terms import Terms

Choices = list[tuple[str, str | Promise]]


def one_of(label: Any, choices: Choices, help_text: Any = "") -> forms.ChoiceField:
    """A question answered by one of a few sentences, none chosen beforehand; what is missing is told by its name."""
    missing = format_lazy("{} {}", _("Scegli una risposta:"), label)
    return forms.ChoiceField(
        label=label,
        help_text=help_text,
        choices=choices,
        widget=forms.RadioSelect,
        error_messages={"required": missing, "invalid_choice": missing},
    )


class _Questions(forms.Form):
    """Answers as they are typed; the domain says what is wrong with them."""

    use_required_attribute = False

    def refuse(self, messages: Mapping[str, str]) -> None:
        """Put the domain's sentences beside their questions, unless the form has said it already."""
        for name, sentence in messages.items():
            if name not in self.errors:
                self.add_error(name, sentence)


class PreCheckForm(_Questions):
    """Is this call for us?"""

    headcount = forms.CharField(
        label=_("Quanti dipendenti avete nelle sedi lombarde?"),
        help_text=_("Tutte le persone con contratto di lavoro dipendente in Lombardia. Per esempio 12."),
        error_messages={"required": _("Scrivi quanti sono i dipendenti, per esempio 12.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": "20"}),
    )
    subject = one_of(
        _("Che cosa siete?"),
        [
            ("FIRM", _("Un'impresa o un titolare di partita IVA")),
            ("AGRICULTURE", _("Un'impresa di agricoltura primaria, pesca o acquacoltura")),
            ("EXCLUDED", _("Un'amministrazione pubblica, un'università, un operatore accreditato dalla Regione")),
            ("UNREGISTERED", _("Altro, senza partita IVA né iscrizione al Registro delle Imprese")),
        ],
    )
    site = one_of(
        _("Avete una sede operativa in Lombardia?"),
        [("YES", _("Sì")), ("TO_OPEN", _("Non ancora, ma la apriremo")), ("NO", _("No"))],
    )
    plan = one_of(
        _("Avete già un piano di smart working, con il suo accordo o regolamento?"),
        [
            ("NO", _("No")),
            ("EMERGENCY", _("Abbiamo lavorato a distanza solo nell'emergenza, senza un piano")),
            ("YES", _("Sì, è già in vigore")),
        ],
    )
    duties = one_of(
        _("Siete in regola?"),
        [("YES", _("Sì, con tutto")), ("UNKNOWN", _("Non lo so")), ("NO", _("No, almeno con una cosa"))],
        _("Contributi (DURC), assunzione di persone con disabilità se dovuta, nessuna liquidazione o procedura."),
    )
    aids = forms.CharField(
        label=_("Quanti aiuti de minimis avete ricevuto negli ultimi tre anni?"),
        help_text=_("In euro, con le imprese collegate. Scrivi 0 se nessuno; lascia vuoto se non lo sai."),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": "20"}),
    )
    wish = one_of(_("Che cosa vi interessa?"), [])
    signer = one_of(
        _("Chi firmerà la domanda?"),
        [("OWNER", _("Il legale rappresentante")), ("DELEGATE", _("Un'altra persona, con procura o delega"))],
    )

    def __init__(self, terms: Terms, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["wish"].choices = list(_wishes(terms))  # type: ignore[attr-defined]


def _wishes(terms: Terms) -> Iterable[tuple[str, str]]:
    """Each possible wish with the parts it is made of; only what is optional is called by its name: only that."""
    actions = {action.code: action for action in terms.actions}
    for code in wishes(terms):
        chosen = [actions[name] for name in code.split("+")]
        parts = ", ".join(part.title.lower() for action in chosen for part in action.parts)
        only = "" if any(action.compulsory for action in chosen) else str(_("Solo: "))
        yield code, f"{only}{parts}"[:1].upper() + f"{only}{parts}"[1:]


READY_ANSWERS: Choices = [("YES", _("Sì")), ("PARTLY", _("In parte, o non lo so")), ("NO", _("No"))]
READY_LABELS: dict[str, str | Promise] = {
    "management": _("Chi dirige l'impresa vuole cambiare il modo di organizzare il lavoro, non solo gli strumenti?"),
    "person": _("C'è una persona che può seguire il progetto dall'inizio alla fine?"),
    "activities": _("Ci sono attività che si possono fare a distanza e misurare dai risultati?"),
    "time": _("Nei prossimi mesi potete fare analisi, formazione e sperimentazione, una dopo l'altra?"),
    "cash": _("Potete pagare i fornitori prima di ricevere il voucher?"),
}


class ReadinessForm(_Questions):
    """Are we ready?"""

    def __init__(self, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        for name in QUESTIONS:
            self.fields[name] = one_of(READY_LABELS[name], READY_ANSWERS)
