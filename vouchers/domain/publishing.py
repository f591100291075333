"""Publishing a call from its file: idempotent, all or nothing; published terms never change."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import NumericRange
from django.db.models import Max

from applications.domain.staleness import ask_again
from applications.letters import moment
from applications.models import Action, Call, CallTerms, DeskWindow
from applications.rules.payload import bare
from portal.kernel.deadlines import rome_day
from portal.kernel.money import plain
from portal.models import User
from portal.services import audit
from portal.services.acts import act
from vouchers.models import Allocation, HeadcountBand, MoneyAct
from vouchers.rules.bands import bands_from
from vouchers.rules.call_file import CallFile, VersionFile


class PublishedTermsChanged(ValueError):
    """The file says something else than what was published; `problems` lists every difference."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing a file did."""

    call: Call
    new_versions: tuple[int, ...]


@act
def publish(file: CallFile, *, actor: User | None = None, now: datetime) -> Published:
    """Write a call, or what is new in it: a version of the terms, a window, a money act. `actor`: who, at the desk.

    Raises PublishedTermsChanged, with nothing written, when a published version, window or applied money act
    differs: a change needs a new version. A window that is not closed yet may only close later.
    """
    identity = file.identity
    before = Call.objects.filter(slug=file.slug).values_list("source", flat=True).first()
    call, _ = Call.objects.update_or_create(
        slug=file.slug,
        defaults={
            "code": bare(identity["code"]),
            "title": bare(identity["title"]),
            "programme": bare(identity["programme"]),
            "cup": bare(identity.get("cup", "")),
            "source": file.written,
        },
    )
    call = Call.objects.select_for_update(no_key=True).get(pk=call.pk)
    _hold_windows(call)
    if problems := objections(call, file, now):
        raise PublishedTermsChanged(problems)
    _write_actions(call, file)
    published = set(call.terms.values_list("version", flat=True))
    new = [version for version in file.versions if version.version not in published]
    for version in new:
        _write_version(call, version)
    if new:
        ask_again(call=call)
    extended = _write_windows(call, file)
    _write_money(call, file)
    with connection.cursor() as cursor:  # judge the whole table of bands now, while we can say whose it is
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    if before != file.written:
        versions = {str(version.version): version.sha256 for version in new}
        told = {"extended": extended} if extended else {}
        audit.record(
            "call.publish",
            f"call:{call.pk}",
            actor=actor,
            now=now,
            versions=versions,
            changed=_changed(before, file),
            **told,
        )
    return Published(call, tuple(version.version for version in new))


def _hold_windows(call: Call) -> None:
    """Lock the windows: the order of one that closes now is not published while it is extended."""
    list(call.windows.select_for_update(no_key=True).order_by("pk"))


def objections(call: Call, file: CallFile, now: datetime) -> list[str]:
    """Every way in which the file would change what is published of the call, as `place: sentence`."""
    return [
        *_changed_versions(call, file),
        *_backdated(call, file),
        *_changed_windows(call, file, now),
        *_changed_money(call, file),
    ]


def _changed_versions(call: Call, file: CallFile) -> Iterator[str]:
    written = {version.version: version for version in file.versions}
    for terms in call.terms.all():
        version = written.get(terms.version)
        if version is None:
            yield f"terms[{terms.version}]: la versione {terms.version} è pubblicata e non si può togliere"
        elif version.sha256 != terms.sha256:
            yield (
                f"terms[{terms.version}]: la versione {terms.version} è pubblicata e non si può cambiare: "
                "aggiungere una versione nuova"
            )


def _backdated(call: Call, file: CallFile) -> Iterator[str]:
    """New versions that would have judged applications submitted already, or changed decrees signed already."""
    published = set(call.terms.values_list("version", flat=True))
    latest = call.applications.aggregate(at=Max("submitted_at"))["at"]
    for version in file.versions:
        if version.version not in published and latest is not None and version.effective_at <= latest:
            yield (
                f"terms[{version.version}]: la versione {version.version} varrebbe dal {version.valid_from:%d/%m/%Y}, "
                f"ma ci sono domande presentate fino al {rome_day(latest):%d/%m/%Y} con i termini di allora"
            )


