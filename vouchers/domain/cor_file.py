"""The file of the COR codes: a CSV with the columns `protocollo` and `cor`."""

import csv
from collections import Counter
from collections.abc import Iterable

from vouchers.domain.state_aid import BadCor


class NoColumns(ValueError):
    """The text has not the two columns."""

    def __init__(self) -> None:
        super().__init__("deve avere le colonne «protocollo» e «cor».")


def codes_in(source: Iterable[str]) -> dict[str, str]:
    """The codes by protocol.

    Raises NoColumns; BadCor with every protocol that is written on two rows; csv.Error for what is not a CSV.
    """
    reader = csv.DictReader(source)
    if not {"protocollo", "cor"} <= set(reader.fieldnames or ()):
        raise NoColumns
    rows = [(row["protocollo"], row["cor"]) for row in reader]
    if any(protocol is None or cor is None for protocol, cor in rows):
        raise NoColumns
    pairs = [(protocol.strip(), cor.strip()) for protocol, cor in rows]
    twice = sorted(protocol for protocol, times in Counter(protocol for protocol, _ in pairs).items() if times > 1)
    if twice:
        raise BadCor([f"{protocol}: il protocollo è scritto su più righe." for protocol in twice])
    return dict(pairs)
