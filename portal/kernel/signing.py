"""What is known of the signatures on a file: plain values, kept as JSON beside it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class SignatureState(StrEnum):
    """How far a signature could be checked."""

    VALID = "VALID"
    INVALID = "INVALID"
    UNVERIFIABLE = "UNVERIFIABLE"


class Doubt(StrEnum):
    """Why a signature could not be checked to the end."""

    UNKNOWN_ISSUER = "UNKNOWN_ISSUER"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"
    NOT_FOR_SIGNING = "NOT_FOR_SIGNING"
    UNREADABLE = "UNREADABLE"


@dataclass(frozen=True, slots=True)
class Original:
    """The file that was to be signed."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature: who, when by their own clock (ISO 8601, may be empty), and how far it holds."""

    signer: str
    tax_code: str
    signed_at: str
    state: SignatureState
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """Every signature on a file, and whether under them lies exactly the file that was to be signed.

    `same_content` is None when there was nothing to compare with. `readable` is false when the check itself
    did not come to its end: then nothing is known.
    """

    signatures: tuple[Signature, ...]
    same_content: bool | None = None
    readable: bool = True

    def to_json(self) -> dict[str, Any]:
        """As plain JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "SignatureReport":
        """Read again from its JSON."""
        rows = (
            row | {"state": SignatureState(row["state"]), "doubt": Doubt(row["doubt"]) if row["doubt"] else None}
            for row in data["signatures"]
        )
        return cls(tuple(Signature(**row) for row in rows), data["same_content"], data["readable"])
