"""Which terms and which window of a call hold at an instant."""

from datetime import datetime

from applications.letters import moment
from applications.models import Application, Call, CallTerms, DeskWindow
from applications.rules.terms import Terms


class UnknownCall(LookupError):
    """No call has this name."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"Nessun avviso si chiama «{slug}».")


class WindowClosed(ValueError):
    """Applications cannot be submitted at this instant; the text says when they can."""


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
    found = known.order_by("-valid_from").first()
    if found is None:
        raise CallTerms.DoesNotExist(f"L'avviso «{call.slug}» non ha termini in vigore a quella data.")
    return found


def typed_terms(terms: CallTerms) -> Terms:
    """The terms as typed values; they are frozen, so they are parsed once and kept by their hash."""
    known = _parsed.get(terms.sha256)
    if known is None:
        known = _parsed[terms.sha256] = Terms.from_payload(terms.payload)
    return known


_parsed: dict[str, Terms] = {}


def terms_of(application: Application) -> Terms:
    """The terms an application is judged by: those in force when it was submitted.

    Raises ValueError for a draft, which is not judged yet.
    """
    if application.terms is None:
        raise ValueError("Una bozza non ha ancora i termini da applicare.")
    return typed_terms(application.terms)


def window_at(call: Call, instant: datetime) -> DeskWindow:
    """The window open at the instant (opening included, closing excluded).

    Raises WindowClosed with a sentence that says when the desk opens or closed.
    """
    windows = list(call.windows.all())
    for window in windows:
        if window.is_open(instant):
            return window
    coming = [window for window in windows if window.opens_at > instant]
    if coming:
        raise WindowClosed(f"Lo sportello non è aperto: apre il {moment(coming[0].opens_at)}.")
    if windows:
        raise WindowClosed(f"Lo sportello è chiuso dal {moment(windows[-1].closes_at)}: la domanda non è presentata.")
    raise WindowClosed("L'avviso non ha ancora uno sportello: la domanda non è presentata.")
