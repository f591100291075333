"""The proof of order and the draw, against a computation of their own; and the script that firms run."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest

from applications.rules.draw import commitment_of, drawn, seed_of, worth, written
from applications.rules.order_proof import Entry, heading, lines_of, proof
from tests.conftest import ROOT

SCRIPT = ROOT / "docs" / "prova-ordine.py"
NOON = datetime(2026, 3, 2, 11, tzinfo=UTC)
FIRST = heading("avviso", 1, NOON, NOON + timedelta(days=1))
ENTRIES = [
    Entry(f"2026/{n:07d}", NOON + timedelta(seconds=n), sha256(str(n).encode()).hexdigest()) for n in range(1, 41)
]
PROOF = proof(FIRST, ENTRIES)


def run(path: Path, *more: str) -> tuple[int, str]:
    """The script as a firm runs it: another process, the standard library alone."""
    argv = [sys.executable, "-I", str(SCRIPT), str(path), *more]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=30, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The order as it is downloaded."""
    path = tmp_path / "ordine.txt"
    path.write_text(PROOF.text, encoding="utf-8")
    return path


def test_each_line_is_chained_to_the_one_before_from_the_heading_on():
    chain = sha256(FIRST.encode()).hexdigest()
    for line, text in zip(lines_of(PROOF.text), PROOF.text.splitlines()[1:-1], strict=True):
        chain = sha256((chain + text.rpartition(";")[0]).encode()).hexdigest()
        assert line.chain == chain

    assert (PROOF.count, PROOF.head) == (40, chain)
    assert PROOF.text.splitlines()[-1] == f"fine;40;{chain}"


def test_an_order_of_nothing_is_still_one():
    empty = proof(FIRST, [])

    assert (empty.count, lines_of(empty.text)) == (0, [])


def test_the_script_of_the_docs_proves_the_order_and_finds_ones_receipt(file):
    code, said = run(file, ENTRIES[6].sha256.upper())

    assert code == 0
    assert "La tua ricevuta è la numero 7: protocollo 2026/0000007" in said
    assert f"40 domande, catena intera. Ultimo anello: {PROOF.head}" in said


def test_the_script_says_when_a_receipt_is_not_there(file):
    code, said = run(file, "0" * 64)

    assert (code, "nessuna riga ha l'impronta 000" in said) == (1, True)


def swapped(lines: list[str], at: int) -> list[str]:
    return [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]]


TAMPERED = {
    "two lines swapped": (lambda lines: swapped(lines, 10), 11),
    "a line taken away": (lambda lines: lines[:20] + lines[21:], 21),
    "the last line taken away": (lambda lines: lines[:40] + lines[41:], 41),
    "a line told twice": (lambda lines: lines[:5] + lines[4:], 6),
    "an instant changed": (lambda lines: [*lines[:3], lines[3].replace("T11:00:03", "T11:00:02"), *lines[4:]], 4),
    "another call's heading": (lambda lines: [FIRST.replace("avviso", "altro"), *lines[1:]], 2),
    "a shorter ending": (lambda lines: [*lines[:-1], "fine;39;" + lines[-1].split(";")[2]], 42),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_the_script_fails_and_says_which_line(name, file):
    change, line = TAMPERED[name]
    file.write_text("\n".join(change(PROOF.text.splitlines())) + "\n", encoding="utf-8")

    code, said = run(file, ENTRIES[0].sha256)

    assert code == 1
    assert f"NON TORNA: riga {line}:" in said


def test_the_draw_can_be_computed_again_by_anybody():
    secret = "ab" * 32
    seed = seed_of(secret, PROOF.head)
    text = written(FIRST, secret=secret, seed=seed, order=drawn(seed, lines_of(PROOF.text)))

    again = sha256((secret + PROOF.head).encode()).hexdigest()
    order = sorted((sha256((again + entry.sha256).encode()).hexdigest(), entry.protocol) for entry in ENTRIES)
    rows = [line.split(";") for line in text.splitlines()]
    assert rows[1] == ["segreto", secret]
    assert sha256(rows[1][1].encode()).hexdigest() == commitment_of(secret)
    assert rows[2] == ["seme", again]
    assert [(value, protocol) for _place, value, _hash, protocol in rows[4:]] == order
    assert [row[0] for row in rows[4:]] == [str(n) for n in range(1, 41)]


def test_a_draw_favours_nobody():
    """Over 2,000 seeds the first to arrive is drawn in the first half about half of the times."""
    draws, random = 2_000, Random(20260302)
    lines = lines_of(PROOF.text)
    first_half = 0
    for _ in range(draws):
        order = drawn(random.randbytes(32).hex(), lines)
        first_half += order.index(lines[0]) < len(lines) // 2

    assert abs(first_half - draws / 2) < 4 * (draws / 4) ** 0.5


def test_one_more_submission_changes_every_place():
    """Who knew the secret beforehand could not know the places: the seed hangs on the last chain."""
    secret = "cd" * 32
    more = proof(FIRST, [*ENTRIES, Entry("2026/0000041", NOON + timedelta(seconds=41), "f" * 64)])
    one, other = (seed_of(secret, head) for head in (PROOF.head, more.head))

    assert one != other
    assert worth(one, ENTRIES[0].sha256) != worth(other, ENTRIES[0].sha256)
