"""Page 3: the smart-working plan: which activities, how, and the pilot."""

from datetime import date
from typing import Any

from django import forms
from django.forms.fields import Field
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.forms import fields
from applications.forms.step import Situation, StepForm
from applications.rules.plan import pilot_problems
from portal.kernel.deadlines import rome_day

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
    whys = {
        "nome": gettext_lazy(
            "Il piano dice quali attività si fanno a distanza: anche gli strumenti si legano a queste."
        ),
        "criteri": gettext_lazy("Mostra che l'attività è stata valutata: è quello che l'ufficio verifica."),
        "giorni": gettext_lazy("Dice quanto lavoro si sposta: torna nell'accordo aziendale e nella relazione finale."),
        "orari": gettext_lazy("L'accordo deve dire quando le persone si possono cercare, e quando no."),
        "strumenti": gettext_lazy(
            "Il lavoro a distanza deve essere possibile e i dati protetti (L. 81/2017, art. 19)."
        ),
        "formazione": gettext_lazy("È una delle tre parti obbligatorie: senza, non si riconosce alcuna spesa."),
        "sicurezza": gettext_lazy(
            "L'informativa e la disconnessione sono obblighi di legge (L. 81/2017, artt. 19 e 22)."
        ),
        "inizio": gettext_lazy("La sperimentazione deve stare nei termini dell'avviso."),
        "mesi": gettext_lazy("L'avviso fissa una durata minima della sperimentazione."),
        "lavoratori": gettext_lazy("L'avviso fissa quanti lavoratori partecipano, secondo i dipendenti in Lombardia."),
        "indicatori": gettext_lazy("La relazione finale li riprende, per dire se il piano ha funzionato."),
    }

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
                _("Strumenti e regole sui dati"),
                _("Per esempio portatile aziendale, rete privata, dati solo sul server dell'impresa."),
                _("Descrivi gli strumenti e le regole sui dati."),
            ),
            "formazione": fields.prose(
                _("Formazione"),
                _("Argomenti e ore. Per esempio 8 ore ai responsabili sugli obiettivi, 4 a tutti sugli strumenti."),
                _("Descrivi la formazione prevista."),
            ),
            "sicurezza": fields.prose(
                _("Salute e sicurezza"),
                _("Per esempio informativa consegnata, sedia e schermo adatti, niente messaggi dopo le 18:30."),
                _("Descrivi le misure per la salute e la sicurezza."),
            ),
            "inizio": fields.day(
                _("Inizio previsto del progetto pilota"), _("Per esempio 7/1/2027. Si può cambiare con l'avvio."),
                _("Scrivi quando comincia il progetto pilota, per esempio 7/1/2027."),
            ),
            "mesi": fields.count(
                _("Durata del progetto pilota in mesi"),
                _("Almeno %(n)d mesi, per esempio %(n)d.") % {"n": shortest.value},
                _("Scrivi quanti mesi dura il progetto pilota."),
            ),
            "lavoratori": fields.count(
                _("Lavoratori nel progetto pilota"),
                _("Almeno %(n)d, per esempio %(more)d.") % {"n": least, "more": least + 1},
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
                help_text=_("Scegli quelli veri, per esempio il primo: almeno uno."),
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
        if (starts_on := data.get("inizio")) and starts_on < (first := self.first_day()):
            said = _("Il progetto pilota non può cominciare prima del %(day)s: controlla l'anno.")
            self.add_error("inizio", said % {"day": fields.written(first)})
        for name, sentence in wrong.items():
            self.add_error({"months": "mesi", "workers": "lavoratori"}[name], sentence)
        return data

    def first_day(self) -> date:
        """Before it no cost can be eligible: the path's own day, else the first opening of the desk."""
        terms, code = self.situation.terms, self.situation.answers.get("path")
        path = next((row for row in terms.paths if row.code == code), None)
        return (path and path.costs_from) or min(rome_day(window.opens) for window in terms.windows)

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
