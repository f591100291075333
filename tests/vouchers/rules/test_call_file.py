"""The real call as data: its money, its versions, its assumptions, its stable hash."""

import json
import tomllib
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from vouchers.rules import decree_words
from vouchers.rules.call_coherence import decree_names
from vouchers.rules.call_file import read_call
from vouchers.rules.decree_facts import CallFacts, DecreeFacts, DecreeTexts
from vouchers.rules.plain_json import sha256_of
from vouchers.rules.terms import MoneyTerms

ROME = ZoneInfo("Europe/Rome")


def test_the_money_acts_sum_to_the_final_endowment(call_file):
    by_action = {action: sum(act.split[action] for act in call_file.money_acts) for action in ("A", "B")}

    assert by_action == {"A": Decimal("7350000.00"), "B": Decimal("3650000.00")}
    assert [act.total for act in call_file.money_acts] == [
        Decimal("4500000.00"), Decimal("2000000.00"), Decimal("2500000.00"), Decimal("2000000.00"),
    ]  # fmt: skip
    assert [act.date for act in call_file.money_acts] == sorted(act.date for act in call_file.money_acts)
    assert call_file.money_acts[0].effective_at == datetime(2020, 2, 18, tzinfo=ROME)


def test_three_versions_each_complete_and_different(call_file):
    assert [(version.version, version.valid_from) for version in call_file.versions] == [
        (1, date(2020, 2, 18)), (2, date(2020, 3, 18)), (3, date(2020, 11, 17)),
    ]  # fmt: skip
    assert len({version.sha256 for version in call_file.versions}) == 3
    assert len({frozenset(version.payload) for version in call_file.versions}) == 1
    assert all("extends" not in version.payload for version in call_file.versions)


def test_the_payload_is_plain_json_and_its_hash_is_that_of_what_comes_back(call_file, call_text):
    for version, again in zip(call_file.versions, read_call(call_text).versions, strict=True):
        stored = json.loads(json.dumps(version.payload))

        assert stored == version.payload
        assert sha256_of(stored) == version.sha256 == again.sha256


def test_comments_and_blank_lines_do_not_change_the_terms(call_file, call_text):
    changed = read_call("# nota dell'ufficio\n\n" + call_text.replace("\n[[terms]]", "\n\n# ----\n[[terms]]"))

    assert [version.sha256 for version in changed.versions] == [version.sha256 for version in call_file.versions]


def test_a_later_version_keeps_what_it_does_not_change(call_file):
    first, second, third = (version.payload for version in call_file.versions)

    for key in set(first) - {"version", "valid_from", "act", "summary", "windows", "decree_preamble"}:
        assert second[key] == third[key], key
    for key in ("bands", "rules", "deadlines", "requirements", "de_minimis", "actions", "decrees"):
        assert first[key] == second[key], key
    assert [row["code"] for row in second["declarations"]][:2] == ["TRUTH", "NO_PLAN"]


def test_desks_become_instants_with_their_offset(call_file):
    assert [window.opens for window in call_file.windows] == [
        datetime(2020, 4, 2, 12, tzinfo=ROME), datetime(2020, 12, 16, 12, tzinfo=ROME),
    ]  # fmt: skip
    assert call_file.windows[1].closes == datetime(2021, 2, 24, 12, tzinfo=ROME)
    assert [window["opens"][-6:] for window in call_file.versions[2].payload["windows"]] == ["+02:00", "+01:00"]


def test_every_assumption_of_the_file_is_listed_with_its_note(call_file, call_text):
    listed = call_file.assumptions()
    data = "\n".join(line for line in call_text.splitlines() if not line.startswith("#"))

    assert len(listed) == data.count("assumption = true") > 40
    assert all(len(item.note) > 10 for item in listed)
    assert {item.path: item.value for item in listed}["terms[1].deadlines.acceptance"] == 30


def test_every_value_that_the_law_leaves_open_is_marked(call_file):
    paths = {item.path for item in call_file.assumptions()}
    rules = {f"terms[1].rules.{name}" for name in (
        "headcount_basis", "headcount_reference", "intensity", "vat", "rounding", "partial_award", "overtaking",
        "hold_for_pending", "one_live_application",
    )}  # fmt: skip
    terms = {f"terms[1].deadlines.{name}" for name in ("acceptance", "start_notice", "claim", "records")}
    pilot = {f"terms[1].pilot_bands[{row}].workers" for row in (1, 2, 3, 4)}
    money = {f"money_acts[{row}].split.{action}" for row in (3, 4) for action in "AB"}
    others = {"terms[1].de_minimis.over_ceiling", "terms[1].interest_rates[1].percent", "terms[1].windows[1].closes"}

    assert rules | terms | pilot | money | others <= paths


def test_the_panorama_is_that_of_september_2021(call_file):
    panorama = call_file.monitoring["panorama"]
    rows = {row["code"]: row for row in panorama["rows"]}

    assert panorama["as_of"] == "2021-09-30"
    assert rows["POR"]["certified"] == "643.7"
    axes = sum(Decimal(rows[code]["endowment"]) for code in ("I", "II", "III", "IV"))
    assert Decimal(rows["POR"]["endowment"]) - axes == Decimal("32.8")


def test_every_text_of_a_decree_can_be_filled_from_its_facts(call_file, money_terms):
    payload = call_file.versions[-1].payload
    days = {code: term.value for code, term in money_terms.deadlines.items() if term.unit == "giorni"}
    call = CallFacts(**{field.name: "x" for field in fields(CallFacts)})
    office = dict.fromkeys(("authority", "directorate", "office", "signatory", "signatory_title"), "x")
    facts = DecreeFacts(
        kind="GRANT", number=1, year=2020, signed_at="2020-05-05T10:00:00+02:00", ordinal=1, call=call, **office,
        rows={}, received=0, protocol_first="1", protocol_last="1", money=(), days=days,
    )  # fmt: skip
    names = decree_words.names_of(facts)

    assert set(decree_names(payload)) == set(names)
    assert "pilot_days" not in names
    for kind in payload["decrees"]:
        texts = decree_words.filled(DecreeTexts.from_payload(payload, kind), facts)
        assert "{" not in repr(texts)


def test_reasons_and_interest_are_read_for_the_money(money_terms: MoneyTerms):
    assert list(money_terms.renunciation_reasons) == [
        "ONLY_EQUIPMENT", "BURDEN", "PANDEMIC", "CLOSURE", "RENOUNCE_PLAN", "OTHER",
    ]  # fmt: skip
    assert [(rate.valid_from, rate.percent) for rate in money_terms.interest_rates][:2] == [
        (date(2020, 1, 1), Decimal("0.05")), (date(2021, 1, 1), Decimal("0.01")),
    ]  # fmt: skip


def test_the_file_is_reviewed_text_without_blank_or_doubled_strings(call_text):
    def strings(node):
        if isinstance(node, str):
            yield node
        elif isinstance(node, dict):
            for item in node.values():
                yield from strings(item)
        elif isinstance(node, list):
            for item in node:
                yield from strings(item)

    odd = [text for text in strings(tomllib.loads(call_text)) if text != text.strip() or "  " in text or " ," in text]
    assert odd == []
