"""The antivirus: a clamd asked over its socket (INSTREAM), where the settings name one."""

import socket
import struct
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from django.conf import settings

CHUNK = 1 << 16
SECONDS = 30


class ScanState(StrEnum):
    """What is known of a file: clean, waiting for an antivirus that does not answer, or never to be scanned."""

    CLEAN = "CLEAN"
    INFECTED = "INFECTED"
    WAITING = "WAITING"
    NOT_SCANNED = "NOT_SCANNED"


@dataclass(frozen=True, slots=True)
class Scan:
    """The answer; `threat` is the name the antivirus gives to what it found."""

    state: ScanState
    threat: str = ""


def scan(data: bytes) -> Scan:
    """Have the bytes scanned. It fails closed: an antivirus that is down or unclear leaves the file waiting."""
    if not settings.CLAMD_ADDRESS:
        return Scan(ScanState.NOT_SCANNED)
    try:
        with _connected() as line:
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(data), CHUNK):
                part = data[start : start + CHUNK]
                line.sendall(struct.pack("!I", len(part)) + part)
            line.sendall(struct.pack("!I", 0))
            answer = _answer(line)
    except (OSError, ValueError):
        return Scan(ScanState.WAITING)
    if answer == "stream: OK":
        return Scan(ScanState.CLEAN)
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return Scan(ScanState.INFECTED, answer.removeprefix("stream: ").removesuffix(" FOUND")[:100])
    return Scan(ScanState.WAITING)


def _connected() -> socket.socket:
    parts = urlsplit(settings.CLAMD_ADDRESS)
    if parts.scheme == "unix":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(SECONDS)
        try:
            line.connect(parts.path)
        except OSError:
            line.close()
            raise
        return line
    return socket.create_connection((parts.hostname or "", parts.port or 3310), timeout=SECONDS)


def _answer(line: socket.socket) -> str:
    received = b""
    while not received.endswith(b"\0") and len(received) < 4096 and (part := line.recv(4096)):
        received += part
    return received.rstrip(b"\0\r\n").decode("utf-8", "replace")
