"""The model of a new call: the texts and the rules that an office finds already written."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from vouchers.rules.call_problems import CallFileErrors, Problem
from vouchers.rules.call_schema import CALL
from vouchers.rules.call_shape import read

MODEL = Path(__file__).resolve().parents[1] / "calls" / "modello" / "nuovo_avviso.toml"


@cache
def model_of_a_new_call() -> dict[str, Any]:
    """The model as plain JSON, incomplete on purpose. Raises CallFileErrors when its file was spoilt."""
    problems: list[Problem] = []
    content: dict[str, Any] = read(CALL, tomllib.loads(MODEL.read_text(encoding="utf-8")), "", problems)
    if problems:
        raise CallFileErrors(problems)
    return content
