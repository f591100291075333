"""Page 7: who signs the application; a delegate brings the mandate."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.forms import fields
from applications.forms.step import Situation, StepForm


class SignerForm(StepForm):
    """The legal representative, or somebody they gave a mandate to."""

    keys = ("signed_by_delegate",)
    whys = {"firma": gettext_lazy("Chi firma per delega deve provarlo con la procura (D.P.R. 445/2000, art. 38).")}

    def __init__(self, situation: Situation, typed: Any = None, **shown: Any) -> None:
        super().__init__(situation, typed, **shown)
        self.fields["firma"] = fields.radio(
            _("Chi firma la domanda?"),
            [
                ("titolare", _("Il legale rappresentante")),
                ("delegato", _("Un'altra persona, con una procura del legale rappresentante")),
            ],
            _("Scegli chi firma."),
            _("Se firma un delegato, per esempio il consulente, tra i documenti si aggiunge la procura."),
        )

    @classmethod
    def carried(cls, situation: Situation) -> dict[str, Any]:
        """Who signs, as it was said before signing in."""
        known = situation.answers.get("signed_by_delegate")
        return {} if known is None else {"firma": "delegato" if known else "titolare"}

    def answers(self) -> dict[str, Any]:
        """Whether a delegate signs."""
        return {"signed_by_delegate": self.cleaned_data["firma"] == "delegato"}
