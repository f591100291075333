"""A process that wants more than it may have: `python -m tests.portal.services.files.greedy`."""

import os
from pathlib import Path
from typing import Any

from portal.services import isolated


def want(request: dict[str, Any], data: bytes) -> dict[str, Any]:
    """Take memory, disk or time without end; or tell the names in the environment."""
    if request["want"] == "memory":
        return {"taken": len(b"x" * (1 << 30))}
    if request["want"] == "disk":
        Path(request["path"]).write_bytes(b"x" * 4096)
    while request["want"] == "time":
        pass
    return {"names": sorted(os.environ)}


if __name__ == "__main__":
    isolated.answer(want)
