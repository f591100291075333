"""The employees of many firms: files as spreadsheets write them, every mistake told at once."""

from datetime import date

import pytest

from applications.domain import identifiers
from applications.rules.headcount_file import BadFile, Line, decoded, lines_of, rows_of_text
from applications.rules.headcount_import import NOT_YOURS, Change, Client, KnownSite, Wrong, judge

TODAY = date(2026, 11, 21)
ALFA = Client(1, "Alfa S.r.l.", 12, (KnownSite(11, "Milano", "MI", "Via Roma 1", 8),))
BETA = Client(
    2,
    "Beta S.r.l.",
    40,
    (KnownSite(21, "Cantù", "CO", "Via Po 2", 10), KnownSite(22, "Cantù", "CO", "Via Adda 3", 10)),
)
CLIENTS = {"09000010158": ALFA, "01234567897": BETA}


def judged(*rows: str) -> tuple[list[Change], list[Wrong]]:
    text = "codice fiscale;sede;dipendenti;data\r\n" + "\r\n".join(rows)
    return judge(lines_of(rows_of_text(text)), CLIENTS, today=TODAY, spelling=identifiers.tax_code)


def only_wrong(row: str) -> Wrong:
    _changes, wrongs = judged(row)
    assert len(wrongs) == 1, wrongs
    return wrongs[0]


GOOD = ("09000010158", "Milano", "9", "31/10/2026")


@pytest.mark.parametrize(
    "data",
    [
        "codice fiscale;sede;dipendenti;data\r\n01234567897;Cantù Via Po 2;9;31/10/2026\r\n".encode(encoding)
        for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16")
    ]
    + [
        b"Codice Fiscale,Comune,Dipendenti,Data\n01234567897,\"Cant\xc3\xb9, Via Po 2\",9,31/10/2026\n",
        b"CF\tSede/comune\tN. dipendenti\tContati il\r01234567897\tVia Po 2\t9\t31/10/2026\r",
        b"sep=;\r\ncodice fiscale;sede;dipendenti;data;note\r\n\r\n01234567897;via po 2;9;31/10/2026;=1+1\r\n;;;;\r\n",
    ],
    ids=["utf-8", "utf-8 with its mark", "windows-1252", "utf-16", "comma", "tab", "sep line and empty rows"],
)  # fmt: skip
def test_files_of_every_spreadsheet_are_read(data: bytes) -> None:
    changes, wrongs = judge(lines_of(rows_of_text(decoded(data))), CLIENTS, today=TODAY, spelling=identifiers.tax_code)

    assert wrongs == []
    assert [(change.client, change.site, change.employees) for change in changes] == [(BETA, BETA.sites[0], 9)]


@pytest.mark.parametrize(
    ("typed", "employees"), [("12", 12), ("12,0", 12), ("12.00", 12), ("1.200", 1200), (" 0 ", 0), ('="7"', 7)]
)
def test_numbers_are_read_as_italians_and_spreadsheets_write_them(typed: str, employees: int) -> None:
    changes, wrongs = judged("09000010158;totale;20000;31/10/2026", f"09000010158;Milano;{typed};31/10/2026")

    assert wrongs == []
    assert changes[1].employees == employees


@pytest.mark.parametrize(
    "typed",
    ["31/10/2026", "31-10-2026", "31.10.2026", "31/10/26", "2026-10-31", "2026-10-31T00:00:00", "31 ottobre 2026",
     "46326", "46326.0", "31/10/2026 00:00:00"],
)  # fmt: skip
def test_dates_are_read_as_italians_and_spreadsheets_write_them(typed: str) -> None:
    changes, wrongs = judged(f"09000010158;Milano;9;{typed}")

    assert wrongs == []
    assert changes[0].counted_on == date(2026, 10, 31)


@pytest.mark.parametrize("typed", ["09000010158", "9000010158", "IT 09000010158", '="09000010158"'])
def test_a_code_that_lost_its_zeros_is_still_known(typed: str) -> None:
    changes, wrongs = judged(f"{typed};MILANO;9;31/10/2026")

    assert (wrongs, changes[0].client) == ([], ALFA)


