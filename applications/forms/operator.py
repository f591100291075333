"""Page 4: the one accredited operator that gives the services."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.domain.operators import Register
from applications.forms import fields
from applications.forms.firms import suggested
from applications.forms.step import Situation, StepForm
from applications.rules.operator_list import Operator, lacking


class OperatorForm(StepForm):
    """Name, codice fiscale and the numbers in the two registers."""

    keys = ("operator", "operator_registers")
    whys = {
        "nome": gettext_lazy("Consulenza e formazione si riconoscono solo se le dà un operatore accreditato."),
        "codice_fiscale": gettext_lazy("L'ufficio lo cerca negli albi, e più avanti nelle fatture."),
        "formazione": gettext_lazy("L'operatore deve stare in tutti e due gli albi: questo è il primo."),
        "lavoro": gettext_lazy("L'operatore deve stare in tutti e due gli albi: questo è il secondo."),
    }

    def __init__(self, situation: Situation, typed: Any = None, **shown: Any) -> None:
        super().__init__(situation, typed, **shown)
        self.chosen: Operator | None = None
        written = _one(typed, "codice_fiscale")
        if situation.register and situation.register.loaded(written):
            self._ask_the_register(situation.register, written)
        else:
            self._ask_everything()

    def _ask_the_register(self, register: Register, written: str) -> None:
        """One field: whose numbers are those of the register."""
        found = register.find(written) if written else []
        known = _("Scrivi il codice fiscale o una parte del nome: lo cerchiamo nel registro dell'ufficio.")
        if len(found) == 1:
            known = _("%(name)s, codice fiscale %(code)s. Albo formazione: %(training)s. Albo lavoro: %(labour)s.") % {
                "name": found[0].name, "code": found[0].tax_code,
                "training": found[0].training or _("non iscritto"), "labour": found[0].labour or _("non iscritto"),
            }  # fmt: skip
        field = fields.text(_("Operatore accreditato"), known, _("Scrivi il codice fiscale o il nome dell'operatore."))
        field.widget.attrs |= suggested(reverse("operator_options"), "operatori")
        field.widget.attrs |= {"hx-params": "codice_fiscale", "hx-sync": "this:replace"}
        self.fields["codice_fiscale"] = field

    def _ask_everything(self) -> None:
        """Name, code and numbers, as the firm knows them: the office will look them up."""
        example = _("Lo trovi sul provvedimento di accreditamento o lo dice l'operatore. Per esempio 0123.")
        self.fields["nome"] = fields.text(
            _("Denominazione dell'operatore"),
            _("Uno solo, per tutti i servizi. Per esempio Formazione e lavoro S.r.l."),
            _("Scrivi il nome dell'operatore."),
        )
        self.fields["codice_fiscale"] = fields.short(
            fields.TaxCodeField,
            _("Codice fiscale dell'operatore"),
            _("11 cifre, per esempio 07643520567."),
            _("Scrivi il codice fiscale dell'operatore."),
        )
        self.fields["formazione"] = fields.text(
            _("Numero nell'albo della formazione"),
            example,
            _("Scrivi il numero di iscrizione all'albo degli operatori accreditati per la formazione."),
            longest=20,
        )
        self.fields["lavoro"] = fields.text(
            _("Numero nell'albo dei servizi al lavoro"),
            example,
            _("Scrivi il numero di iscrizione all'albo degli operatori accreditati per i servizi al lavoro."),
            longest=20,
        )

    def clean_codice_fiscale(self) -> str:
        """An operator of both registers, when they are loaded; never the firm itself."""
        code: str = self.cleaned_data["codice_fiscale"]
        if "nome" not in self.fields and self.situation.register:
            self.chosen = self._found(self.situation.register, code)
        if (self.chosen.tax_code if self.chosen else code) == self.situation.tax_code:
            self.add_error("codice_fiscale", _("L'operatore non può essere l'impresa che fa domanda."))
        return code

    def _found(self, register: Register, written: str) -> Operator | None:
        found = register.find(written)
        if len(found) > 1:
            names = "; ".join(f"{each.name} ({each.tax_code})" for each in found)
            self.add_error(
                "codice_fiscale",
                _("Più operatori corrispondono: %(names)s. Scrivi il codice fiscale di uno.") % {"names": names},
            )
            return None
        if lacks := lacking(found[0] if found else None):
            who = found[0].name if found else f"«{written[:60]}»"
            self.add_error(
                "codice_fiscale",
                _("%(who)s non è %(lacks)s: scegli un operatore iscritto a tutti e due.")
                % {"who": who, "lacks": lacks},
            )
            return None
        return found[0]

    def in_words(self, name: str, text: str) -> str:
        """The operator by its name, when the register knows it."""
        known = name == "codice_fiscale" and self.chosen
        return f"{self.chosen.name}, codice fiscale {self.chosen.tax_code}" if known and self.chosen else text

    def answers(self) -> dict[str, Any]:
        """The operator and its two register numbers."""
        data, chosen = self.cleaned_data, self.chosen
        if chosen:
            operator = {"name": chosen.name, "tax_code": chosen.tax_code}
            return {"operator": operator, "operator_registers": chosen.numbers}
        return {
            "operator": {"name": data["nome"], "tax_code": data["codice_fiscale"]},
            "operator_registers": {"training": data["formazione"], "labour": data["lavoro"]},
        }


def _one(typed: Any, name: str) -> str:
    """What was typed in a field, as saved or as sent."""
    value = (typed or {}).get(name, "")
    return str((value or [""])[-1] if isinstance(value, list) else value)