def _changed(before: Mapping[str, Any] | None, file: CallFile) -> list[str]:
    """The sections of the file that are new or different."""
    return sorted(name for name, section in file.written.items() if before is None or before.get(name) != section)


def _changed_windows(call: Call, file: CallFile, now: datetime) -> Iterator[str]:
    written = {window.desk: window for window in file.windows}
    for window in call.windows.select_related("published_order"):
        new, place = written.get(window.number), f"windows[{window.number}]"
        if new is None or new.opens != window.opens_at or new.closes < window.closes_at:
            yield (
                f"{place}: lo sportello {window.number} è pubblicato e non si può cambiare: si può solo prorogare, "
                "scrivendo una chiusura più lontana"
            )
        elif new.closes > window.closes_at and (window.closes_at <= now or hasattr(window, "published_order")):
            yield (
                f"{place}: lo sportello {window.number} è chiuso {moment(window.closes_at, 'dal')} e non si "
                "può prorogare: aggiungere uno sportello nuovo"
            )


def _changed_money(call: Call, file: CallFile) -> Iterator[str]:
    written = {item.code: item for item in file.money_acts}
    for row in call.money_acts.filter(applied_at__isnull=False, decree=None):
        new = written.get(row.code)
        split = {} if new is None else {code: plain(amount) for code, amount in new.split.items()}
        if split != row.split:
            yield f"money_acts {row.code}: l'atto è già contabilizzato e non si può cambiare"


def _write_actions(call: Call, file: CallFile) -> None:
    rows: dict[str, Action] = {}
    for action in sorted(file.actions, key=lambda action: action.requires is not None):
        rows[action.code], _ = Action.objects.update_or_create(
            call=call,
            code=action.code,
            defaults={
                "title": action.title,
                "compulsory": action.compulsory,
                "requires": rows[action.requires] if action.requires else None,
            },
        )
        Allocation.objects.get_or_create(action=rows[action.code])


def _write_version(call: Call, version: VersionFile) -> None:
    terms = CallTerms.objects.create(
        call=call,
        version=version.version,
        valid_from=version.effective_at,
        act=version.act,
        payload=version.payload,
        sha256=version.sha256,
    )
    actions = {action.code: action for action in call.actions.all()}
    HeadcountBand.objects.bulk_create(
        HeadcountBand(
            terms=terms,
            action=actions[band.action],
            headcount=NumericRange(band.minimum, None if band.maximum is None else band.maximum + 1),
            amount=band.amount,
        )
        for band in bands_from(version.payload)
    )


def _write_windows(call: Call, file: CallFile) -> dict[str, list[str]]:
    """New windows, and a later closing for those that have one; by number, the closing before and after."""
    extended = {}
    for window in file.windows:
        row, is_new = DeskWindow.objects.get_or_create(
            call=call,
            number=window.desk,
            defaults={"name": window.title, "opens_at": window.opens, "closes_at": window.closes},
        )
        if not is_new and window.closes > row.closes_at:
            extended[str(row.number)] = [row.closes_at.isoformat(), window.closes.isoformat()]
            row.closes_at = window.closes
            row.save(update_fields=["closes_at"])
    return extended


def _write_money(call: Call, file: CallFile) -> None:
    applied = set(call.money_acts.filter(applied_at__isnull=False).values_list("code", flat=True))
    for item in file.money_acts:
        if item.code in applied:
            continue
        MoneyAct.objects.update_or_create(
            call=call,
            code=item.code,
            defaults={
                "act": f"{item.act} — {item.title}",
                "effective_at": item.effective_at,
                "split": {code: plain(amount) for code, amount in item.split.items()},
            },
        )
