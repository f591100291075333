"""The figures as plain data for programs: counts are whole numbers, amounts and shares are texts ("10705500.00")."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from portal.kernel.deadlines import rome_day, rome_text
from portal.kernel.money import ZERO, plain
from reporting.rules.figures import COVID, ORDINARY, Figures
from reporting.rules.indicators import Tally
from reporting.rules.sectors import label

Payload = dict[str, Any]


def payload_of(figures: Figures) -> Payload:
    """The whole report as one JSON-able dict, with the hash of its figures (`figures_sha256`)."""
    content: Payload = {
        "call": figures.call,
        "as_of": rome_text(figures.as_of),
        "submitted": figures.funnel.submitted,
        "admitted": figures.funnel.granted,
        "renounced_or_forfeited": figures.ended,
        "live": figures.live.count,
        "covid": figures.by_path[COVID].count,
        "ordinary": figures.by_path[ORDINARY].count,
        "total": plain(figures.live.amount),
        "by_size": _tallies(figures.by_size),
        "by_province": _tallies(figures.by_province),
        "top_sectors": [
            {"division": division, "label": label(division), "count": found.count}
            for division, found in figures.top_sectors
        ],
        "by_action": _amounts(figures.by_action),
        "waiting_list": {**_tally(figures.waiting), "by_action": _amounts(figures.waiting_by_action)},
        "by_path": _tallies(figures.by_path),
        "by_sector": _tallies(figures.by_sector),
        "esf": {"CO23": figures.co23},
        "funnel": {**asdict(figures.funnel), "granted": figures.funnel.granted, "live": figures.funnel.live},
        "exits": [{"event": exit.event, "reason": exit.reason, **_tally(exit.freed)} for exit in figures.exits],
        "readiness": {code: {**asdict(row), "ended": row.ended} for code, row in figures.readiness.items()},
        "reduced": _tally(figures.reduced),
        "rejections": [{"reason": code, "count": count} for code, count in figures.rejections.items()],
        "days_to_decision": {
            "decided": figures.pace.decided,
            "median": _number(figures.pace.median),
            "term": figures.pace.term,
            "within_term": figures.pace.within,
            "share_within_term": _number(figures.pace.share),
        },
        "money": {action: _amounts(asdict(balance)) for action, balance in figures.balances.items()},
        "movements": {action: _amounts(sums) for action, sums in figures.movements.items()},
        "money_acts": _money_acts(figures),
        "months": [
            {
                "month": month.month,
                "submitted": month.submitted,
                "granted": _tally(month.granted),
                "ended": _tally(month.ended),
            }
            for month in figures.months
        ],
        "decrees": [
            {
                "kind": decree.kind,
                "ordinal": decree.ordinal,
                "protocol": decree.protocol,
                "signed_on": rome_day(decree.signed_at).isoformat(),
                "rows": decree.rows,
                "amount": plain(decree.moved),
            }
            for decree in figures.decrees
        ],
    }
    return {**content, "figures_sha256": sha256_of(content)}


def sha256_of(content: Payload) -> str:
    """SHA-256 (hex) of the canonical JSON: sorted keys, no spaces, UTF-8."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _tally(found: Tally) -> Payload:
    return {"count": found.count, "amount": plain(found.amount)}


def _tallies(found: Mapping[str, Tally]) -> Payload:
    return {key: _tally(value) for key, value in found.items()}


def _amounts(found: Mapping[str, Decimal]) -> Payload:
    return {key: plain(amount) for key, amount in found.items()}


def _number(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


def _money_acts(figures: Figures) -> list[Payload]:
    rows, so_far = [], ZERO
    for act in figures.money_acts:
        so_far += act.total
        rows.append(
            {
                "code": act.code,
                "act": act.act,
                "effective_on": rome_day(act.effective_at).isoformat(),
                "split": _amounts(act.split),
                "total": plain(act.total),
                "so_far": plain(so_far),
            }
        )
    return rows
