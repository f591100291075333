"""What the queue is asked to show: read from its address, applied to the rows, shown as links that remove it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.domain import agenda
from applications.domain.decision_term import late
from applications.domain.in_use import officers_known, provinces_in_use
from applications.models import Application, Call
from applications.phrases import OFFICE_STATES, SHORT_PATHS
from applications.rules.states import UNDECIDED, ApplicationState
from portal.models import User
from portal.services.visible import within
from vouchers.admin.order import BY_DAYS, BY_PROTOCOL, Order
from vouchers.domain.search import matching
from vouchers.phrases import AWARD_STATES

Words = str | Promise
OPEN, ALL = "aperte", "tutte"
TO_DECIDE = agenda.TO_DECIDE
MINE, NOBODY = "mie", "nessuno"
LATE = "scaduto"
DAYS_LEFT = "giorni"
DAYS = ("7", "15", "30")
"""The days left that may be asked for."""
NEWS: dict[str, tuple[Words, Callable[[datetime], Q]]] = {
    "tornate": (gettext_lazy("Tornate dall'impresa"), lambda now: agenda.come_back()),
    "preavvisi": (gettext_lazy("Preavvisi in scadenza"), agenda.notice_ending),
}
"""What happened to an application that somebody should look at."""
LONGEST_SEARCH = 100

STATES = {slugify(str(OFFICE_STATES[state].label)): state for state in OFFICE_STATES if state != ApplicationState.DRAFT}
AWARDS = {slugify(str(phrase.label)): (state, phrase.label) for state, phrase in AWARD_STATES.items()}
PATH_SLUGS = {code.lower(): code for code in SHORT_PATHS}


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a filter may take, as a list to choose from shows it."""

    value: str
    label: Words
    chosen: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter with its choices; the first one means that it is not used."""

    name: str
    label: Words
    choices: list[Choice]

    @property
    def chosen(self) -> Choice | None:
        """The value in use; None for the first."""
        return next((choice for choice in self.choices[1:] if choice.chosen), None)


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters and the search in an address, with what could not be understood."""

    filters: tuple[Filter, ...]
    text: str
    problems: tuple[str, ...]
    values: Mapping[str, str]

    def query(self, **changes: str) -> str:
        """The same view as the end of an address, with some values changed; an empty one takes the filter off."""
        values = {**self.values, **changes}
        pairs = [(name, value) for name, value in values.items() if value]
        return f"?{urlencode(pairs)}" if pairs else "?"

    @property
    def order(self) -> Order:
        """By days left when it is asked for; what is decided has none, and stays in protocol order."""
        return BY_DAYS if self.values.get("ordine") == DAYS_LEFT and self.is_open else BY_PROTOCOL

    @property
    def is_open(self) -> bool:
        """Whether only applications still to be decided are asked for."""
        state = self.values.get("stato") or OPEN
        return state in (OPEN, TO_DECIDE) or STATES.get(state) in UNDECIDED

    @property
    def removable(self) -> list[tuple[Words, Words, str]]:
        """Name, value and address without it, for each filter in use and for the search."""
        used = [(item.label, item.chosen.label, self.query(**{item.name: ""})) for item in self.filters if item.chosen]
        return [*used, (gettext_lazy("Ricerca"), self.text, self.query(q=""))] if self.text else used


Where = Callable[[str, User, datetime], Q]


def _state(value: str, user: User, now: datetime) -> Q:
    if value == ALL:
        return Q()
    if value == TO_DECIDE:
        return agenda.to_decide()
    return Q(status__in=list(UNDECIDED)) if value == OPEN else Q(status=STATES[value])


def _officer(value: str, user: User, now: datetime) -> Q:
    if value == NOBODY:
        return Q(officer=None)
    return Q(officer=user.pk if value == MINE else int(value))


WHERE: dict[str, Where] = {
    "stato": _state,
    "termine": lambda value, user, now: late(now) if value == LATE else agenda.due_within(now, int(value)),
    "novita": lambda value, user, now: NEWS[value][1](now),
    "provincia": lambda value, user, now: Q(province=value),
    "percorso": lambda value, user, now: Q(path=PATH_SLUGS[value]),
    "istruttore": _officer,
    "voucher": lambda value, user, now: Q(award__status=AWARDS[value][0]),
    "avviso": lambda value, user, now: Q(call__slug=value),
}


