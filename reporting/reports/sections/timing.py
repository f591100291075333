"""How long it took, month by month, and the decrees."""

from django.utils.translation import gettext as _

from portal.kernel.deadlines import rome_day
from reporting import phrases
from reporting.reports import charts
from reporting.reports.blocks import Block, Column, Section, Table, count, days, money, percent, whole
from reporting.rules.figures import Figures
from reporting.rules.periods import MONTHS, day_in_words, month_in_words


def times(figures: Figures) -> Section:
    """Days to the decision, and the months of the call."""
    pace = figures.pace
    rows = [
        (_("Domande decise"), count(pace.decided)),
        (_("Giorni dalla presentazione alla decisione (mediana)"), days(pace.median)),
    ]
    if pace.term is not None:
        term = {"days": pace.term}
        rows += [
            (_("Decise entro il termine di %(days)s giorni") % term, count(pace.within or 0)),
            (_("Quota entro il termine"), percent(pace.share)),
        ]
    blocks: tuple[Block, ...] = (
        Table(
            _("Tempi della decisione"),
            (Column(_("Indicatore")), Column(_("Valore"), numeric=True)),
            tuple(rows),
            note=_("Non si contano i giorni in cui il termine è sospeso per integrazioni o preavviso di rigetto."),
        ),
        _months(figures),
    )
    return Section("tempi", _("I tempi"), blocks)


def _months(figures: Figures) -> Table:
    chart = charts.columns(
        "mesi",
        _("Domande presentate e voucher concessi per mese"),
        _("Colonne: per ogni mese le domande presentate, i voucher concessi, quelli rinunciati o decaduti."),
        [
            charts.Group(
                f"{MONTHS[int(month.month[5:]) - 1][:3]} {month.month[2:4]}",
                (month.submitted, month.granted.count, month.ended.count),
            )
            for month in figures.months
        ],
        (_("Presentate"), _("Concesse"), _("Rinunce e decadenze")),
    )
    return Table(
        _("Mese per mese"),
        (
            Column(_("Mese")),
            Column(_("Presentate"), numeric=True),
            Column(_("Concesse"), numeric=True),
            Column(_("Importo concesso (€)"), numeric=True),
            Column(_("Rinunce e decadenze"), numeric=True),
            Column(_("Importo liberato (€)"), numeric=True),
        ),
        tuple(
            (
                month_in_words(month.month),
                count(month.submitted),
                count(month.granted.count),
                money(month.granted.amount),
                count(month.ended.count),
                money(month.ended.amount),
            )
            for month in figures.months
        ),
        empty=_("Nessuna domanda era stata presentata."),
        chart=chart if figures.months else None,
    )


def decrees(figures: Figures) -> Section:
    """The acts signed by the instant of the report."""
    table = Table(
        _("Decreti firmati"),
        (
            Column(_("Decreto")),
            Column(_("Data")),
            Column(_("Oggetto")),
            Column(_("Domande"), numeric=True),
            Column(_("Importo (€)"), numeric=True),
        ),
        tuple(
            (
                _("n. %(protocol)s") % {"protocol": decree.protocol},
                whole(day_in_words(rome_day(decree.signed_at))),
                _("%(kind)s, %(ordinal)s° provvedimento")
                % {"kind": phrases.words(phrases.DECREES, decree.kind), "ordinal": decree.ordinal},
                count(decree.rows),
                money(decree.moved),
            )
            for decree in figures.decrees
        ),
        empty=_("Nessun decreto era stato firmato."),
    )
    return Section("decreti", _("I provvedimenti"), (table,))
