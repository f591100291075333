"""Page 5: the optional action, item by item; each serves an activity of the plan."""

from typing import Any

from django import forms
from django.forms.fields import Field
from django.utils.translation import gettext as _

from applications.forms import fields
from applications.forms.step import Situation, StepForm, Typed


class EquipmentForm(StepForm):
    """Whether the optional action is asked for, and the goods."""

    keys = ("actions", "equipment")
    row = "bene"

    def __init__(self, situation: Situation, typed: Any = None, **shown: Any) -> None:
        self.activities = [row["name"] for row in situation.answers.get("plan", {}).get("activities", [])]
        self.optional = next(action for action in situation.terms.actions if not action.compulsory)
        super().__init__(situation, typed, **shown)
        rows = {name: self.fields.pop(name) for name in list(self.fields)}
        self.fields["chiedo"] = fields.radio(
            _("Chiedi anche l'%(title)s?") % {"title": self.optional.title},
            [("no", _("No, non mi serve")), ("si", _("Sì, compro strumenti che servono al piano"))],
            _("Rispondi sì o no."),
            " ".join([self.optional.text, *self.optional.limits]),
        )
        self.fields |= rows

    @classmethod
    def carried(cls, situation: Situation) -> dict[str, Any]:
        """The choice made before."""
        asked = situation.answers.get("actions")
        optional = {action.code for action in situation.terms.actions if not action.compulsory}
        return {"chiedo": "si" if optional & set(asked) else "no"} if asked else {}

    def first_rows(self, typed: Typed) -> int:
        """One row when the answer is yes."""
        return 1 if typed.get("chiedo") == "si" else 0

    def row_fields(self, number: int) -> dict[str, Field]:
        """An item and the activity it serves."""
        nth = number + 1
        return {
            "nome": fields.text(
                _("Bene %(n)d: che cosa compri") % {"n": nth}, _("Per esempio 4 notebook."), "", required=False
            ),
            "attivita": forms.ChoiceField(
                label=_("Bene %(n)d: a quale attività del piano serve") % {"n": nth},
                required=False,
                choices=[("", _("Scegli")), *((name, name) for name in self.activities)],
                error_messages={
                    "invalid_choice": _("L'attività «%(value)s» non è più nel piano: scegline un'altra."),
                },
            ),
        }

    def clean(self) -> dict[str, Any]:
        """Goods are there when they are asked for, each tied to the plan."""
        if self.cleaned_data.get("chiedo") != "si":
            return self.cleaned_data
        rows = self.filled_rows()
        for number, row in rows:
            nth = {"n": number + 1}
            self.need(
                number,
                row,
                nome=_("Bene %(n)d: scrivi che cosa compri.") % nth,
                attivita=_("Bene %(n)d: scegli l'attività del piano a cui serve.") % nth,
            )
        if not rows:
            self.add_error("bene_0_nome", _("Indica almeno un bene, oppure rispondi no."))
        return self.cleaned_data

    def answers(self) -> dict[str, Any]:
        """The actions asked and the goods."""
        wanted = self.cleaned_data["chiedo"] == "si"
        compulsory = [action.code for action in self.situation.terms.actions if action.compulsory]
        rows = [row for _number, row in self.filled_rows()] if wanted else []
        return {
            "actions": [*compulsory, self.optional.code] if wanted else compulsory,
            "equipment": [{"item": row["nome"], "activity": row["attivita"]} for row in rows],
        }
