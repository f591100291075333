"""Many acts in a row, each on its own: one that fails does not stop those behind it."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from django.db.models import Model

log = logging.getLogger(__name__)
Row = TypeVar("Row", bound=Model)


class SweepFailed(RuntimeError):
    """Some rows could not be done; the log has each with its reason."""

    def __init__(self, failed: int, done: int) -> None:
        super().__init__(f"{failed} non riusciti, {done} riusciti: i motivi sono nel registro del processo.")
        self.failed = failed
        self.done = done


def sweep(rows: Iterable[Row], do: Callable[[Row], object], *, left: tuple[type[Exception], ...] = ()) -> int:
    """Do one act for each row; how many were done.

    `left` are the refusals that mean somebody else was first: those rows are left to them. Raises SweepFailed
    at the end, when every row had its turn, so that the job is seen as failed.
    """
    done = failed = 0
    for row in rows:
        try:
            do(row)
        except left as refusal:
            log.info("%s %s was left to somebody else: %s", row._meta.label, row.pk, refusal)
        except Exception:
            failed += 1
            log.exception("%s %s failed; those behind it go on", row._meta.label, row.pk)
        else:
            done += 1
    if failed:
        raise SweepFailed(failed, done)
    return done
