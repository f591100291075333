"""Facts of decrees about the real call, with as many rows as asked; totals agree unless a test breaks them."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from vouchers.rules.call_file import read_call
from vouchers.rules.decree_content import (
    FORFEITURE,
    GRANT,
    REJECTION,
    CallFacts,
    CommitmentFacts,
    DecreeContent,
    DecreeFacts,
    DecreeTexts,
    MoneyFacts,
    RowFacts,
    compose,
)

CALL_FILE = Path(__file__).resolve().parents[2] / "vouchers" / "calls" / "smart_working_2020.toml"
LETTER = {GRANT: "A", REJECTION: "C", FORFEITURE: "D"}
SIGN = {GRANT: -1, REJECTION: 0, FORFEITURE: 1}
PERSON = "RSSMRA80A01H501U"
REASON = ("DURC", "irregolarità contributiva accertata con il DURC")


@cache
def payload() -> dict[str, Any]:
    """The first version of the terms of the real call."""
    return dict(read_call(CALL_FILE.read_text(encoding="utf-8")).versions[0].payload)


def texts(kind: str) -> DecreeTexts:
    """The words of the real call for this kind of decree."""
    return DecreeTexts.from_payload(payload(), kind)


def row(position: int, kind: str = GRANT, **changes: Any) -> RowFacts:
    """A row; every third applicant is a natural person."""
    money = kind != REJECTION
    facts = RowFacts(
        position=position,
        application_id=1000 + position,
        protocol=f"2020/{position:07d}",
        submitted_at="2020-04-02T10:00:03.123456+00:00",
        firm=f"Impresa {position} S.r.l.",
        tax_code=PERSON if position % 3 == 0 else "01234567897",
        province="MI",
        amounts={"A": "5000.00", "B": "2500.00"} if money else {},
        total="7500.00" if money else "0.00",
        cor=f"{1_000_000 + position}" if kind == GRANT else "",
        reasons=() if kind == GRANT else (REASON,),
        note="n. 3/2020" if kind == FORFEITURE else "",
    )
    return replace(facts, **changes)


def facts(kind: str = GRANT, count: int = 3, **changes: Any) -> DecreeFacts:
    """A decree of 5 May 2020 with `count` rows of 5,000 + 2,500 euro."""
    money = tuple(_line(kind, action, cents, count) for action, cents in (("A", 5000), ("B", 2500)))
    decree = DecreeFacts(
        kind=kind,
        number=12,
        year=2020,
        signed_at="2020-05-05T09:30:00+00:00",
        ordinal=3,
        call=_call(),
        authority="Regione Lombardia",
        directorate="Direzione Generale Formazione e Lavoro",
        office="Unità Organizzativa Mercato del Lavoro",
        signatory="Dario",
        signatory_title="Il dirigente",
        rows={LETTER[kind]: tuple(row(position, kind) for position in range(1, count + 1))},
        received=900,
        protocol_first="2020/0000001",
        protocol_last=f"2020/{count:07d}",
        money=() if kind == REJECTION else money,
        days={
            "acceptance": 30,
            "rejection_notice": 10,
            "integration": 15,
            "appeal_court": 60,
            "appeal_head_of_state": 120,
        },
        commitments=tuple(CommitmentFacts(line.action, 2020, line.moved) for line in money if kind != REJECTION),
    )
    return replace(decree, **changes)


def content(kind: str = GRANT, count: int = 3, **changes: Any) -> DecreeContent:
    """The same decree, composed with the words of the real call."""
    return compose(facts(kind, count, **changes), texts(kind))


def _line(kind: str, action: str, each: int, count: int) -> MoneyFacts:
    moved, before = each * count, 4_000_000
    return MoneyFacts(
        action=action,
        title=f"Azione {action}",
        appropriated="7350000.00",
        before=f"{before}.00",
        moved=f"{moved}.00",
        after=f"{before + SIGN[kind] * moved}.00",
    )


def _call() -> CallFacts:
    return CallFacts(
        title="Avviso pubblico per l'adozione di piani aziendali di smart working",
        code="RLE12019006365",
        cup="E85G19000030009",
        programme="POR FSE 2014-2020 Regione Lombardia",
        axis="Asse I Occupazione",
        programme_action="Azione 8.6.1",
        publication="Bollettino Ufficiale della Regione Lombardia (BURL)",
        objective="OS1",
    )
