"""How the draft of a call begins: from a model, from another call, as a new version of a published one."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from applications.rules.payload import bare
from portal.kernel.deadlines import ROME, rome_day
from vouchers.rules.call_file import CallFile, complete_terms
from vouchers.rules.call_problems import Problem

Content = dict[str, Any]
OF_ONE_VERSION = ("version", "extends", "valid_from", "act", "summary")


def from_model(model: Mapping[str, Any], *, slug: str, title: str) -> Content:
    """A call of its own with the texts and the rules of the model; what only the office knows is left to write."""
    return {**model, "slug": slug, "identity": {**model.get("identity", {}), "title": title}}


def copied(source: Mapping[str, Any], *, slug: str, title: str) -> Content:
    """A new call with the last rules of another: not its dates, its acts, its money, its code."""
    kept = {key: item for key, item in complete_terms(source).items() if key not in (*OF_ONE_VERSION, "windows")}
    identity = {key: item for key, item in source["identity"].items() if key not in ("code", "cup", "founding_acts")}
    return {
        **{key: item for key, item in source.items() if key not in ("money_acts",)},
        "slug": slug,
        "identity": {**identity, "title": title},
        "terms": [{**kept, "version": 1}],
    }


def next_version(source: Mapping[str, Any]) -> Content:
    """The call as it is published, with one more version of the terms, whole, to be dated and changed."""
    last = complete_terms(source)
    kept = {key: item for key, item in last.items() if key not in OF_ONE_VERSION}
    return {**source, "terms": [*source["terms"], {**kept, "version": last["version"] + 1}]}


def same_version(source: Mapping[str, Any]) -> Content:
    """The call as it is published, to change what has no versions: its money, its identity, its texts."""
    return dict(source)


def whole(written: Mapping[str, Any]) -> Content:
    """A call as its file writes it, with its last version written whole."""
    return {**written, "terms": [*written["terms"][:-1], complete_terms(written)]}


def onto(content: Mapping[str, Any], source: Mapping[str, Any]) -> Content:
    """A draft moved onto what was published meanwhile: its own version comes next, the published ones stay.

    Money acts that it does not have are added; the rest is as the draft says.
    """
    published = complete_terms(source)["version"]
    own = {**content["terms"][-1], "version": published + 1}
    opened = any(base not in source["terms"] for base in content["terms"][-1:])
    mine = {bare(row.get("code")) for row in content.get("money_acts") or ()}
    added = [row for row in source.get("money_acts") or () if bare(row.get("code")) not in mine]
    terms = [*source["terms"], own] if opened else source["terms"]
    return {**content, "terms": terms, "money_acts": [*(content.get("money_acts") or ()), *added]}


def untimely(file: CallFile, published: Mapping[str, Any] | None, now: datetime) -> Iterator[Problem]:
    """What would reach into the past: terms in force already, a desk that has opened (its place, a sentence).

    A version that follows another begins on a day to come, so that no application already weighed changes its
    rules; the first one of a call may begin today.
    """
    last = file.versions[-1]
    number, today = len(file.versions), rome_day(now)
    before = (published or {}).get("terms", ())
    if published is None and last.valid_from < today:
        yield Problem(f"terms[{number}].valid_from", f"la data è passata: scrivi oggi ({_day(today)}) o un giorno dopo")
    if published is not None and number > len(before) and last.valid_from <= today:
        message = f"una versione nuova vale da un giorno a venire: scrivi una data dopo oggi ({_day(today)})"
        yield Problem(f"terms[{number}].valid_from", message)
    known = {bare(window["desk"]) for terms in before for window in terms.get("windows", ())}
    for position, window in enumerate(file.windows, start=1):
        if window.desk not in known and window.opens <= now:
            moment = window.opens.astimezone(ROME)
            message = f"lo sportello avrebbe già aperto ({moment:%d/%m/%Y %H:%M}): scrivi un momento a venire"
            yield Problem(f"terms[{number}].windows[{position}].opens", message)


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
