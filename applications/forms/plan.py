"""Page 3: the smart-working plan: which activities, how, and the pilot."""

from typing import Any

from django import forms
from django.forms.fields import Field
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.forms import fields
from applications.forms.step import Situation, StepForm
from applications.rules.plan import pilot_problems

CRITERIA = {
    "ALONE": gettext_lazy("Si può fare da soli e programmare"),
    "TOOLS": gettext_lazy("Si raggiunge con strumenti a distanza"),
    "NO_PRESENCE": gettext_lazy("Non richiede la presenza fisica"),
    "NO_CONTACT": gettext_lazy("Non ha contatto diretto con l'utenza, o l'effetto è lo stesso a distanza"),
    "OUTPUT": gettext_lazy("Ha un risultato misurabile, con un tempo"),
}


class PlanForm(StepForm):
    """The activities judged by the criteria, the rules of the work, the pilot, the indicators."""

    keys = ("plan",)
    row = "attivita"

    def __init__(self, situation: Situation, typed: Any = None, **shown: Any) -> None:
        super().__init__(situation, typed, **shown)
        shortest, headcount = situation.pilot.shortest, situation.answers.get("headcount")
        least = situation.pilot.workers(headcount) if isinstance(headcount, int) else 1
        self.fields |= {
            "giorni": fields.count(
                _("Giorni al mese di lavoro a distanza"), _("Per ogni persona, al massimo 23. Per esempio 8."),
                _("Scrivi quanti giorni al mese, per esempio 8."), most=23,
            ),
            "orari": fields.text(
                _("Fasce orarie in cui si è contattabili"), _("Per esempio 9:30-12:30 e 14:30-16:30."),
                _("Scrivi in quali ore le persone sono contattabili."),
            ),
            "strumenti": fields.prose(
                _("Strumenti e regole sui dati"), _("Computer, connessione, programmi, come si proteggono i dati."),
                _("Descrivi gli strumenti e le regole sui dati."),
            ),
            "formazione": fields.prose(
                _("Formazione"), _("Per i responsabili e per chi lavora a distanza: argomenti e ore."),
                _("Descrivi la formazione prevista."),
            ),
            "sicurezza": fields.prose(
                _("Salute e sicurezza"), _("Informativa, postazione, diritto alla disconnessione."),
                _("Descrivi le misure per la salute e la sicurezza."),
            ),
            "inizio": fields.day(
                _("Inizio previsto del progetto pilota"), _("Per esempio 7/1/2027. Si può cambiare con l'avvio."),
                _("Scrivi quando comincia il progetto pilota, per esempio 7/1/2027."),
            ),
            "mesi": fields.count(
                _("Durata del progetto pilota in mesi"),
                _("Almeno %(n)d mesi.") % {"n": shortest.value},
                _("Scrivi quanti mesi dura il progetto pilota."),
            ),
            "lavoratori": fields.count(
                _("Lavoratori nel progetto pilota"), _("Almeno %(n)d.") % {"n": least},
                _("Scrivi quanti lavoratori partecipano al progetto pilota."),
            ),
            "indicatori": fields.prose(
                _("Come misuri i risultati"),
                _("Risultati, presenze, benessere. Per esempio pratiche chiuse al mese."),
                _("Scrivi con quali indicatori misuri i risultati."),
            ),
        }  # fmt: skip

    def row_fields(self, number: int) -> dict[str, Field]:
        """An activity and the criteria it meets."""
        nth = number + 1
        return {
            "nome": fields.text(
                _("Attività %(n)d da svolgere a distanza") % {"n": nth},
                _("Per esempio preparazione delle offerte."),
                "",
                longest=120,
                required=False,
            ),
            "criteri": forms.MultipleChoiceField(
                label=_("Attività %(n)d: perché si può fare a distanza") % {"n": nth},
                required=False,
                choices=list(CRITERIA.items()),
                widget=forms.CheckboxSelectMultiple,
            ),
        }

    def clean(self) -> dict[str, Any]:
        """Activities are whole and different; the pilot is long enough, short enough and has its workers."""
        data, names = self.cleaned_data, set()
        rows = self.filled_rows()
        for number, row in rows:
            nth = {"n": number + 1}
            self.need(
                number,
                row,
                nome=_("Attività %(n)d: scrivi qual è.") % nth,
                criteri=_("Attività %(n)d: scegli almeno un criterio.") % nth,
            )
            if row["nome"] and row["nome"] in names:
                self.add_error(f"attivita_{number}_nome", _("Attività %(n)d: è già nell'elenco.") % nth)
            names.add(row["nome"])
        if not rows:
            self.add_error("attivita_0_nome", _("Indica almeno un'attività da svolgere a distanza."))
        if data.get("giorni") == 0:
            self.add_error("giorni", _("Scrivi almeno un giorno al mese."))
        known = self.situation.answers.get("headcount")
        headcount = known if isinstance(known, int) else None
        wrong = pilot_problems(
            data.get("inizio"), data.get("mesi"), data.get("lavoratori"), headcount, self.situation.pilot
        )
        for name, sentence in wrong.items():
            self.add_error({"months": "mesi", "workers": "lavoratori"}[name], sentence)
        return data

    def answers(self) -> dict[str, Any]:
        """The plan."""
        data = self.cleaned_data
        return {
            "plan": {
                "activities": [{"name": row["nome"], "criteria": row["criteri"]} for _n, row in self.filled_rows()],
                "days_per_month": data["giorni"],
                "contact_hours": data["orari"],
                "tools": data["strumenti"],
                "training": data["formazione"],
                "safety": data["sicurezza"],
                "pilot": {
                    "starts_on": data["inizio"].isoformat(),
                    "months": data["mesi"],
                    "workers": data["lavoratori"],
                },
                "indicators": data["indicatori"],
            }
        }
