"""The draw: an order that nobody can choose and everybody can compute again.

A secret is fixed, and its SHA-256 published, before the window closes. When it has closed, and the order of arrival is
published, the secret is published too. The seed is the SHA-256 of the secret followed by the last chain of the order
of arrival: who knew the secret beforehand could not know the seed. Each application is worth the SHA-256 of the seed
followed by the fingerprint of its receipt; the smallest comes first.
"""

from collections.abc import Iterable

from applications.rules.order_proof import Line, sha256

COLUMNS = "posto;valore;impronta;protocollo"


def commitment_of(secret: str) -> str:
    """What is published before: whoever sees the secret later can tell that it is the same."""
    return sha256(secret)


def seed_of(secret: str, head: str) -> str:
    """The seed, from the secret and from the last chain of the order of arrival."""
    return sha256(secret + head)


def worth(seed: str, fingerprint: str) -> str:
    """What decides the place of one application."""
    return sha256(seed + fingerprint)


def drawn(seed: str, lines: Iterable[Line]) -> list[Line]:
    """The submissions in the order of the draw."""
    return sorted(lines, key=lambda line: (worth(seed, line.sha256), line.number))


def written(first: str, *, secret: str, seed: str, order: Iterable[Line]) -> str:
    """The order of the draw as a text that can be computed again from the order of arrival."""
    rows = [f"{place};{worth(seed, line.sha256)};{line.sha256};{line.protocol}" for place, line in enumerate(order, 1)]
    return "\n".join([first, f"segreto;{secret}", f"seme;{seed}", COLUMNS, *rows]) + "\n"
