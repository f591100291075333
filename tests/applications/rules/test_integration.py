"""What an integration may ask: every field of the wizard is either open or frozen, and nothing is both."""

import re
from dataclasses import replace
from datetime import date

import pytest

from applications.domain.calls import terms_in_force, typed_terms
from applications.forms.step import Situation
from applications.models import Call
from applications.rules.integration import FROZEN_FIELDS, OPEN_FIELDS, Given
from applications.rules.plan import PilotTerms
from applications.wizard import STEPS
from tests.applications.guided import GOOD
from tests.conftest import FIRST_DAY, good_answers


def side_of(page: str, name: str) -> list[str]:
    """Where a field is: among the open, among the frozen."""
    tables = {"open": OPEN_FIELDS, "frozen": FROZEN_FIELDS}
    return [side for side, table in tables.items() if re.fullmatch(table.get(page, "(?!)"), name)]


def test_every_field_of_the_wizard_is_open_or_frozen(call: Call) -> None:
    """A new field of the wizard has to choose: nothing is asked again by oversight."""
    terms = terms_in_force(call, FIRST_DAY)
    answers = good_answers(plan={"activities": [{"name": "Preparazione delle offerte"}]})
    situation = Situation(
        terms=typed_terms(terms), pilot=PilotTerms.from_payload(terms.payload), answers=answers,
        on=date(2020, 4, 2), tax_code="00000000001",
    )  # fmt: skip
    undecided = [
        f"{step.slug}: {name}"
        for step in STEPS
        for name in step.form(replace(situation), GOOD.get(step.slug, {})).fields
        if len(side_of(step.slug, name)) != 1
    ]

    assert undecided == []


@pytest.mark.parametrize("page", sorted(OPEN_FIELDS))
def test_the_open_pages_are_pages_of_the_wizard(page: str) -> None:
    assert page in {step.slug for step in STEPS}


def test_an_answer_is_read_back_as_it_was_written() -> None:
    stored = {
        "fields": [{"asked": 0, "label": "Orari", "before": "a", "after": "b", "value": ["b"]}],
        "texts": [{"asked": 1, "question": "Chi?", "answer": "Lei"}],
        "files": [{"attachment": 7, "code": "MANDATE", "name": "p.pdf", "sha256": "0" * 64}],
    }

    assert Given.from_json(stored).to_json() == stored
