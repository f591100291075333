"""The words that a call brings with itself: titles, reasons, monitoring texts, the panorama of its programme."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from applications.rules.payload import bare


@dataclass(frozen=True, slots=True)
class PanoramaRow:
    """A programme or one of its axes, in million euro; None where the source gives no figure."""

    title: str
    endowment: Decimal
    programmed: Decimal
    committed: Decimal
    settled: Decimal
    certified: Decimal | None
    note: str

    @property
    def over(self) -> Decimal:
        """How much more is programmed than endowed; zero or less when there is room."""
        return self.programmed - self.endowment


@dataclass(frozen=True, slots=True)
class Panorama:
    """How the programme of the call is doing."""

    title: str
    as_of: date | None
    unit: str
    note: str
    rows: tuple[PanoramaRow, ...]


@dataclass(frozen=True, slots=True)
class CallTexts:
    """What the reports say in the call's own words; what the data do not carry is empty."""

    title: str
    programme: str
    actions: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    decision_days: int | None = None
    purpose: str = ""
    interventions: tuple[str, ...] = ()
    recognition: str = ""
    endowment: str = ""
    covid_extension: str = ""
    beneficiaries_note: str = ""
    strengths: tuple[str, ...] = ()
    improvements: tuple[str, ...] = ()
    panorama: Panorama | None = None


def texts_of(title: str, programme: str, payload: Mapping[str, Any], monitoring: Mapping[str, Any]) -> CallTexts:
    """Read the words from a version of the terms and from the monitoring texts of the call (plain JSON)."""
    days = bare(payload.get("deadlines", {}).get("decision"))
    return CallTexts(
        title=title,
        programme=programme,
        actions={row["code"]: str(bare(row.get("title", row["code"]))) for row in payload.get("actions", [])},
        reasons=_reasons(payload),
        decision_days=int(days) if days is not None else None,
        **{name: str(bare(monitoring.get(name, ""))) for name in SENTENCES},
        **{name: tuple(str(bare(point)) for point in bare(monitoring.get(name, ()))) for name in LISTS},
        panorama=_panorama(monitoring.get("panorama")),
    )


SENTENCES = ("purpose", "recognition", "endowment", "covid_extension", "beneficiaries_note")
LISTS = ("interventions", "strengths", "improvements")


def _reasons(payload: Mapping[str, Any]) -> dict[str, str]:
    """Codes of renunciations, forfeitures and requirements, in words."""
    found = {row["code"]: _sentence(row.get("reason") or row["title"]) for row in payload.get("requirements", [])}
    for name in ("renunciation_reasons", "forfeiture_reasons"):
        found |= {row["code"]: str(bare(row["text"])) for row in payload.get(name, [])}
    return found


def _sentence(text: Any) -> str:
    words = str(bare(text))
    return words[:1].upper() + words[1:]


def _panorama(table: Mapping[str, Any] | None) -> Panorama | None:
    if not table:
        return None
    day = bare(table.get("as_of"))
    return Panorama(
        title=str(bare(table.get("title", ""))),
        as_of=date.fromisoformat(str(day)) if day else None,
        unit=str(bare(table.get("unit", ""))),
        note=str(bare(table.get("note", ""))),
        rows=tuple(_panorama_row(row) for row in table.get("rows", [])),
    )


def _panorama_row(row: Mapping[str, Any]) -> PanoramaRow:
    certified = bare(row.get("certified"))
    return PanoramaRow(
        title=str(bare(row["title"])),
        endowment=Decimal(str(bare(row["endowment"]))),
        programmed=Decimal(str(bare(row["programmed"]))),
        committed=Decimal(str(bare(row["committed"]))),
        settled=Decimal(str(bare(row["settled"]))),
        certified=Decimal(str(certified)) if certified is not None else None,
        note=str(bare(row.get("committed_note", ""))),
    )
