"""Who the live beneficiaries are: size class, path, province, sector; and who left, and why."""

from django.utils.translation import gettext as _

from portal.kernel.money import ZERO, euro
from reporting import phrases
from reporting.reports import charts
from reporting.reports.blocks import Block, Column, KeyFigure, KeyFigures, Section, Table, count, money, percent
from reporting.reports.texts import CallTexts
from reporting.rules import sectors, territory
from reporting.rules.figures import Figures
from reporting.rules.indicators import Tally, share


def sizes(figures: Figures) -> Section:
    """By EU size class and by path; the ESF indicator of small and medium firms."""
    live = figures.live
    chart = charts.bars(
        "dimensione",
        _("Imprese beneficiarie per classe dimensionale"),
        _("Barre: numero di imprese beneficiarie per classe dimensionale dell'Unione europea."),
        [
            charts.Bar(phrases.words(phrases.SIZES, size), found.count, count(found.count))
            for size, found in figures.by_size.items()
        ],
    )
    blocks: tuple[Block, ...] = (
        Table(
            _("Dimensione delle imprese beneficiarie"),
            (
                Column(_("Dimensione (per numero di dipendenti)")),
                Column(_("Imprese"), numeric=True),
                Column(_("Importo ammesso (€)"), numeric=True),
            ),
            tuple(
                (phrases.words(phrases.SIZES, size), count(found.count), money(found.amount))
                for size, found in figures.by_size.items()
            ),
            total=(_("Totale"), count(live.count), money(live.amount)),
            chart=chart,
        ),
        Table(
            _("Imprese con dichiarazione COVID-19"),
            (
                Column(_("Disposizioni seguite")),
                Column(_("Imprese"), numeric=True),
                Column(_("Quota"), numeric=True),
                Column(_("Importo ammesso (€)"), numeric=True),
            ),
            tuple(
                (
                    phrases.words(phrases.PATHS, path),
                    count(found.count),
                    percent(share(found.count, live.count)),
                    money(found.amount),
                )
                for path, found in figures.by_path.items()
            ),
            total=(_("Totale"), count(live.count), percent(share(live.count, live.count)), money(live.amount)),
        ),
        KeyFigures(
            (KeyFigure(count(figures.co23), _("micro, piccole e medie imprese sostenute (indicatore FSE CO23)")),)
        ),
    )
    return Section("beneficiarie", _("Le imprese beneficiarie"), blocks)


def provinces(figures: Figures) -> Section:
    """A tile for each province, and the table."""
    chart = charts.tiles(
        "mappa",
        _("Imprese beneficiarie per provincia"),
        _("Carta schematica delle dodici province lombarde: più scuro dove le imprese sono di più."),
        [
            charts.Tile(place.column, place.row, place.code, number, count(number))
            for place in territory.PROVINCES
            for number in (figures.by_province[place.code].count,)
        ],
    )
    table = Table(
        _("Distribuzione territoriale delle imprese beneficiarie"),
        (
            Column(_("Provincia")),
            Column(_("Imprese"), numeric=True),
            Column(_("Quota"), numeric=True),
            Column(_("Importo ammesso (€)"), numeric=True),
        ),
        tuple(
            (
                territory.NAMES.get(code, code),
                count(found.count),
                percent(share(found.count, figures.live.count)),
                money(found.amount),
            )
            for code, found in figures.by_province.items()
        ),
        total=(
            _("Totale"),
            count(figures.live.count),
            percent(share(figures.live.count, figures.live.count)),
            money(figures.live.amount),
        ),
        chart=chart,
    )
    return Section("territorio", _("La distribuzione territoriale"), (table,))


def activities(figures: Figures) -> Section:
    """The divisions with most beneficiaries; the others together, so that the column adds up."""
    first = figures.top_sectors
    rest = Tally(
        figures.live.count - sum(found.count for _code, found in first),
        figures.live.amount - sum((found.amount for _code, found in first), ZERO),
    )
    chart = charts.bars(
        "settori",
        _("Principali settori di attività"),
        _("Barre: numero di imprese beneficiarie nelle divisioni ATECO più presenti."),
        [charts.Bar(sectors.label(code), found.count, count(found.count)) for code, found in first],
    )
    others = len(figures.by_sector) - len(first)
    rows = [(code, sectors.label(code), count(found.count), money(found.amount)) for code, found in first]
    if others:
        rows.append(("–", _("Altre %(number)s divisioni") % {"number": others}, count(rest.count), money(rest.amount)))
    table = Table(
        _("Principali settori di attività dei beneficiari"),
        (
            Column(_("Divisione")),
            Column(_("Settore (ATECO 2007)")),
            Column(_("Imprese"), numeric=True),
            Column(_("Importo ammesso (€)"), numeric=True),
        ),
        tuple(rows),
        total=(_("Totale"), "", count(figures.live.count), money(figures.live.amount)) if rows else (),
        empty=_("Nessuna impresa beneficiaria."),
        chart=chart if rows else None,
    )
    return Section("settori", _("I settori di attività"), (table,))


def exits(figures: Figures, texts: CallTexts) -> Section:
    """Who gave the voucher back or lost it, why, and the money that became free."""
    named = [
        (
            phrases.words(phrases.EXIT_EVENTS, exit.event),
            phrases.words(dict(texts.reasons), exit.reason),
            exit.freed,
        )
        for exit in figures.exits
    ]
    freed = sum((found.amount for *_words, found in named), ZERO)
    chart = charts.bars(
        "uscite",
        _("Rinunce e decadenze per motivo"),
        _("Barre: numero di voucher rinunciati o decaduti per motivo."),
        [charts.Bar(reason, found.count, count(found.count)) for _kind, reason, found in named],
    )
    table = Table(
        _("Voucher rinunciati o decaduti dopo la concessione"),
        (
            Column(_("Motivo")),
            Column(_("Forma")),
            Column(_("Voucher"), numeric=True),
            Column(_("Denaro liberato (€)"), numeric=True),
        ),
        tuple((reason, kind, count(found.count), money(found.amount)) for kind, reason, found in named),
        total=(_("Totale"), "", count(figures.ended), money(freed)) if named else (),
        empty=_("Nessun voucher era stato rinunciato o era decaduto."),
        chart=chart if named else None,
    )
    reduced = KeyFigure(
        count(figures.reduced.count),
        _("imprese beneficiarie che hanno rinunciato a una sola azione"),
        _("%(amount)s liberati") % {"amount": euro(figures.reduced.amount)},
    )
    return Section("uscite", _("Rinunce e decadenze"), (table, KeyFigures((reduced,))))
