"""The words of one draft: what may be written, what differs from the call, block by block."""

import pytest

from tests.factories.decree_facts import facts, texts
from vouchers.rules.decree_facts import GRANT
from vouchers.rules.decree_names import DECREE_NAMES
from vouchers.rules.decree_texts import BadText, adapted, differences, own_sections, sections

NAMES = {*DECREE_NAMES, *(f"{code}_days" for code in facts().days)}


def test_only_the_sections_that_differ_are_kept() -> None:
    text = texts(GRANT)
    wanted = {**sections(text), "ritenuto": ["  di   concedere\ni voucher; ", " "]}

    own = own_sections(text, wanted, NAMES)

    assert own == {"ritenuto": ["di concedere i voucher;"]}
    assert adapted(text, own).ritenuto == ("di concedere i voucher;",)
    assert adapted(text, own).decreta == text.decreta
    assert adapted(text, {}) == text
    assert adapted(text, {"subject": ["Altro oggetto"]}).subject == "Altro oggetto"


def test_a_difference_says_block_by_block_what_went_and_what_came() -> None:
    text = texts(GRANT)
    first, *rest = text.dato_atto

    (found,) = differences(text, {"dato_atto": ["che è altro;", *rest, "che si aggiunge;"]})

    assert (found.section, found.title) == ("dato_atto", "Dato atto")
    assert found.blocks[:2] == (("less", " ".join(first.split())), ("more", "che è altro;"))
    assert found.blocks[-1] == ("more", "che si aggiunge;")
    assert [how for how, _ in found.blocks[2:-1]] == ["same"] * len(rest)


@pytest.mark.parametrize(
    ("section", "blocks", "words"),
    [
        ("decreta", [" ", ""], "non può farne a meno"),
        ("subject", [], "non può farne a meno"),
        ("subject", ["Uno", "Due"], "un blocco solo"),
        ("ritenuto", ["di dare {amount_totale};"], "Nomi sconosciuti: amount_totale"),
        ("ritenuto", ["di dare {amount_total;"], "spaiata"),
        ("ritenuto", ["di dare }"], "spaiata"),
        ("ritenuto", ["a" * 4_001], "troppo lungo"),
        ("ritenuto", ["di dare\u202e oro"], "non si vede"),
        ("ritenuto", ["x"] * 101, "100 blocchi"),
        ("chiusura", ["x"], "non esiste"),
    ],
)
def test_what_a_decree_cannot_say_is_refused_in_words(section: str, blocks: list[str], words: str) -> None:
    with pytest.raises(BadText, match=words) as refused:
        own_sections(texts(GRANT), {section: blocks}, NAMES)

    assert list(refused.value.problems) == [section]
