"""Whether the firms that were not ready are those that left: the questionnaire against renunciations."""

from django.utils.translation import gettext as _

from reporting import phrases
from reporting.reports import charts
from reporting.reports.blocks import Column, Section, Table, count, percent
from reporting.rules.figures import Figures
from reporting.rules.indicators import share
from reporting.rules.readiness import UNASKED


def readiness(figures: Figures) -> Section:
    """By the outcome of the questionnaire: submitted, granted, left, and how many of the granted left."""
    rows = [(phrases.words(phrases.READINESS, code), row) for code, row in figures.readiness.items()]
    answered = any(row.submitted for code, row in figures.readiness.items() if code != UNASKED)
    bars = [
        charts.Bar(name, row.ended, _("%(n)s su %(all)s") % {"n": count(row.ended), "all": count(row.granted)})
        for name, row in rows
    ]
    table = Table(
        _("Prontezza dichiarata e uscite"),
        (
            Column(_("Esito del questionario")),
            Column(_("Presentate"), numeric=True),
            Column(_("Concesse"), numeric=True),
            Column(_("Rinunciate"), numeric=True),
            Column(_("Decadute"), numeric=True),
            Column(_("Uscite sulle concesse"), numeric=True),
        ),
        tuple(
            (
                name,
                count(row.submitted),
                count(row.granted),
                count(row.renounced),
                count(row.forfeited),
                percent(share(row.ended, row.granted)),
            )
            for name, row in rows
            if answered
        ),
        total=(
            _("Totale"),
            count(figures.funnel.submitted),
            count(figures.funnel.granted),
            count(figures.funnel.renounced),
            count(figures.funnel.forfeited),
            percent(share(figures.ended, figures.funnel.granted)),
        )
        if answered
        else (),
        note=_(
            "Il questionario è facoltativo e non decide nulla: conta l'esito che accompagnava la domanda presentata."
        ),
        empty=_("Nessuna domanda presentata era accompagnata dal questionario."),
        chart=charts.bars(
            "prontezza",
            _("Uscite per prontezza dichiarata"),
            _("Barre: voucher rinunciati o decaduti, per esito del questionario di prontezza."),
            bars,
        )
        if answered
        else None,
    )
    return Section("prontezza", _("Prontezza e rinunce"), (table,))
