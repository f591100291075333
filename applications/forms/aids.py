"""Page 6: the de minimis aids already received by the single undertaking."""

from typing import Any

from django.forms.fields import Field
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.forms import fields
from applications.forms.optional import OptionalRowsForm


class AidsForm(OptionalRowsForm):
    """Whether there were aids, and each one with its date, amount and beneficiary."""

    keys = ("aids",)
    row = "aiuto"
    whys = {
        "ricevuti": gettext_lazy("C'è un tetto di legge in tre anni: oltre il tetto il voucher non si può concedere."),
        "data": gettext_lazy("Contano solo gli aiuti degli ultimi tre anni, dalla data di concessione."),
        "importo": gettext_lazy("Si somma agli altri, per sapere quanto resta sotto il tetto."),
        "codice": gettext_lazy("Contano anche gli aiuti delle imprese collegate: dice di quale si parla."),
    }
    question, first_field = "ricevuti", "data"

    def asked(self) -> tuple[str, str, str, str]:
        """Whether aids were received."""
        return (
            _("L'impresa, o un'altra a lei collegata, ha ricevuto aiuti de minimis negli ultimi tre anni?"),
            _("No, nessuno"),
            _("Sì"),
            _("Per esempio un altro voucher: li trovi nel Registro nazionale degli aiuti di Stato."),
        )

    def row_fields(self, number: int) -> dict[str, Field]:
        """An aid."""
        nth = {"n": number + 1}
        return {
            "data": fields.day(
                _("Aiuto %(n)d: data di concessione") % nth, _("Per esempio 7/1/2026."), "", required=False
            ),
            "importo": fields.short(
                fields.EuroField, _("Aiuto %(n)d: importo in euro") % nth, _("Per esempio 1.250,00."), "",
                required=False,
            ),
            "codice": fields.short(
                fields.TaxCodeField, _("Aiuto %(n)d: codice fiscale di chi l'ha ricevuto") % nth,
                _("Dell'impresa o di quella collegata, per esempio 07643520567."), "", required=False,
            ),
        }  # fmt: skip

    def check_row(self, number: int, row: dict[str, Any]) -> None:
        """An aid is whole and not in the future."""
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

    def without_rows(self) -> str:
        """An aid, or no."""
        return _("Indica almeno un aiuto, oppure rispondi no.")

    def answers(self) -> dict[str, Any]:
        """The aids as the rules read them."""
        return {
            "aids": [
                {"granted_on": row["data"].isoformat(), "amount": str(row["importo"]), "granted_to": row["codice"]}
                for row in self.wanted_rows()
            ]
        }
