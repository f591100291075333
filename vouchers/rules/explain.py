"""A calculation explains itself: one line for each step, kept for ever with the amount it led to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from portal.kernel.money import plain


@dataclass(frozen=True, slots=True)
class Line:
    """A step in words, its amount in euro if it has one, the article it rests on, the facts it used."""

    text: str
    amount: Decimal | None
    article: str
    inputs: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Plain JSON: amounts are texts with two decimals."""
        amount = None if self.amount is None else plain(self.amount)
        inputs = {key: plain(value) if isinstance(value, Decimal) else value for key, value in self.inputs.items()}
        return {"text": self.text, "amount": amount, "article": self.article, "inputs": inputs}
