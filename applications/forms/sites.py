"""Page 1: how many work in the firm, where in Lombardy, and by which path it applies."""

import re
from typing import Any

from django import forms
from django.forms.fields import Field
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.forms import fields
from applications.forms.step import Situation, StepForm, Typed

PROVINCES = ("BG", "BS", "CO", "CR", "LC", "LO", "MB", "MI", "MN", "PV", "SO", "VA")


class SitesForm(StepForm):
    """Employees in total and in Lombardy, the sites, the path."""

    keys = ("total_employees", "headcount", "path", "sites", "site_in_lombardy", "site_to_open")
    row = "sede"
    whys = {
        "totale": gettext_lazy(
            "Dice se l'impresa è micro, piccola, media o grande: lo chiede il monitoraggio europeo."
        ),
        "lombardia": gettext_lazy("Da questo numero dipende la fascia, e quindi l'importo del voucher."),
        "percorso": gettext_lazy("Ogni percorso ha i suoi requisiti e i suoi documenti."),
        "comune": gettext_lazy("L'avviso finanzia le sedi in Lombardia: l'ufficio le confronta con la visura."),
        "provincia": gettext_lazy("I risultati dell'avviso si pubblicano per provincia."),
        "dipendenti": gettext_lazy("La somma delle sedi prova il numero da cui dipende l'importo."),
        "da_aprire": gettext_lazy("Senza una sede in Lombardia serve l'impegno ad aprirla, con il suo documento."),
    }

    def __init__(self, situation: Situation, typed: Any = None, **shown: Any) -> None:
        super().__init__(situation, typed, **shown)
        rows = {name: self.fields.pop(name) for name in list(self.fields)}
        self.fields["totale"] = fields.count(
            _("Dipendenti in totale"),
            _("Tutte le persone con contratto di lavoro, in ogni sede. Per esempio 12."),
            _("Scrivi quanti sono i dipendenti in totale, per esempio 12."),
        )
        self.fields["lombardia"] = fields.count(
            _("Dipendenti nelle sedi lombarde"),
            _("Quelli che lavorano in Lombardia, tra i precedenti. Per esempio 12."),
            _("Scrivi quanti sono i dipendenti nelle sedi lombarde, per esempio 12."),
        )
        if len(situation.terms.paths) > 1:
            self.fields["percorso"] = fields.radio(
                _("Con quale percorso partecipi"),
                [(path.code, f"{path.title}. {path.text}") for path in situation.terms.paths],
                _("Scegli il percorso."),
                _("Se non sai quale scegliere, è quello ordinario."),
            )
        self.fields |= rows
        places = [value for name, value in self.initial.items() if re.fullmatch(r"sede_\d+_comune", name)]
        if any(place not in ("", [""]) for place in places):
            return  # who has a site is not asked whether they will open one
        self.fields["da_aprire"] = forms.MultipleChoiceField(
            label=_("Se non hai ancora una sede in Lombardia"),
            help_text=_("Lascia vuoto se la sede è già scritta qui sopra."),
            required=False,
            choices=[("si", _("Mi impegno ad aprirne una entro l'accettazione del voucher"))],
            widget=forms.CheckboxSelectMultiple,
        )

    @classmethod
    def carried(cls, situation: Situation) -> dict[str, Any]:
        """The numbers, the sites and the path given before."""
        known = situation.answers
        names = {"comune": "municipality", "provincia": "province", "dipendenti": "headcount"}
        rows = {
            f"sede_{number}_{name}": site[key]
            for number, site in enumerate(known.get("sites") or ())
            for name, key in names.items()
        }
        return rows | {
            "totale": known.get("total_employees", ""),
            "lombardia": known.get("headcount", ""),
            "percorso": known.get("path", situation.terms.paths[0].code),
        }

    def first_rows(self, typed: Typed) -> int:
        """One row, or as many as the sites known."""
        return 1 if typed else max(1, len(self.situation.answers.get("sites") or ()))

    def row_fields(self, number: int) -> dict[str, Field]:
        """A site: municipality, province, employees."""
        nth = number + 1
        return {
            "comune": fields.text(
                _("Sede %(n)d: comune") % {"n": nth}, _("Per esempio Cremona."), "", longest=100, required=False
            ),
            "provincia": forms.ChoiceField(
                label=_("Sede %(n)d: provincia") % {"n": nth},
                required=False,
                choices=[("", _("Scegli")), *((code, code) for code in PROVINCES)],
                error_messages={"invalid_choice": _("Scegli una provincia lombarda.")},
                help_text=_("Quella della sede, per esempio CR."),
            ),
            "dipendenti": fields.count(
                _("Sede %(n)d: dipendenti") % {"n": nth},
                _("Quanti lavorano in questa sede, per esempio 12. La somma delle sedi è il numero qui sopra."),
                "",
                required=False,
            ),
        }

    def clean(self) -> dict[str, Any]:
        """The sites are whole and their sum is what was declared."""
        data = self.cleaned_data
        rows = self.filled_rows()
        for number, row in rows:
            nth = {"n": number + 1}
            self.need(
                number,
                row,
                comune=_("Sede %(n)d: scrivi il comune.") % nth,
                provincia=_("Sede %(n)d: scegli la provincia.") % nth,
                dipendenti=_("Sede %(n)d: scrivi quanti dipendenti ha.") % nth,
            )
        here, total = data.get("lombardia"), data.get("totale")
        if not rows and not data.get("da_aprire"):
            self.add_error("sede_0_comune", _("Indica almeno una sede in Lombardia, oppure l'impegno ad aprirla."))
        if here is not None and total is not None and here > total:
            self.add_error("lombardia", _("I dipendenti nelle sedi lombarde non possono superare quelli in totale."))
        counts = [row["dipendenti"] for _number, row in rows]
        if rows and here is not None and None not in counts and sum(counts) != here:
            self.add_error(
                "lombardia",
                _("Le sedi sommano %(sum)d dipendenti, ma ne hai dichiarati %(here)d in Lombardia: correggi.")
                % {"sum": sum(counts), "here": here},
            )
        return data

    def answers(self) -> dict[str, Any]:
        """The facts the rules read, and the sites."""
        data = self.cleaned_data
        rows = [row for _number, row in self.filled_rows()]
        return {
            "total_employees": data["totale"],
            "headcount": data["lombardia"],
            "path": data.get("percorso") or self.situation.terms.paths[0].code,
            "site_in_lombardy": bool(rows),
            "site_to_open": bool(data.get("da_aprire")),
            "sites": [
                {"municipality": row["comune"], "province": row["provincia"], "headcount": row["dipendenti"]}
                for row in rows
            ],
        }
