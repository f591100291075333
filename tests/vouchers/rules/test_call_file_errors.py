"""A file with mistakes: each is told with its place and line, all of them at once, in words that help."""

import pytest

from vouchers.rules.call_file import CallFileErrors, read_call


def errors_of(text: str) -> dict[str, tuple[str, int | None]]:
    with pytest.raises(CallFileErrors) as raised:
        read_call(text)
    return {problem.place: (problem.message, problem.line) for problem in raised.value.errors}


def changed(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def line_with(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), start=1) if words in line)


DESK_2 = 'title = "Secondo sportello"\nopens = 2020-12-16T12:00:00\ncloses = 2021-02-24T12:00:00'
BAND_A = '[[terms.bands.A]]\nmin = 11\nmax = 20\namount = "7000.00"'
BAND_B_1 = '[[terms.bands.B]]\nmin = 3\nmax = 10\namount = "2500.00"'

MISTAKES = [
    ("unknown key", 'cup = "E85G19000030009"', 'cupp = "E85G19000030009"', "identity.cupp", "voce sconosciuta"),
    ("missing key", 'cup = "E85G19000030009"\n', "", "identity.cup", "manca la voce «cup»"),
    (
        "missing term",
        "[terms.deadlines.claim]",
        "[terms.deadlines.claims]",
        "terms[1].deadlines.claim",
        "manca la voce",
    ),
    ("text for number", "value = 270", 'value = "270"', "terms[1].deadlines.activities.value", "numero intero"),
    ("float money", 'amount = "15000.00"', "amount = 15000.00", "terms[1].bands.A[4].amount", "tra virgolette"),
    ("negative money", 'amount = "7000.00"', 'amount = "-7000.00"', "terms[1].bands.A[2].amount", "negativo"),
    ("tenth of cent", 'amount = "7000.00"', 'amount = "7000.005"', "terms[1].bands.A[2].amount", "due decimali"),
    ("comma", 'amount = "7000.00"', 'amount = "7.000,00"', "terms[1].bands.A[2].amount", "usa il punto"),
    ("zero money", 'amount = "7000.00"', 'amount = "0.00"', "terms[1].bands.A[2].amount", "maggiore di zero"),
    ("infinite", 'amount = "7000.00"', 'amount = "Infinity"', "terms[1].bands.A[2].amount", "non è un numero"),
    ("date as text", "date = 2020-02-18", 'date = "2020-02-18"', "identity.founding_acts[1].date", "senza virgolette"),
    ("time zone", 'timezone = "Europe/Rome"', 'timezone = "Europe/Roma"', "terms[1].windows[1].timezone", "non esiste"),
    (
        "skipped hour",
        "opens = 2020-04-02T12:00:00",
        "opens = 2020-03-29T02:30:00",
        "terms[1].windows[1].opens",
        "ora legale",
    ),
    (
        "doubled hour",
        "opens = 2020-12-16T12:00:00",
        "opens = 2020-10-25T02:30:00",
        "terms[3].windows[1].opens",
        "due volte",
    ),
    (
        "offset",
        "opens = 2020-04-02T12:00:00",
        "opens = 2020-04-02T12:00:00Z",
        "terms[1].windows[1].opens",
        "ora locale",
    ),
    (
        "inverted desk",
        DESK_2,
        DESK_2.replace("2021-02-24", "2020-02-24"),
        "terms[3].windows[1].closes",
        "dopo l'apertura",
    ),
    (
        "overlapping desks",
        DESK_2,
        DESK_2.replace("2020-12-16", "2020-05-01"),
        "terms[3].windows[1].opens",
        "prima che finisca",
    ),
    ("gap", BAND_A, BAND_A.replace("11", "12"), "terms[1].bands.A[2].min", "vuoto"),
    ("overlap", BAND_A, BAND_A.replace("11", "10"), "terms[1].bands.A[2].min", "si sovrappone"),
    (
        "closed top",
        'min = 31\namount = "15000.00"',
        'min = 31\nmax = 99\namount = "15000.00"',
        "terms[1].bands.A[4].max",
        "oltre 99",
    ),
    ("B differs", BAND_B_1, BAND_B_1.replace("= 3\n", "= 4\n"), "terms[1].bands.B", "stessi limiti"),
    ("unknown action", BAND_B_1, BAND_B_1.replace("bands.B", "bands.C"), "terms[1].bands.C", "l'Azione «C» non esiste"),
    ("split", 'B = "1500000.00"', 'B = "1500000.01"', "money_acts[1].split", "la somma delle Azioni è 4500000.01"),
    ("split action", 'B = "700000.00"', 'D = "700000.00"', "money_acts[2].split.D", "l'Azione «D» non esiste"),
    ("same code", 'code = "DURC"', 'code = "SECTOR"', "terms[1].requirements[12].code", "è già nella riga 8"),
    ("requires", 'requires = "A"', 'requires = "Z"', "terms[1].actions[2].requires", "l'Azione «Z» non esiste"),
    (
        "relaxation",
        'relaxes = ["EXISTING_PLAN"]',
        'relaxes = ["PLAN"]',
        "terms[2].paths[1].relaxes",
        "il requisito «PLAN» non esiste",
    ),
    (
        "path",
        'when = { path = "COVID" }',
        'when = { path = "COVIT" }',
        "terms[2].documents[1].when.path",
        "il percorso «COVIT»",
    ),
    ("condition", "when = { action = ", "when = { azione = ", "terms[1].documents[5].when.azione", "voce sconosciuta"),
    (
        "choice",
        'over_ceiling = { value = "REFUSE"',
        'over_ceiling = { value = "REFUSED"',
        "terms[1].de_minimis.over_ceiling",
        "REFUSE oppure CUT",
    ),
    (
        "not obeyed: cut",
        'over_ceiling = { value = "REFUSE"',
        'over_ceiling = { value = "CUT"',
        "terms[1].de_minimis.over_ceiling",
        'per ora scrivi "REFUSE"',
    ),
    (
        "not obeyed: part of an award",
        "partial_award = { value = false",
        "partial_award = { value = true",
        "terms[1].rules.partial_award",
        "per ora scrivi false",
    ),
    (
        "not obeyed: headcount asked again",
        'headcount_reference = { value = "APPLICATION"',
        'headcount_reference = { value = "ACCEPTANCE"',
        "terms[1].rules.headcount_reference",
        'per ora scrivi "APPLICATION"',
    ),
    (
        "not obeyed: many applications",
        "one_live_application = { value = true",
        "one_live_application = { value = false",
        "terms[1].rules.one_live_application",
        "per ora scrivi true",
    ),
    (
        "no code for silence",
        '[[terms.forfeiture_reasons]]\ncode = "ACCEPTANCE"',
        '[[terms.forfeiture_reasons]]\ncode = "SILENCE"',
        "terms[1].forfeiture_reasons",
        "manca la voce «ACCEPTANCE»",
    ),
    (
        "no code for the incomplete",
        'code = "INCOMPLETE"',
        'code = "UNFINISHED"',
        "terms[1].requirements",
        "manca la voce «INCOMPLETE»",
    ),
    ("long code", 'code = "DURC"', f'code = "{"D" * 41}"', "terms[1].requirements[8].code", "al massimo 40 caratteri"),
    (
        "variable",
        "di impegnare a favore",
        "{importo} di impegnare a favore",
        "terms[1].decrees.GRANT.decreta",
        "{importo} non esiste",
    ),
    (
        "brace",
        "{forfeited_count} imprese",
        "{forfeited_count imprese",
        "terms[1].decrees.FORFEITURE.decreta",
        "spaiata",
    ),
    (
        "regulation",
        "valid_to = 2030-12-31",
        "valid_to = 2023-12-31",
        "terms[1].de_minimis.regulations[2].valid_to",
        "prima di cominciare",
    ),
    ("order", "valid_from = 2020-11-17", "valid_from = 2020-03-18", "terms[3].valid_from", "non viene dopo"),
    ("version", "version = 3", "version = 2", "terms[3].version", "non viene dopo"),
    ("extends", "extends = 2", "extends = 7", "terms[3].extends", "la versione 7 non è tra le precedenti"),
    ("no note", ', note = "Estremi dell\'atto da completare." }', " }", "money_acts[2].act", "manca «note»"),
    (
        "flag",
        "overtaking = { value = false",
        "overtaking = { value = 0",
        "terms[1].rules.overtaking",
        "true oppure false",
    ),
    ("table", "[monitoring]\n", "[[monitoring]]\n", "monitoring", "serve una tabella"),
]


