"""What the call is for, and how many came: summary, purpose and money acts, the path of the applications."""

from django.utils.translation import gettext as _

from portal.kernel.deadlines import rome_day
from portal.kernel.money import ZERO, euro
from reporting import phrases
from reporting.reports import charts
from reporting.reports.blocks import (
    Block,
    Callout,
    Column,
    KeyFigure,
    KeyFigures,
    Prose,
    Section,
    Table,
    count,
    days,
    money,
    percent,
    whole,
)
from reporting.reports.texts import CallTexts
from reporting.rules.figures import COVID, ORDINARY, Figures
from reporting.rules.indicators import share
from reporting.rules.periods import day_in_words


def summary(figures: Figures) -> Section:
    """The figures that everybody asks first."""
    funnel = figures.funnel
    items = (
        KeyFigure(count(funnel.submitted), _("domande presentate")),
        KeyFigure(count(funnel.granted), _("domande ammesse al contributo")),
        KeyFigure(
            count(figures.ended),
            _("voucher rinunciati o decaduti"),
            _("%(share)s delle ammesse") % {"share": percent(share(figures.ended, funnel.granted))},
        ),
        KeyFigure(
            count(figures.live.count),
            _("imprese beneficiarie"),
            _("%(covid)s con dichiarazione COVID-19, %(ordinary)s secondo l'Avviso originario")
            % {
                "covid": count(figures.by_path[COVID].count),
                "ordinary": count(figures.by_path[ORDINARY].count),
            },
        ),
        KeyFigure(euro(figures.live.amount), _("importo ammesso delle imprese beneficiarie")),
        KeyFigure(
            days(figures.pace.median),
            _("giorni dalla domanda alla decisione (mediana)"),
            _("%(share)s entro il termine") % {"share": percent(figures.pace.share)},
        ),
    )
    blocks: list[Block] = [KeyFigures(items)]
    if gaps := figures.off_balance:
        where = "; ".join(
            _("Azione %(action)s: %(gap)s") % {"action": action, "gap": euro(gap)} for action, gap in gaps.items()
        )
        blocks.append(
            Callout(
                _("Le due fonti non coincidono"),
                _("Importi dei voucher meno movimenti contabili: %(where)s.") % {"where": where},
                warning=True,
            )
        )
    return Section("sintesi", _("Le cifre principali"), tuple(blocks))


def the_call(figures: Figures, texts: CallTexts) -> Section:
    """Purpose, financed actions, money acts, COVID extension (in the call's own words)."""
    interventions = [*([texts.recognition] if texts.recognition else [])]
    points = texts.interventions or tuple(
        _("Azione %(code)s: %(title)s") % {"code": code, "title": title} for code, title in texts.actions.items()
    )
    blocks: list[Block] = []
    if texts.purpose:
        blocks.append(Prose((texts.purpose,), title=_("Finalità")))
    if points:
        blocks.append(Prose(tuple(interventions), points, title=_("Interventi finanziati")))
    if texts.endowment:
        blocks.append(Prose((texts.endowment,), title=_("Dotazione finanziaria")))
    blocks.append(_money_acts(figures))
    if texts.covid_extension:
        blocks.append(Prose((texts.covid_extension,), title=_("Emergenza COVID-19")))
    return Section("avviso", _("L'Avviso"), tuple(blocks))


def _money_acts(figures: Figures) -> Table:
    rows, so_far = [], ZERO
    for act in figures.money_acts:
        so_far += act.total
        lines = [money(act.split.get(action, ZERO)) for action in figures.actions]
        rows.append((act.act, whole(day_in_words(rome_day(act.effective_at))), *lines, money(act.total), money(so_far)))
    sums = [money(sum((act.split.get(action, ZERO) for act in figures.money_acts), ZERO)) for action in figures.actions]
    return Table(
        _("Atti di dotazione (euro)"),
        (
            Column(_("Atto")),
            Column(_("Data")),
            *(Column(_("Azione %(code)s") % {"code": action}, numeric=True) for action in figures.actions),
            Column(_("Totale"), numeric=True),
            Column(_("Fino a"), numeric=True),
        ),
        tuple(rows),
        total=(_("Totale"), "", *sums, money(so_far), "") if rows else (),
        empty=_("Nessun atto di dotazione era ancora efficace."),
    )


def applications(figures: Figures, texts: CallTexts) -> Section:
    """Where every submitted application stands, and why some were not admitted."""
    funnel = figures.funnel
    places = [(name, getattr(funnel, name)) for name in phrases.FUNNEL]
    chart = charts.bars(
        "percorso",
        _("Il percorso delle domande"),
        _("Barre: domande presentate, ammesse al contributo, beneficiarie."),
        [
            charts.Bar(_("Presentate"), funnel.submitted, count(funnel.submitted)),
            charts.Bar(_("Ammesse al contributo (concesse)"), funnel.granted, count(funnel.granted)),
            charts.Bar(_("Rinunciate o decadute"), figures.ended, count(figures.ended)),
            charts.Bar(_("Beneficiarie"), funnel.live, count(funnel.live)),
        ],
    )
    rows = tuple(
        (phrases.words(phrases.FUNNEL, name), count(number), percent(share(number, funnel.submitted)))
        for name, number in places
    )
    blocks: list[Block] = [
        Table(
            _("Dove si trovano le domande presentate"),
            (Column(_("Situazione")), Column(_("Domande"), numeric=True), Column(_("Quota"), numeric=True)),
            rows,
            total=(_("Presentate"), count(funnel.submitted), percent(share(funnel.submitted, funnel.submitted))),
            note=texts.beneficiaries_note,
            chart=chart,
        ),
        Table(
            _("Motivi di non ammissione"),
            (Column(_("Motivo")), Column(_("Domande"), numeric=True)),
            tuple(
                (phrases.words(dict(texts.reasons), code), count(number)) for code, number in figures.rejections.items()
            ),
            note=_("Una domanda può avere più motivi."),
            empty=_("Nessuna domanda era stata respinta."),
        ),
    ]
    return Section("domande", _("Monitoraggio delle domande"), tuple(blocks))
