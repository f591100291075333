"""Where a role holds: everywhere, or for one call only. A scope is a key: the ground floor knows no call.

The key of a call is `call:<its number in the archive>`: it never changes, and no table is joined to ask for it.
"""

from collections.abc import Iterable

EVERYWHERE = ""
"""The scope of a role that holds for every call, and for what concerns no call."""
PATTERN = r"^(call:[1-9][0-9]*)?$"
_CALL = "call:"


def of_call(call_id: int) -> str:
    """The scope of one call."""
    return f"{_CALL}{call_id}"


def calls_in(scopes: Iterable[str]) -> frozenset[int]:
    """The calls among some scopes."""
    return frozenset(int(scope.removeprefix(_CALL)) for scope in scopes if scope.startswith(_CALL))
