"""The list of accredited operators: every good row read, every mistake said at once."""

from collections.abc import Sequence
from datetime import date

import pytest

from applications.domain.identifiers import tax_code
from applications.rules.headcount_file import BadFile, decoded, lines_of, rows_of_text
from applications.rules.headcount_import import Wrong
from applications.rules.operator_list import TABLE, Operator, compare, judge, lacking

HEAD = "codice fiscale;denominazione;albo formazione;albo lavoro\r\n"
DATED = HEAD.replace("albo lavoro", "albo lavoro;iscritto dal;iscritto fino al")
ONE, TWO = "07643520567", "09000010158"
FIRST = Operator(ONE, "Ente uno", "0012", "0034")


def read(text: str | bytes) -> tuple[list[Operator], list[Wrong]]:
    data = text if isinstance(text, bytes) else text.encode()
    return judge(lines_of(rows_of_text(decoded(data)), TABLE), spelling=tax_code)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HEAD + f"{ONE};Ente uno;0012;0034", FIRST),
        ("\ufeff" + HEAD + f"{ONE};Ente uno;0012;0034", FIRST),
        ((HEAD + f"{ONE};Ente uno;0012;0034").replace(";", ","), FIRST),
        ((HEAD + f"{ONE};Ente uno;0012;0034").replace(";", "\t"), FIRST),
        ((HEAD + f"{ONE};Città lavoro;0012;0034").encode("cp1252"), Operator(ONE, "Città lavoro", "0012", "0034")),
        (HEAD + f'="{ONE}";Ente uno;="0012";="0034"', FIRST),
        (HEAD + f"{ONE[1:]};Ente uno;0012;0034", FIRST),
        (HEAD + f"{ONE};Ente uno;;0034", Operator(ONE, "Ente uno", "", "0034")),
        (HEAD + f"{ONE};Ente uno;0012;-", Operator(ONE, "Ente uno", "0012", "")),
        (
            DATED + f"{ONE};Ente uno;0012;0034;1/2/2020;31/12/2026",
            Operator(ONE, "Ente uno", "0012", "0034", date(2020, 2, 1), date(2027, 1, 1)),
        ),
    ],
    ids=["plain", "bom", "commas", "tabs", "windows", "texts", "lost zero", "labour only", "dash", "days"],
)
def test_a_row_is_read_as_spreadsheets_write_it(text: str | bytes, expected: Operator) -> None:
    assert read(text) == ([expected], [])


def said(wrongs: Sequence[Wrong]) -> list[tuple[int, str]]:
    return [(wrong.line, wrong.column) for wrong in wrongs]


def test_every_mistake_is_said_at_once() -> None:
    rows = [
        "07643520568;Ente;1;2;;",
        f"{ONE};;1;2;;",
        f"{ONE};Ente;;;;",
        f"{ONE};=SUM(1);1;2;;",
        f"{ONE};Ente;{'9' * 21};2;;",
        f"{ONE};Ente;1;2;31/02/2020;",
        f"{ONE};Ente;1;2;2/1/2021;1/1/2021",
        ";Ente;1;2;;",
        f"{TWO};Ente;1;2;;",
        f"{TWO};Ente;1;2;;",
    ]
    found, wrongs = read(DATED + "\r\n".join(rows))

    assert [item.tax_code for item in found] == [TWO]
    assert said(wrongs) == [
        (2, "codice fiscale"),
        (3, "denominazione"),
        (4, "albo formazione"),
        (5, "denominazione"),
        (6, "albo formazione"),
        (7, "iscritto dal"),
        (8, "iscritto fino al"),
        (9, "codice fiscale"),
        (11, "codice fiscale"),
    ]
    assert "formula" in wrongs[3].what
    assert wrongs[-1].what == "Lo stesso operatore c'è già alla riga 10."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Il file è vuoto"),
        (HEAD, "una riga per operatore"),
        ("codice fiscale;denominazione;albo lavoro\r\n1;2;3", "«albo formazione»"),
        (HEAD + f"{ONE};Ente;1;2\r\n" * 10_001, "10001 righe"),
        ("a\0b", "non è un CSV"),
    ],
    ids=["empty", "titles only", "no column", "too many", "not a text"],
)
def test_a_file_that_is_not_a_list_is_refused(text: str, words: str) -> None:
    with pytest.raises(BadFile, match=words):
        read(text)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (FIRST, ""),
        (Operator(ONE, "Ente", "", "2"), "nell'albo della formazione"),
        (Operator(ONE, "Ente", "1", ""), "nell'albo dei servizi al lavoro"),
        (None, "né nell'albo della formazione né in quello dei servizi al lavoro"),
    ],
)
def test_it_is_said_which_register_lacks_the_operator(found: Operator | None, words: str) -> None:
    assert lacking(found) == words


def test_a_list_is_compared_with_the_register() -> None:
    today = date(2020, 4, 1)
    gone, out = Operator("1", "Esce", "1", "1"), Operator("2", "Già uscito", "1", "1", None, today)
    renamed, new = Operator(ONE, "Altro nome", "0012", "0034"), Operator(TWO, "Nuovo", "1", "1")
    found = compare([renamed, new], {ONE: FIRST, "1": gone, "2": out}, today=today)

    assert (found.new, found.changed, found.closed) == ([new], [(FIRST, renamed)], [gone])
    assert not compare([FIRST], {ONE: FIRST, "2": out}, today=today)