def read(query: Mapping[str, str]) -> Asked:
    """The filters in an address, with the choices that exist (three queries).

    A value that is not among the choices is set aside, and named in `problems`.
    """
    calls = list(Call.objects.order_by("-pk").values_list("slug", "title"))
    make = partial(_filter, query)
    states = [(slug, OFFICE_STATES[state].label) for slug, state in STATES.items()]
    people = [(str(pk), name) for pk, name in officers_known()]
    within_days = [(days, _("Entro %(days)s giorni") % {"days": days}) for days in DAYS]
    filters = [
        make("stato", _("Stato"), [("", _("Aperte")), (ALL, _("Tutte")), (TO_DECIDE, _("Da decidere")), *states]),
        make("termine", _("Termine"), [("", _("Qualsiasi")), (LATE, _("Oltre il termine")), *within_days]),
        make("novita", _("Novità"), [("", _("Tutte")), *[(slug, label) for slug, (label, _where) in NEWS.items()]]),
        make("istruttore", _("Istruttore"), [("", _("Tutti")), (MINE, _("Io")), (NOBODY, _("Nessuno")), *people]),
        make("provincia", _("Provincia"), [("", _("Tutte")), *[(code, code) for code in provinces_in_use()]]),
        make(
            "percorso",
            _("Percorso"),
            [("", _("Tutti")), *[(slug, SHORT_PATHS[code]) for slug, code in PATH_SLUGS.items()]],
        ),
        make("voucher", _("Voucher"), [("", _("Tutti")), *[(slug, label) for slug, (_state, label) in AWARDS.items()]]),
    ]
    filters.append(make("ordine", _("Ordine"), [("", _("Protocollo")), (DAYS_LEFT, _("Giorni rimasti"))]))
    if len(calls) > 1:
        filters.append(make("avviso", _("Avviso"), [("", _("Tutti")), *calls]))
    text = _text(query)
    values = {item.name: item.chosen.value for item in filters if item.chosen} | {"q": text}
    problems = tuple(
        _("Il valore «%(value)s» del filtro «%(name)s» non esiste: il filtro non è applicato.")
        % {"value": query[item.name][:40], "name": item.label}
        for item in filters
        if query.get(item.name) and item.chosen is None and query[item.name] != item.choices[0].value
    )
    asked = Asked(tuple(filters), text, problems, values)
    if values.get("ordine") and not asked.is_open:
        said = _("Le domande decise non hanno giorni rimasti: tutte restano in ordine di protocollo.")
        return replace(asked, problems=(*problems, said))
    return asked


POSSIBLE: dict[str, Callable[[str], object]] = {
    "stato": lambda value: value in (ALL, TO_DECIDE) or value in STATES,
    "termine": lambda value: value == LATE or value in DAYS,
    "novita": lambda value: value in NEWS,
    "istruttore": lambda value: value in (MINE, NOBODY) or re.fullmatch(r"[0-9]{1,9}", value),
    "provincia": re.compile(r"[A-Z]{2}").fullmatch,
    "percorso": lambda value: value in PATH_SLUGS,
    "voucher": lambda value: value in AWARDS,
    "ordine": lambda value: value == DAYS_LEFT,
    "avviso": re.compile(r"[-\w]{1,50}").fullmatch,
}


def kept(query: Mapping[str, str]) -> Asked:
    """The values of an address without the lists of choices (no query): for a view that was saved.

    A value that could never be one is left out.
    """
    values = {name: query[name] for name, possible in POSSIBLE.items() if name in query and possible(query[name])}
    return Asked((), _text(query), (), values | {"q": _text(query)})


def asked_only(query: Mapping[str, str], *, around: ApplicationState) -> Asked:
    """The same for a dossier, which keeps its queue's view; without one, a decided dossier stands among all."""
    asked = kept(query)
    if not any(asked.values.values()) and around not in UNDECIDED:
        return Asked((), "", (), {"stato": ALL, "q": ""})
    return asked


def _text(query: Mapping[str, str]) -> str:
    return query.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]


def _filter(query: Mapping[str, str], name: str, label: str, choices: list[tuple[str, Any]]) -> Filter:
    wanted = query.get(name, "")
    return Filter(name, label, [Choice(value, words, value == wanted) for value, words in choices])


def rows(asked: Asked, user: User, now: datetime) -> QuerySet[Application]:
    """The submitted applications of one's calls that the address asks for, in no order yet; by itself, the open."""
    found = Application.objects.filter(within(user, now)).exclude(status=ApplicationState.DRAFT)
    for name, where in WHERE.items():
        value = asked.values.get(name, OPEN if name == "stato" else "")
        if value:
            found = found.filter(where(value, user, now))
    return found.filter(matching(asked.text)) if asked.text else found
