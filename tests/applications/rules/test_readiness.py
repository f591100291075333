"""Ready, with some help, or not now."""

import pytest

from applications.rules.readiness import QUESTIONS, Unanswered, readiness_of
from tests.cases import cases


@pytest.mark.parametrize("case", cases("readiness"), ids=lambda case: f"{case['outcome']} {case['missing']}")
def test_each_case(case: dict[str, str]) -> None:
    found = readiness_of({name: case[name] for name in QUESTIONS})

    assert found.outcome == case["outcome"]
    assert list(found.missing) == case["missing"].split()


def test_an_answer_left_out_or_invented_is_named() -> None:
    answers = dict.fromkeys(QUESTIONS, "YES") | {"cash": "MAYBE"}
    del answers["person"]

    with pytest.raises(Unanswered) as refused:
        readiness_of(answers)
    assert refused.value.questions == ["person", "cash"]
