"""How a call wants the application signed: on the paper that the portal prepares, or by the identified session."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from applications.rules.payload import bare

FILE, SESSION = "FILE", "SESSION"
TO_SIGN = "APPLICATION_FORM"
"""The document that the portal prepares and the firm signs, where the terms want a signed file."""


@dataclass(frozen=True, slots=True)
class Signing:
    """FILE: the signed paper is the signature. SESSION: whoever signed in ticks that they undersign."""

    form: str
    article: str

    @property
    def on_line(self) -> bool:
        """Whether the identified session signs."""
        return self.form == SESSION

    def asks(self, code: str) -> bool:
        """Whether a document of the terms is asked: the paper to sign is not, where the session signs."""
        return not (self.on_line and code == TO_SIGN)

    @classmethod
    def from_row(cls, row: Mapping[str, Any] | None) -> Self:
        """The rule of a payload; terms that say nothing want the signed file."""
        return cls(FILE, "") if row is None else cls(bare(row["form"]), bare(row["article"]))
