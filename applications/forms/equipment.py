"""Page 5: the optional action, item by item; each serves an activity of the plan."""

from typing import Any

from django import forms
from django.forms.fields import Field
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.forms import fields
from applications.forms.optional import OptionalRowsForm
from applications.forms.step import Situation


class EquipmentForm(OptionalRowsForm):
    """Whether the optional action is asked for, and the goods."""

    keys = ("actions", "equipment")
    row = "bene"
    whys = {
        "chiedo": gettext_lazy("Gli strumenti sono un contributo a parte, con il suo importo e il suo elenco di beni."),
        "nome": gettext_lazy(
            "L'ufficio controlla che il bene sia tra quelli ammessi; più avanti lo cerca nelle fatture."
        ),
        "attivita": gettext_lazy("Si finanzia solo ciò che serve al piano."),
    }
    question, first_field = "chiedo", "nome"

    def __init__(self, situation: Situation, typed: Any = None, **shown: Any) -> None:
        self.activities = [row["name"] for row in situation.answers.get("plan", {}).get("activities", [])]
        self.optional = next(action for action in situation.terms.actions if not action.compulsory)
        super().__init__(situation, typed, **shown)

    def asked(self) -> tuple[str, str, str, str]:
        """Whether the optional action is wanted."""
        return (
            _("Chiedi anche l'%(title)s?") % {"title": self.optional.title},
            _("No, non mi serve"),
            _("Sì, compro strumenti che servono al piano"),
            " ".join([self.optional.text, *self.optional.limits]),
        )

    @classmethod
    def carried(cls, situation: Situation) -> dict[str, Any]:
        """The choice made before."""
        asked = situation.answers.get("actions")
        optional = {action.code for action in situation.terms.actions if not action.compulsory}
        return {"chiedo": "si" if optional & set(asked) else "no"} if asked else {}

    def row_fields(self, number: int) -> dict[str, Field]:
        """An item and the activity it serves."""
        nth = {"n": number + 1}
        return {
            "nome": fields.text(
                _("Bene %(n)d: che cosa compri") % nth, _("Per esempio 4 notebook."), "", required=False
            ),
            "attivita": forms.ChoiceField(
                label=_("Bene %(n)d: a quale attività del piano serve") % nth,
                help_text=_("Sono quelle scritte nel piano: un bene che non ne serve alcuna non è finanziato."),
                required=False,
                choices=[("", _("Scegli")), *((name, name) for name in self.activities)],
                error_messages={
                    "invalid_choice": _("L'attività «%(value)s» non è più nel piano: scegline un'altra."),
                },
            ),
        }

    def check_row(self, number: int, row: dict[str, Any]) -> None:
        """An item is whole."""
        nth = {"n": number + 1}
        self.need(
            number,
            row,
            nome=_("Bene %(n)d: scrivi che cosa compri.") % nth,
            attivita=_("Bene %(n)d: scegli l'attività del piano a cui serve.") % nth,
        )

    def without_rows(self) -> str:
        """An item, or no."""
        return _("Indica almeno un bene, oppure rispondi no.")

    def answers(self) -> dict[str, Any]:
        """The actions asked and the goods."""
        compulsory = [action.code for action in self.situation.terms.actions if action.compulsory]
        return {
            "actions": [*compulsory, self.optional.code] if self.wanted else compulsory,
            "equipment": [{"item": row["nome"], "activity": row["attivita"]} for row in self.wanted_rows()],
        }
