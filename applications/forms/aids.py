"""Page 6: the de minimis aids already received by the single undertaking."""

from typing import Any

from django.forms.fields import Field
from django.utils.translation import gettext as _

from applications.forms import fields
from applications.forms.step import Situation, StepForm, Typed


class AidsForm(StepForm):
    """Whether there were aids, and each one with its date, amount and beneficiary."""

    keys = ("aids",)
    row = "aiuto"

    def __init__(self, situation: Situation, typed: Any = None, **shown: Any) -> None:
        super().__init__(situation, typed, **shown)
        rows = {name: self.fields.pop(name) for name in list(self.fields)}
        self.fields["ricevuti"] = fields.radio(
            _("L'impresa, o un'altra a lei collegata, ha ricevuto aiuti de minimis negli ultimi tre anni?"),
            [("no", _("No, nessuno")), ("si", _("Sì"))],
            _("Rispondi sì o no."),
            _("Li trovi nel Registro nazionale degli aiuti di Stato. Perché lo chiediamo: c'è un tetto di legge."),
        )
        self.fields |= rows

    def first_rows(self, typed: Typed) -> int:
        """One row when the answer is yes."""
        return 1 if typed.get("ricevuti") == "si" else 0

    def row_fields(self, number: int) -> dict[str, Field]:
        """An aid."""
        nth = number + 1
        return {
            "data": fields.day(
                _("Aiuto %(n)d: data di concessione") % {"n": nth}, _("Per esempio 7/1/2026."), "", required=False
            ),
            "importo": fields.short(
                fields.EuroField, _("Aiuto %(n)d: importo in euro") % {"n": nth}, _("Per esempio 1.250,00."), "",
                required=False,
            ),
            "codice": fields.short(
                fields.TaxCodeField, _("Aiuto %(n)d: codice fiscale di chi l'ha ricevuto") % {"n": nth},
                _("Dell'impresa o di quella collegata."), "", required=False,
            ),
        }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Aids are whole and not in the future."""
        if self.cleaned_data.get("ricevuti") != "si":
            return self.cleaned_data
        rows = self.filled_rows()
        for number, row in rows:
            nth = {"n": number + 1}
            self.need(
                number,
                row,
                data=_("Aiuto %(n)d: scrivi la data di concessione.") % nth,
                importo=_("Aiuto %(n)d: scrivi l'importo.") % nth,
                codice=_("Aiuto %(n)d: scrivi il codice fiscale di chi l'ha ricevuto.") % nth,
            )
            if row["data"] and row["data"] > self.situation.on:
                self.add_error(f"aiuto_{number}_data", _("Aiuto %(n)d: la data è nel futuro.") % nth)
        if not rows:
            self.add_error("aiuto_0_data", _("Indica almeno un aiuto, oppure rispondi no."))
        return self.cleaned_data

    def answers(self) -> dict[str, Any]:
        """The aids as the rules read them."""
        rows = self.filled_rows() if self.cleaned_data["ricevuti"] == "si" else []
        return {
            "aids": [
                {"granted_on": row["data"].isoformat(), "amount": str(row["importo"]), "granted_to": row["codice"]}
                for _number, row in rows
            ]
        }
