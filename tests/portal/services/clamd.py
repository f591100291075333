"""A clamd of the tests: a real socket that speaks INSTREAM and answers what it is told."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VIRUS = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"


class FakeClamd(threading.Thread):
    """Finds one virus; `answer` replaces what it would say."""

    def __init__(self, line: socket.socket) -> None:
        super().__init__(daemon=True)
        self.line, self.answer, self.seen = line, b"", []
        self.line.listen()

    def run(self) -> None:
        """Serve until the socket is closed."""
        while True:
            try:
                caller, _ = self.line.accept()
            except OSError:
                return
            with caller, caller.makefile("rb") as file:
                assert file.read(10) == b"zINSTREAM\0"
                data = b""
                while size := struct.unpack("!I", file.read(4))[0]:
                    data += file.read(size)
                self.seen.append(data)
                found = b"stream: Eicar-Test FOUND\0" if VIRUS in data else b"stream: OK\0"
                caller.sendall(self.answer or found)


@contextmanager
def clamd(place: Path | None = None) -> Iterator[tuple[FakeClamd, str]]:
    """A clamd on a unix socket, or on a port of this machine; with its address for the settings."""
    if place is not None:
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.bind(str(place))
        address = f"unix://{place}"
    else:
        line = socket.create_server(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{line.getsockname()[1]}"
    daemon = FakeClamd(line)
    daemon.start()
    try:
        yield daemon, address
    finally:
        line.shutdown(socket.SHUT_RDWR)
        line.close()
        daemon.join(5)
