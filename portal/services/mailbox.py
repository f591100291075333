"""Mail that stays on the machine: every message is a file, to be read in the browser. Only for trying the portal."""

import re
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage as Parsed
from email.parser import BytesParser
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

NAME = re.compile(r"[0-9]{20}-[0-9a-f]{8}\.eml")
HEAD = 8_192
SEARCHED = 5_000
"""How many messages a search looks through, from the newest."""


class Backend(BaseEmailBackend):
    """Django's mail, written into a folder instead of being sent."""

    def __init__(self, fail_silently: bool = False, **options: Any) -> None:
        super().__init__(fail_silently=fail_silently)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write each message whole, under a name that sorts by time."""
        folder().mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{time.time_ns():020d}-{secrets.token_hex(4)}.eml"
            draft = folder() / f".{name}"
            draft.write_bytes(message.message().as_bytes())
            draft.replace(folder() / name)
        return len(email_messages)


@dataclass(frozen=True, slots=True)
class Caught:
    """A message that stayed here."""

    name: str
    at: datetime
    sender: str
    to: str
    subject: str


def folder() -> Path:
    """Where the messages are."""
    return Path(settings.EMAIL_FILE_PATH)


def caught(recipient: str = "", *, limit: int = 50) -> list[Caught]:
    """The newest messages; with `recipient`, those whose address holds it."""
    wanted = recipient.strip().casefold()
    return list(islice((row for row in _newest(wanted) if wanted in row.to.casefold()), limit))


def read(name: str) -> tuple[Caught, str]:
    """A message and its text. Raises FileNotFoundError for a name that is not of one."""
    if not NAME.fullmatch(name):
        raise FileNotFoundError(name)
    parsed = message_from_bytes((folder() / name).read_bytes(), policy=policy.default)
    part = parsed.get_body(("plain", "html"))
    return _row(name, parsed), str(part.get_content()) if part is not None else ""


def _newest(wanted: str) -> Iterator[Caught]:
    """The messages that may be to somebody; those whose first lines do not hold the address are not even parsed."""
    if not folder().is_dir():
        return
    names = sorted((path.name for path in folder().iterdir() if NAME.fullmatch(path.name)), reverse=True)
    for name in names[:SEARCHED]:
        with (folder() / name).open("rb") as file:
            if wanted.isascii() and wanted.encode() not in file.read(HEAD).lower():
                continue
            file.seek(0)
            yield _row(name, BytesParser(policy=policy.default).parse(file, headersonly=True))


def _row(name: str, parsed: Parsed) -> Caught:
    at = datetime.fromtimestamp(int(name.partition("-")[0]) // 1_000_000_000, UTC)
    return Caught(name, at, str(parsed["From"] or ""), str(parsed["To"] or ""), str(parsed["Subject"] or ""))
