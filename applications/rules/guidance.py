"""What a document of a call is, how it is made and an example, as the office writes them beside the call.

It is advice, not law: no application is judged by it, and it has no versions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from applications.rules.payload import bare


@dataclass(frozen=True, slots=True)
class Guide:
    """A document in plain words; with `model` the portal prepares a paper to sign, with what it already knows.

    `reuse_days`: for how long after it was received another application of the firm may take it up; 0 means never.
    """

    what: str
    made: str
    example: str
    model: bool
    reuse_days: int


def guides_from(source: Mapping[str, Any]) -> dict[str, Guide]:
    """The guides of a call's file by the code of the document; none where the office wrote none."""
    return {
        code: Guide(
            what=bare(row["what"]),
            made=bare(row["made"]),
            example=bare(row["example"]),
            model=bool(bare(row.get("model", False))),
            reuse_days=bare(row.get("reuse_days", 0)),
        )
        for code, row in source.get("guides", {}).items()
    }