@pytest.mark.parametrize(
    ("old", "new", "place", "words"), [row[1:] for row in MISTAKES], ids=[row[0] for row in MISTAKES]
)
def test_a_mistake_is_told_at_its_place(old, new, place, words, call_text):
    text = changed(call_text, (old, new))

    found = errors_of(text)

    assert place in found, found
    assert words in found[place][0]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('amount = "7000.00"', 'amount = "-7000.01"', "terms[1].bands.A[2].amount"),
        ('relaxes = ["EXISTING_PLAN"]', 'relaxes = ["PLAN_X"]', "terms[2].paths[1].relaxes"),
        ("opens = 2020-12-16T12:00:00", "opens = 2020-05-02T12:00:01", "terms[3].windows[1].opens"),
        ('B = "700000.00"', 'DX = "700000.00"', "money_acts[2].split.DX"),
        ('cup = "E85G19000030009"', 'cupp = "E85"', "identity.cupp"),
    ],
)
def test_the_line_is_the_one_of_the_mistake(old, new, place, call_text):
    text = changed(call_text, (old, new))

    assert errors_of(text)[place][1] == line_with(text, new)


def test_five_mistakes_are_told_together_in_the_order_of_the_file(call_text):
    text = changed(
        call_text,
        ('code = "RLE12019006365"', "code = 12"),
        ('B = "1500000.00"', 'B = "1500000.001"'),
        (BAND_A, BAND_A.replace("11", "13")),
        ('relaxes = ["EXISTING_PLAN"]', 'relaxes = ["NOTHING"]'),
        ("extends = 2", "extends = 2\nexpires = 2021-01-01"),
    )

    with pytest.raises(CallFileErrors) as raised:
        read_call(text)

    assert [problem.place for problem in raised.value.errors if problem.place != "terms[1].bands.B"] == [
        "identity.code", "money_acts[1].split.B", "terms[1].bands.A[2].min", "terms[2].paths[1].relaxes",
        "terms[3].expires",
    ]  # fmt: skip
    assert str(raised.value).count("\n") == 5
    assert all(f"riga {problem.line}: " in str(raised.value) for problem in raised.value.errors)


