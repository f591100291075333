"""Page 4: the one accredited operator that gives the services."""

from typing import Any

from django.utils.translation import gettext as _

from applications.forms import fields
from applications.forms.step import Situation, StepForm


class OperatorForm(StepForm):
    """Name, codice fiscale and the numbers in the two registers."""

    keys = ("operator", "operator_registers")

    def __init__(self, situation: Situation, typed: Any = None, **shown: Any) -> None:
        super().__init__(situation, typed, **shown)
        example = _("Lo trovi sul provvedimento di accreditamento o lo dice l'operatore. Per esempio 0123.")
        self.fields["nome"] = fields.text(
            _("Denominazione dell'operatore"), _("Uno solo, per tutti i servizi."), _("Scrivi il nome dell'operatore.")
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
        """The operator is not the firm itself."""
        code: str = self.cleaned_data["codice_fiscale"]
        if code == self.situation.tax_code:
            self.add_error("codice_fiscale", _("L'operatore non può essere l'impresa che fa domanda."))
        return code

    def answers(self) -> dict[str, Any]:
        """The operator and its two register numbers."""
        data = self.cleaned_data
        return {
            "operator": {"name": data["nome"], "tax_code": data["codice_fiscale"]},
            "operator_registers": {"training": data["formazione"], "labour": data["lavoro"]},
        }
