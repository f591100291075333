"""What a decree is about, as the database knew it at the signature: the input of `decree_content.compose`.

Amounts are texts with two decimals ("5000.00"), instants are ISO 8601 with their offset, so that the facts
are kept as plain JSON and come back the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from applications.rules.payload import Payload, bare, texts
from portal.kernel.money import ZERO
from vouchers.rules.plain_json import from_plain, to_plain

GRANT, REJECTION, FORFEITURE = "GRANT", "REJECTION", "FORFEITURE"
REDETERMINATION, REFINANCING, RECTIFICATION = "REDETERMINATION", "REFINANCING", "RECTIFICATION"

# The annex whose amounts a decree of this kind moves in the ledger. A rejection moves nothing; a re-determination
# takes note of what moved at each renunciation; a refinancing brings money that no annex lists; a rectification frees
# the euro by which it lowers amounts.
MONEY_ANNEX = {
    GRANT: "A", REJECTION: "", FORFEITURE: "D", REDETERMINATION: "", REFINANCING: "", RECTIFICATION: "F",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RowFacts:
    """One application in one annex. `reasons` are (code, text); `note` is the granting decree in annexes D and E.

    `changes` are, in annex F, (datum, before, after); the amounts there are the euro that are no longer due.
    """

    position: int
    application_id: int
    protocol: str
    submitted_at: str
    firm: str
    tax_code: str
    province: str
    amounts: dict[str, str]
    total: str
    cor: str = ""
    reasons: tuple[tuple[str, str], ...] = ()
    note: str = ""
    changes: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class MoneyFacts:
    """The line of one action around the decree, in euro.

    `before` and `after` are what is not committed yet (money reserved for the rows of this very decree
    included in `before`); `moved` is what the decree commits (GRANT), frees (FORFEITURE, RECTIFICATION), brings
    (REFINANCING, whose `appropriated` is the new one), or "0.00".
    """

    action: str
    title: str
    appropriated: str
    before: str
    moved: str
    after: str


@dataclass(frozen=True, slots=True)
class CommitmentFacts:
    """What is committed (or, for a forfeiture, taken back) for an action on a financial year, in euro."""

    action: str
    year: int
    amount: str


@dataclass(frozen=True, slots=True)
class CallFacts:
    """The call as the papers name it."""

    title: str
    code: str
    cup: str
    programme: str
    axis: str
    programme_action: str
    publication: str
    objective: str = ""


@dataclass(frozen=True, slots=True)
class DecreeFacts:
    """Everything a decree says that is not a fixed text of the call.

    `rows` maps the letter of an annex to its rows, in order; `days` maps the code of a term of the call
    ("acceptance") to its days; `earlier_acts` are full phrases ("il decreto 5 maggio 2020, n. 3, ...;");
    `rectified` is the decree that this one rectifies ("decreto 5 maggio 2020, n. 3").
    """

    kind: str
    number: int
    year: int
    signed_at: str
    ordinal: int
    call: CallFacts
    authority: str
    directorate: str
    office: str
    signatory: str
    signatory_title: str
    rows: dict[str, tuple[RowFacts, ...]]
    received: int
    protocol_first: str
    protocol_last: str
    money: tuple[MoneyFacts, ...]
    days: dict[str, int]
    commitments: tuple[CommitmentFacts, ...] = ()
    earlier_acts: tuple[str, ...] = ()
    rectified: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; `from_json` gives back an equal object."""
        plain: dict[str, Any] = to_plain(self)
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """Raises NotPlain when the JSON is not what `to_json` wrote."""
        return from_plain(cls, plain)


@dataclass(frozen=True, slots=True)
class DecreeTexts:
    """The words of the call for one kind of decree; {names} in braces are filled by `compose`.

    `annexes` are (letter, title), in order.
    """

    kind: str
    title: str
    subject: str
    visti: tuple[str, ...]
    richiamato: tuple[str, ...]
    dato_atto: tuple[str, ...]
    considerato: tuple[str, ...]
    ritenuto: tuple[str, ...]
    decreta: tuple[str, ...]
    annexes: tuple[tuple[str, str], ...]

    @classmethod
    def from_payload(cls, payload: Payload, kind: str) -> Self:
        """From the terms of the call (`decree_preamble`, `decrees.<kind>`).

        Raises KeyError when the call has no texts for that kind.
        """
        return cls.from_own(payload["decree_preamble"], payload["decrees"][kind], kind)

    @classmethod
    def from_own(cls, preamble: Payload, own: Payload, kind: str) -> Self:
        """From the preamble of a call and the texts of one kind of decree."""
        return cls(
            kind=kind,
            title=bare(own["title"]),
            subject=bare(own["subject"]),
            visti=texts(preamble["visti"]),
            richiamato=texts(preamble["richiamato"]),
            dato_atto=texts(own["dato_atto"]),
            considerato=texts(own["considerato"]),
            ritenuto=texts(own["ritenuto"]),
            decreta=texts(own["decreta"]),
            annexes=tuple((bare(annex["code"]), bare(annex["title"])) for annex in own["annexes"]),
        )


def summed(amounts: list[str]) -> Decimal:
    """The sum of amounts written as text."""
    return sum((Decimal(amount) for amount in amounts), ZERO)
