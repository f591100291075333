"""The commands: one line for what is wrong, an exit code, and nothing written when something is."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from applications.models import Application, Call, CallTerms, Firm
from portal.models import Progress
from tests.cases import cases
from tests.conftest import CALL_FILE, Desk
from vouchers.models import Award, HeadcountBand, LedgerEntry

CALL = "smart-working-2020"
ESTIMATES = cases("estimate")
FIVE_MISTAKES = {
    'code = "RLE12019006365"': 'code = ""',
    'amount = "5000.00"': 'amount = "-5000.00"',
    "closes = 2021-02-24T12:00:00": "closes = 2020-02-24T12:00:00",
    'total = "4500000.00"': 'total = "4500000.01"',
    'requires = "A"': 'requires = "Z"',
}


def run(*words: Any) -> str:
    """What the command answers."""
    out = StringIO()
    call_command(*map(str, words), stdout=out, stderr=StringIO())
    return out.getvalue()


def test_estimate_in_json(call: Call) -> None:
    answer = json.loads(run("estimate", CALL, "--headcount", 25, "--actions", "AB", "--json"))

    assert (answer["A"], answer["B"], answer["total"]) == ("10000.00", "5000.00", "15000.00")
    assert [line["amount"] for line in answer["lines"]] == ["10000.00", "5000.00", "15000.00"]
    assert set(answer) == {"A", "B", "total", "lines"}


def test_estimate_in_words(call: Call) -> None:
    assert "Voucher per Azione A: 5.000,00\u00a0€" in run("estimate", CALL, "--headcount", 3, "--actions", "a")


@pytest.mark.parametrize(
    "case", [case for case in ESTIMATES if case["field"]], ids=lambda case: f"{case['headcount']}-{case['actions']}"
)
def test_estimate_refuses_in_one_line(call: Call, case: dict[str, str]) -> None:
    with pytest.raises(CommandError) as refused:
        run("estimate", CALL, f"--headcount={case['headcount']}", f"--actions={case['actions']}")

    assert case["words"] in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "words",
    [
        ("estimate", "altro", "--headcount", "3", "--actions", "A"),
        ("assumptions", "altro"),
        ("compute_awards", "altro"),
        ("recompute", "--call", "altro"),
        ("replay", "altro"),
    ],
    ids=lambda words: words[0],
)
def test_a_call_nobody_published(call: Call, words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match=r"^Nessun avviso si chiama «altro»\.$"):
        run(*words)


def test_five_mistakes_are_told_at_once_and_nothing_is_written(db: None, tmp_path: Path) -> None:
    text = CALL_FILE.read_text(encoding="utf-8")
    for good, bad in FIVE_MISTAKES.items():
        assert good in text, good
        text = text.replace(good, bad, 1)
    file = tmp_path / "call.toml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(CommandError) as refused:
        run("load_call", file)

    first, *told = str(refused.value).splitlines()
    assert first == f"Il file ha {len(told)} errori, nulla è stato scritto:"
    for place in ("identity.code", "bands.A", "windows", "money_acts", "actions"):
        assert any(place in line for line in told), (place, told)
    assert not Call.objects.exists()
    assert not HeadcountBand.objects.exists()


def test_loading_twice(db: None) -> None:
    assert "pubblicate le versioni 1, 2, 3 dei termini" in run("load_call", CALL_FILE)
    assert "già pubblicato, nessuna novità" in run("load_call", CALL_FILE)
    assert CallTerms.objects.count() == 3


def test_published_terms_do_not_change(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "call.toml"
    text = CALL_FILE.read_text(encoding="utf-8")
    file.write_text(text.replace('amount = "5000.00"', 'amount = "5001.00"', 1), encoding="utf-8")

    with pytest.raises(CommandError, match="cambia ciò che è pubblicato, nulla è stato scritto"):
        run("load_call", file)


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"= ="], ids=["no file", "not text", "not TOML"])
def test_a_file_that_cannot_be_read(db: None, tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "call.toml"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(CommandError):
        run("load_call", file)
    assert not Call.objects.exists()


def test_assumptions_are_listed(call: Call) -> None:
    *told, last = run("assumptions", CALL).splitlines()

    assert last == f"{len(told)} ipotesi da confermare."
    assert any("overtaking" in line and "non sorpassa" in line for line in told)


def test_compute_awards_asks_for_a_batch(desk: Desk, firm: Firm) -> None:
    desk.admitted(firm)

    answer = run("compute_awards", CALL)

    progress = Progress.objects.get()
    assert answer == f"Calcolo n. {progress.pk} richiesto: 1 domande.\n"


def test_recompute_says_which_amount_changed(desk: Desk, firm: Firm, triggers_off: Callable[[str], None]) -> None:
    award = desk.granted(firm)
    assert run("recompute", "--all") == "Ricalcolo: tutti gli importi tornano.\n"
    triggers_off("UPDATE vouchers_headcountband SET amount = amount + 1")

    err = StringIO()
    with pytest.raises(CommandError, match="1 importi non tornano"):
        call_command("recompute", "--call", CALL, stderr=err)
    assert err.getvalue().startswith(award.application.protocol)


def test_verify_ledger_fails_after_a_touch(desk: Desk, firm: Firm, triggers_off: Callable[[str], None]) -> None:
    desk.granted(firm)
    assert "tutto in ordine" in run("verify_ledger")
    triggers_off("UPDATE vouchers_ledgerentry SET amount = amount + 1 WHERE kind = 'COMMIT'")

    with pytest.raises(CommandError, match=r"Verifica della contabilità: \d+ problemi"):
        run("verify_ledger")


COR_FILES = {
    "no heading": ("2020/0000001;1\n", "deve avere le colonne «protocollo» e «cor»"),
    "a short row": ("protocollo,cor\n2020/0000001\n", "deve avere le colonne «protocollo» e «cor»"),
    "nothing": ("", "deve avere le colonne «protocollo» e «cor»"),
    "twice": (
        "protocollo,cor\n2020/0000001,1\n2020/0000001,2\n",
        "2020/0000001: il protocollo è scritto su più righe.",
    ),
    "not a code": ("protocollo,cor\n2020/0000001,x\n", "Nulla è stato scritto:\n  2020/0000001: «x» non è un codice"),
    "a stranger": ("protocollo,cor\n2020/0000077,7\n", "2020/0000077: nessun voucher prenotato"),
}


@pytest.mark.parametrize("what", COR_FILES)
def test_import_cor_refuses(desk: Desk, firm: Firm, tmp_path: Path, what: str) -> None:
    desk.admitted(firm)
    desk.reserve()
    text, words = COR_FILES[what]
    file = tmp_path / "cor.csv"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(CommandError) as refused:
        run("import_cor", file)
    assert words in str(refused.value)
    assert Award.objects.get().cor == ""


def test_import_cor_writes(desk: Desk, firm: Firm, tmp_path: Path) -> None:
    desk.admitted(firm)
    desk.reserve()
    file = tmp_path / "cor.csv"
    file.write_text("protocollo,cor\n2020/0000001, 1234567 \n", encoding="utf-8-sig")

    assert run("import_cor", file) == "Codici COR registrati: 1.\n"
    assert Award.objects.get().cor == "1234567"


@pytest.mark.parametrize("words", [("--scale", "0"), ("--scale", "100000")])
def test_replay_refuses_a_scale(call: Call, words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match="La scala va da 1 a"):
        run("replay", CALL, *words)


def test_replay_refuses_a_call_whose_money_has_come_in(call: Call) -> None:
    entries = LedgerEntry.objects.count()

    with pytest.raises(CommandError, match="ha già del denaro contabilizzato"):
        run("replay", CALL)
    assert (LedgerEntry.objects.count(), Application.objects.count()) == (entries, 0)


def test_verify_ledger_looks_at_states_too(desk: Desk, firm: Firm, triggers_off: Callable[[str], None]) -> None:
    desk.granted(firm)
    triggers_off("UPDATE vouchers_award SET status = 'ACCEPTED', accepted_at = granted_at")

    with pytest.raises(CommandError, match="Verifica della contabilità: 1 problemi"):
        run("verify_ledger")


@pytest.mark.parametrize("words", [("--until", "ieri"), ("--seed", "x"), ("--scale", "due")])
def test_replay_refuses_what_it_cannot_read(call: Call, words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        run("replay", CALL, *words)
