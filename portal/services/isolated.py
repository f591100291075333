"""Opening what strangers made in a process of its own: little memory, little time, no secret, nothing to write on."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings

SECONDS = 9
"""Of work, by the processor."""
PATIENCE = 30
"""Seconds by the clock: on a busy machine an honest file waits, and is not refused for the company it keeps."""
MEMORY = 512 * 1024 * 1024


class GaveUp(RuntimeError):
    """The process took too long, wanted too much memory, or fell."""


def run(module: str, request: dict[str, Any], data: bytes) -> dict[str, Any]:
    """Have `python -m module` answer a request about some bytes within 30 seconds by the clock, 9 of them of work.

    The process gets no variable of the environment, so no password of the site. Raises GaveUp.
    """
    argv = [sys.executable, "-m", module]
    try:
        done = subprocess.run(
            argv,
            input=json.dumps(request).encode() + b"\n" + data,
            capture_output=True,
            timeout=PATIENCE,
            cwd=settings.ROOT,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
            check=True,
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise GaveUp(module) from error
    return answer


def answer(work: Callable[[dict[str, Any], bytes], dict[str, Any]]) -> None:
    """The other end: bind this process to its limits, read the request, write the answer."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    line, _, data = sys.stdin.buffer.read().partition(b"\n")
    sys.stdout.write(json.dumps(work(json.loads(line), data)))
