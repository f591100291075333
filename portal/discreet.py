"""What logs do not tell: the links that let in whoever has them."""

import logging
import re

_SLASH = r"(?:/|%2[Ff])"
_DOORS = ("imprese/inviti/", "accesso/password/nuova/", "accesso/conferma/", "accesso/invito/")
_SECRET = re.compile(
    rf"({'|'.join(door.replace('/', _SLASH) for door in _DOORS)})(?:(?!%2[Ff])[^/\s\"'?#&]){{16,}}",
)
"""A door and the long word after it, in an address or inside the query of another one."""


def discreet(text: str) -> str:
    """The same without the secret part of links."""
    return _SECRET.sub(r"\1(nascosto)", text)


class Discreet(logging.Formatter):
    """Writes a line, traceback included, without the secret part of links."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        return discreet(super().format(record))