def test_a_mistake_in_a_version_is_not_repeated_for_those_that_extend_it(call_text):
    with pytest.raises(CallFileErrors) as raised:
        read_call(changed(call_text, ("[terms.deadlines.claim]", "[terms.deadlines.claims]")))

    assert [problem.place for problem in raised.value.errors] == [
        "terms[1].deadlines.claim",
        "terms[1].deadlines.claims",
    ]


def test_b_without_the_bands_of_a_is_refused(call_text):
    start, end = call_text.index("[[terms.bands.A]]"), call_text.index("[[terms.bands.B]]")

    found = errors_of(call_text[:start] + call_text[end:])

    assert "aggiungi [[terms.bands.A]]" in found["terms[1].bands"][0]
    assert "l'Azione B ha le fasce e l'Azione A, che essa richiede, no" in found["terms[1].bands.B"][0]


def test_a_file_that_is_not_toml_says_the_line():
    found = errors_of('slug = "x"\n[identity\ntitle = 1\n')

    assert found[""][1] == 2
    assert "non è TOML valido" in found[""][0]


@pytest.mark.parametrize("text", ['slug = "a', "a = [1,", "a = 1\na = 2\n"])
def test_unfinished_and_doubled_keys_have_a_line(text):
    assert errors_of(text)[""][1] is not None


@pytest.mark.parametrize("text", ["", 'slug = "vuoto"', "terms = 3", "terms = []", "[[terms]]", "[[terms]]\nbands = 4"])
def test_a_nearly_empty_file_lists_what_it_lacks(text):
    found = errors_of(text)

    assert {"identity", "money_acts"} <= set(found)
    assert any(place.startswith("terms") for place in found)


@pytest.mark.parametrize(
    "value", ["0", "-1", "1.5", '""', '"x"', "true", "[]", "[1]", "[[]]", "{}", "{ value = {} }", "2020-01-01", "[{}]"]
)
@pytest.mark.parametrize(
    "key",
    [
        "windows",
        "actions",
        "bands",
        "pilot_bands",
        "rules",
        "interest_rates",
        "de_minimis",
        "login",
        "paths",
        "requirements",
        "declarations",
        "documents",
        "deadlines",
        "decree_preamble",
        "decrees",
        "version",
        "extends",
        "valid_from",
        "outputs",
    ],
)
def test_any_value_in_any_place_is_answered_with_problems_and_not_with_a_crash(key, value, call_text):
    errors_of(f'slug = "x"\n[[terms]]\n{key} = {value}\n[[terms]]\nextends = 1\nversion = 2\n{key} = {value}\n')
