"""The choice of actions: A compulsory, B only with A."""

import pytest

from applications.rules.actions import wrong_actions
from applications.rules.terms import Terms
from tests.conftest import CALL_FILE
from vouchers.rules.call_file import read_call


@pytest.fixture(scope="module")
def actions():
    last = read_call(CALL_FILE.read_text(encoding="utf-8")).versions[-1]
    return Terms.from_payload(last.payload).actions


@pytest.mark.parametrize("asked", [["A"], ["A", "B"], ["B", "A"]])
def test_good_choices(asked, actions):
    assert wrong_actions(actions, asked) == ()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ([], ["Scegliere almeno un'Azione."]),
        (["B"], ["si può chiedere solo insieme all'Azione A"]),
        (["C"], ["«C» non esiste", "obbligatoria"]),
        (["A", "C", "D"], ["«C» non esiste", "«D» non esiste"]),
        (["B", "C"], ["«C» non esiste", "solo insieme all'Azione A"]),
        (["a"], ["«a» non esiste", "obbligatoria"]),
    ],
)
def test_bad_choices_say_everything_once(asked, words, actions):
    found = wrong_actions(actions, asked)

    assert len(found) == len(words)
    assert all(word in sentence for word, sentence in zip(words, found, strict=True))


def test_the_refusal_of_b_alone_names_its_article(actions):
    [sentence] = wrong_actions(actions, ["B"])

    article = next(action.article for action in actions if action.code == "B")
    assert article
    assert sentence.endswith(f"({article}).")
