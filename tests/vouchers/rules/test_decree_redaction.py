"""The publication copy uncovers nobody, and covers nothing else."""

import json
from dataclasses import replace

import pytest

from tests.factories.decree_facts import PERSON, content, row
from vouchers.rules.decree_annexes import Column
from vouchers.rules.decree_redaction import OMISSIS, publication_copy


def test_persons_are_covered_and_firms_are_not():
    codes = [cells[5] for cells in publication_copy(content(count=3)).annexes[0].rows]

    assert codes == ["01234567897", "01234567897", OMISSIS]


def test_nothing_of_a_person_is_left_anywhere():
    written = json.dumps(publication_copy(content(count=30)).to_json())

    assert PERSON not in written
    assert "Dario" not in written


def test_money_rows_and_totals_do_not_change():
    full, copy = content(count=5), publication_copy(content(count=5))

    assert copy.tables == full.tables
    assert copy.annexes[0].total == full.annexes[0].total
    assert [cells[:5] + cells[6:] for cells in copy.annexes[0].rows] == [c[:5] + c[6:] for c in full.annexes[0].rows]


@pytest.mark.parametrize(
    "secret",
    [PERSON, PERSON.lower(), "RSSMRA80A01H50MU", "IT60X0542811101000000123456", "IT60 X054 2811 1010 0000 0123 456",
     "DE89370400440532013000", "GB29 NWBK 6016 1331 9268 19"],
)  # fmt: skip
def test_secrets_are_covered_in_free_words_too(secret):
    noted = row(1, note=f"Rettifica di {secret}, come da istanza", firm=f"Ditta individuale {secret}")

    cells = publication_copy(content(count=1, rows={"A": (noted,)})).annexes[0].rows[0]

    assert cells[4] == "Ditta individuale omissis"
    assert cells[-1] == "Rettifica di omissis, come da istanza"


def test_any_sixteen_characters_in_the_tax_code_column_are_covered():
    odd = row(1, tax_code="XXXXXXXXXXXXXXXX")

    assert publication_copy(content(count=1, rows={"A": (odd,)})).annexes[0].rows[0][5] == OMISSIS


def test_home_addresses_are_covered_where_a_column_has_them():
    paper = content(count=2)
    annex = paper.annexes[0]
    wider = replace(
        annex,
        columns=(*annex.columns, Column("home_address", "Residenza", "text")),
        rows=tuple((*cells, "via Verdi 1, Milano") for cells in annex.rows),
    )

    copy = publication_copy(replace(paper, annexes=(wider,)))

    assert [cells[-1] for cells in copy.annexes[0].rows] == [OMISSIS, OMISSIS]


def test_words_of_the_act_are_left_alone():
    full, copy = content(), publication_copy(content())

    assert (copy.subject, copy.premises, copy.points) == (full.subject, full.premises, full.points)
    assert copy.notice.startswith("Copia per la pubblicazione")


def test_covering_twice_changes_nothing():
    once = publication_copy(content())

    assert publication_copy(once) == once
