"""Where every euro is: buckets by action, what was freed and used again, the waiting list."""

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _

from portal.kernel.money import ZERO, euro
from reporting import phrases
from reporting.reports import charts
from reporting.reports.blocks import Callout, Column, Section, Table, count, money
from reporting.rules.figures import Figures
from vouchers.rules.ledger import Kind

FREED = (Kind.RELEASE_RESERVED, Kind.RELEASE_COMMITTED, Kind.SAVE, Kind.RECTIFY)
TAKEN_BACK = (Kind.RESERVE_AGAIN, Kind.COMMIT_AGAIN)
"""Second thoughts."""


def resources(figures: Figures) -> Section:
    """The money of the call, its moves, and who waits for it."""
    return Section(
        "risorse", _("Le risorse"), (buckets(figures), _moves(figures), _waiting(figures), _control(figures))
    )


def buckets(figures: Figures) -> Table:
    """What was appropriated, by action and by where it is now."""
    actions = figures.actions
    balances = figures.balances
    chart = charts.stacks(
        "risorse",
        _("Le risorse per azione"),
        _("Barre divise in parti: lo stanziato di ogni azione secondo dove si trova il denaro."),
        [
            charts.Stack(
                _("Azione %(code)s") % {"code": action},
                euro(balances[action].appropriated),
                {name: getattr(balances[action], name) for name in phrases.BUCKETS},
            )
            for action in actions
        ],
        {name: phrases.words(phrases.BUCKETS, name) for name in phrases.BUCKETS},
    )
    rows = []
    for name in phrases.BUCKETS:
        amounts = [getattr(balances[action], name) for action in actions]
        rows.append((phrases.words(phrases.BUCKETS, name), *map(money, amounts), money(sum(amounts, ZERO))))
    sums = [balances[action].appropriated for action in actions]
    return Table(
        _("Dove si trova il denaro (euro)"),
        (
            Column(_("Stato delle risorse")),
            *(Column(_("Azione %(code)s") % {"code": action}, numeric=True) for action in actions),
            Column(_("Totale"), numeric=True),
        ),
        tuple(rows),
        total=(_("Stanziato"), *map(money, sums), money(sum(sums, ZERO))),
        note=_("Ogni euro stanziato si trova in una sola voce."),
        chart=chart,
    )


def _moves(figures: Figures) -> Table:
    rows = []
    for kind in Kind:
        amounts = [figures.movements.get(action, {}).get(kind, ZERO) for action in figures.actions]
        if any(amounts):
            rows.append((phrases.words(phrases.MOVES, kind), *map(money, amounts), money(sum(amounts, ZERO))))
    freed = _sum(figures, FREED) - _sum(figures, TAKEN_BACK)
    return Table(
        _("Movimenti contabili (euro)"),
        (
            Column(_("Movimento")),
            *(Column(_("Azione %(code)s") % {"code": action}, numeric=True) for action in figures.actions),
            Column(_("Totale"), numeric=True),
        ),
        tuple(rows),
        note=_("Denaro tornato libero per rinunce, decadenze, economie e rettifiche: %(amount)s.")
        % {"amount": euro(freed)},
        empty=_("Nessun movimento."),
    )


def _sum(figures: Figures, kinds: Iterable[Kind]) -> Decimal:
    moved = figures.movements
    return sum((moved.get(action, {}).get(kind, ZERO) for action in figures.actions for kind in kinds), ZERO)


def _waiting(figures: Figures) -> Table:
    return Table(
        _("Lista d'attesa"),
        (
            Column(_("Domande ammesse e non finanziate")),
            *(Column(_("Azione %(code)s (€)") % {"code": action}, numeric=True) for action in figures.actions),
            Column(_("Totale (€)"), numeric=True),
        ),
        (
            (
                count(figures.waiting.count),
                *(money(figures.waiting_by_action[action]) for action in figures.actions),
                money(figures.waiting.amount),
            ),
        ),
    )


def _control(figures: Figures) -> Callout:
    if figures.off_balance:
        return Callout(
            _("Controllo non superato"),
            _("Gli importi dei voucher e i movimenti contabili non coincidono: si veda la prima pagina."),
            warning=True,
        )
    return Callout(
        _("Controllo superato"),
        _("Gli importi dei voucher in essere coincidono al centesimo con il denaro che la contabilità tiene per loro."),
    )
