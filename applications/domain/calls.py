"""Which terms and which window of a call hold at an instant."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Prefetch

from applications.letters import moment
from applications.models import Application, Call, CallTerms, DeskWindow
from applications.rules.opening import Opening
from applications.rules.plan import PilotTerms
from applications.rules.terms import Terms


class UnknownCall(LookupError):
    """No call has this name."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"Nessun avviso si chiama «{slug}».")


class WindowClosed(ValueError):
    """Applications cannot be submitted at this instant; the text says when they can."""


VERSIONS = Prefetch("call__terms", CallTerms.objects.defer("payload"))
"""The versions of an application's call, without their content, read together with it."""


def call_named(slug: str) -> Call:
    """The call with this name. Raises UnknownCall."""
    call = Call.objects.filter(slug=slug).first()
    if call is None:
        raise UnknownCall(slug)
    return call


def terms_in_force(call: Call, instant: datetime) -> CallTerms:
    """The version of the terms that holds at the instant. Raises CallTerms.DoesNotExist before the first one.

    Its payload is read from the database only by who asks for it: the typed terms are kept by their hash.
    """
    known = CallTerms.objects.filter(call=call, valid_from__lte=instant).defer("payload")
    return in_force(known, instant)


def in_force(versions: Iterable[CallTerms], instant: datetime) -> CallTerms:
    """Of some versions of a call, the one that holds at the instant. Raises CallTerms.DoesNotExist."""
    begun = [terms for terms in versions if terms.valid_from <= instant]
    if not begun:
        raise CallTerms.DoesNotExist("L'avviso non ha termini in vigore a quella data.")
    return max(begun, key=lambda terms: terms.valid_from)


def typed_terms(terms: CallTerms) -> Terms:
    """The terms as typed values; they are frozen, so they are parsed once and kept by their hash."""
    known = _parsed.get(terms.sha256)
    if known is None:
        known = _parsed[terms.sha256] = replace(Terms.from_payload(terms.payload), sha256=terms.sha256)
    return known


_parsed: dict[str, Terms] = {}


def terms_at(application: Application, instant: datetime) -> Terms:
    """The terms of an application: those it was submitted under, or, for a draft, those in force at the instant."""
    return typed_terms(application.terms or terms_in_force(application.call, instant))


def pilot_terms(terms: CallTerms) -> PilotTerms:
    """What the terms ask of a pilot project, kept like the typed terms."""
    known = _pilots.get(terms.sha256)
    if known is None:
        known = _pilots[terms.sha256] = PilotTerms.from_payload(terms.payload)
    return known


_pilots: dict[str, PilotTerms] = {}


def terms_of(application: Application) -> Terms:
    """The terms an application is judged by: those in force when it was submitted.

    Raises ValueError for a draft, which is not judged yet.
    """
    if application.terms is None:
        raise ValueError("Una bozza non ha ancora i termini da applicare.")
    return typed_terms(application.terms)


def opening_of(window: DeskWindow, versions: Iterable[CallTerms] | None = None) -> Opening:
    """How a window opens: by the terms in force when it opens, so that nothing changes while it is open.

    Who has read the versions of the call already hands them over.
    """
    try:
        if versions is None:
            return typed_terms(terms_in_force(window.call, window.opens_at)).opening
        return typed_terms(in_force(versions, window.opens_at)).opening
    except CallTerms.DoesNotExist:
        return Opening()


def window_at(call: Call, instant: datetime) -> DeskWindow:
    """The window open at the instant (opening included, closing excluded).

    Raises WindowClosed with a sentence that says when the desk opens or closed.
    """
    return window_among(list(call.windows.all()), instant)


def window_among(windows: Sequence[DeskWindow], instant: datetime) -> DeskWindow:
    """The same, by the windows at hand, in the order in which they open. Raises WindowClosed."""
    for window in windows:
        if window.is_open(instant):
            return window
    coming = [window for window in windows if window.opens_at > instant]
    if coming:
        raise WindowClosed(f"Lo sportello non è aperto: apre {moment(coming[0].opens_at, 'il')}.")
    if windows:
        raise WindowClosed(
            f"Lo sportello è chiuso {moment(windows[-1].closes_at, 'dal')}: la domanda non è presentata."
        )
    raise WindowClosed("L'avviso non ha ancora uno sportello: la domanda non è presentata.")