@pytest.mark.parametrize(
    ("row", "column", "what", "todo"),
    [
        (";Milano;9;31/10/2026", "codice fiscale", "Manca", "Scrivi il codice fiscale"),
        ("09000010157;Milano;9;31/10/2026", "codice fiscale", "cifra è sbagliata", "visura"),
        ("9,00E+09;Milano;9;31/10/2026", "codice fiscale", "accorciato", "«Testo»"),
        ("=A1;Milano;9;31/10/2026", "codice fiscale", "formula", "Scrivi il valore"),
        ("09000010158;;9;31/10/2026", "sede", "Manca la sede", "Milano (MI), Via Roma 1"),
        ("09000010158;Lodi;9;31/10/2026", "sede", "non ha una sede chiamata «Lodi»", "o «totale»"),
        ("01234567897;Cantù;9;31/10/2026", "sede", "le sedi sono 2", "anche l'indirizzo"),
        ("09000010158;Milano;9,5;31/10/2026", "dipendenti", "non è un numero intero", "Conta le persone"),
        ("09000010158;Milano;-3;31/10/2026", "dipendenti", "negativo", "solo cifre"),
        ("09000010158;Milano;;31/10/2026", "dipendenti", "quanti sono", "solo cifre"),
        ("09000010158;Milano;nove;31/10/2026", "dipendenti", "non è un numero intero", "solo cifre"),
        ("09000010158;Milano;=SUM(A1);31/10/2026", "dipendenti", "formula", "Scrivi il valore"),
        ("09000010158;Milano;13;31/10/2026", "dipendenti", "in tutto ne ha 12", "Correggi il totale"),
        ("09000010158;Milano;9;31/11/2026", "data", "non è una data", "31/10/2026"),
        ("09000010158;Milano;9;22/11/2026", "data", "futuro", "31/10/2026"),
        ("09000010158;Milano;9;1/1/2020", "data", "più di due anni", "31/10/2026"),
        ("09000010158;Milano;9;", "data", "a quale giorno", "31/10/2026"),
    ],
)
def test_a_mistake_says_where_what_and_what_to_do(row: str, column: str, what: str, todo: str) -> None:
    wrong = only_wrong(row)

    assert (wrong.line, wrong.column) == (2, column)
    assert what in wrong.what
    assert todo in wrong.todo


def test_every_bad_cell_of_a_row_is_told_at_once() -> None:
    _changes, wrongs = judged("1;Lodi;x;y")

    assert [wrong.column for wrong in wrongs] == ["codice fiscale", "dipendenti", "data"]


def test_the_same_site_twice_is_told_with_the_first_row() -> None:
    changes, wrongs = judged(";".join(GOOD), "09000010158;Via Roma 1;8;31/10/2026")

    assert len(changes) == 1
    assert (wrongs[0].line, wrongs[0].what) == (3, "La stessa sede c'è già alla riga 2.")


def test_the_total_and_the_sites_of_one_file_are_judged_together() -> None:
    together, fine = judged("09000010158;totale;20;31/10/2026", "09000010158;Milano;20;31/10/2026")
    _alone, wrongs = judged("09000010158;totale;7;31/10/2026")

    assert (len(together), fine) == (2, [])
    assert "Alfa S.r.l." in wrongs[0].what


def test_a_firm_of_others_is_answered_like_an_unknown_one() -> None:
    unknown = only_wrong("00743110157;Milano;9;31/10/2026")

    assert unknown.what == NOT_YOURS
    assert "00743110157" not in unknown.todo


def test_a_firm_whose_data_are_not_ones_to_write_says_so() -> None:
    reader = {"09000010158": Client(1, "Alfa S.r.l.", 12, (), refusal="La tua delega non comprende la compilazione.")}
    lines = [Line(2, {"tax_code": "09000010158", "place": "totale", "employees": "9", "counted_on": "31/10/2026"})]

    changes, wrongs = judge(lines, reader, today=TODAY, spelling=identifiers.tax_code)

    assert changes == []
    assert wrongs[0].what == "La tua delega non comprende la compilazione."


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "vuoto"),
        (b" \r\n;;;\r\n", "vuoto"),
        (b"codice fiscale;sede;dipendenti;data\r\n", "nessuna riga"),
        (b"codice fiscale;sede;data\r\n1;2;3\r\n", "manca la colonna «dipendenti»"),
        (b"codice fiscale;sede;dipendenti;data\r\n" + b"1;2;3;4\r\n" * 2001, "2001 righe"),
        (b"a\0b;c\r\n", "non è un CSV"),
        (b"codice fiscale;sede;dipendenti;data\r\n" + b"9" * 200_000, "cella smisurata"),
        (b"\xff\xfea", "non è un testo"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words(data: bytes, sentence: str) -> None:
    with pytest.raises(BadFile, match=sentence):
        lines_of(rows_of_text(decoded(data)))
