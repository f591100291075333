"""When the rules change under a draft: since when, by which act, what is different, which pages were written before."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_datetime

from applications.domain.calls import in_force, typed_terms
from applications.models import Application, CallTerms
from applications.rules.term_changes import changes


@dataclass(frozen=True, slots=True)
class Reread:
    """A version that came into force after some pages of a draft were written; `pages` are their slugs."""

    since: datetime
    version: int
    act: str
    summary: str
    what: tuple[str, ...]
    pages: tuple[str, ...]


def to_reread(draft: Application, now: datetime) -> Reread | None:
    """What the writer of a draft should know of the rules in force now; None when every page was written under them.

    A page remembers the instant of its last saving, and so the version it was judged by; saving it again, even
    as it is, judges it by the rules of then. One query; the content of a version is read once.
    """
    versions = list(CallTerms.objects.filter(call=draft.call_id).defer("payload"))
    current = in_force(versions, now)
    saved = {slug: parse_datetime(entry.get("at", "")) for slug, entry in draft.typed.items()}
    old = {slug: at for slug, at in saved.items() if at is not None and at < current.valid_from}
    begun = [row for row in versions if old and row.valid_from <= min(old.values())]
    if not begun:
        return None
    terms, before = typed_terms(current), typed_terms(max(begun, key=lambda row: row.valid_from))
    what = changes(before, terms)
    return Reread(current.valid_from, current.version, terms.act, terms.summary, what, tuple(old)) if what else None


def judged_before(call_id: int, at: str, now: datetime) -> bool:
    """Whether a page saved at an instant (ISO) was judged by an older version than the one in force (one query)."""
    instant = parse_datetime(at)
    versions = CallTerms.objects.filter(call=call_id, valid_from__lte=now)
    return instant is not None and versions.filter(valid_from__gt=instant).exists()
