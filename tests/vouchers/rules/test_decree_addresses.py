"""Home addresses in the words of a decree: their forms, what stays, what an author marks or overlooks."""

import pytest

from tests.factories.decree_facts import PERSON, content
from vouchers.rules.decree_addresses import without_addresses
from vouchers.rules.decree_personal import bad_mark, covered, left_readable, marked, unmarked
from vouchers.rules.decree_redaction import Cover, publication_copy


@pytest.mark.parametrize(
    ("said", "copy"),
    [
        ("residente in Via Roma 1, IBAN IT60", "residente in omissis, IBAN IT60"),
        ("residente in via Giuseppe Verdi n. 3, 20100 Milano (MI), e titolare", "residente in omissis, e titolare"),
        ("residente in viale Certosa 12/B", "residente in omissis"),
        ("residente in v.le Certosa civ. 12", "residente in omissis"),
        ("domiciliato in Piazza del Duomo, 7, scala C, int. 4, 20121 Milano MI.", "domiciliato in omissis."),
        ("domiciliata presso lo studio Bianchi in Corso Buenos Aires, n. 5;", "domiciliata presso omissis;"),
        ("con domicilio in Largo Augusto 3, Milano, ha chiesto", "con domicilio in omissis, ha chiesto"),
        ("con residenza in vicolo S. Maria alla Porta, 2. Altro.", "con residenza in omissis. Altro."),
        ("abitante in frazione Cascina Nuova, 8, comune di Lodi, che chiede", "abitante in omissis, che chiede"),
        ("residente in Località Ponte 4 di Erba (CO)", "residente in omissis"),
        ("residente a Milano, via Po n.c. 4, C.A.P. 20100, nata a Bari", "residente a omissis, nata a Bari"),
        ("(residente in L.go Cairoli 1, Como)", "(residente in omissis)"),
        ("residente in p.zza G. Garibaldi 2 e domiciliato in v.le Monza, 14; poi",
         "residente in omissis e domiciliato in omissis; poi"),
        ("residente: via Roma 1", "residente: omissis"),
        ("residente in Milano alla via Manzoni 7, codice fiscale X", "residente in omissis, codice fiscale X"),
        ("residente all'indirizzo Via Roma 1, interno 4", "residente all'omissis"),
        ("residente in C.so Sempione civico 40, CAP 20154, Milano, con decorrenza",
         "residente in omissis, con decorrenza"),
        ("residente in Via S. Francesco d'Assisi n. 12, Sesto San Giovanni (MI), Lombardia. DECRETA",
         "residente in omissis. DECRETA"),
        ("residente anagraficamente in Strada Statale 11, km 4", "residente anagraficamente in omissis"),
        ("residenti in via Roma 1 e in via Po 2", "residenti in omissis"),
        ("RESIDENTE IN VIA ROMA 1, MILANO", "RESIDENTE IN omissis"),
    ],
)  # fmt: skip
def test_an_address_goes_and_the_rest_stays(said: str, copy: str) -> None:
    assert without_addresses(said, "omissis") == copy
    assert without_addresses(copy, "omissis") == copy


@pytest.mark.parametrize(
    "said",
    [
        "i lavoratori residenti in Lombardia, con contratto di lavoro",
        "con sede in Via Roma 1, Milano",
        "ricorso straordinario al Presidente della Repubblica, in Roma",
        "il domicilio digitale dell'impresa, come in atti",
        "gli uffici di Piazza Città di Lombardia 1, Milano",
    ],
)
def test_what_is_no_home_stays(said: str) -> None:
    assert without_addresses(said, "omissis") == said


def test_the_copy_of_a_decree_without_a_cover_is_as_it_always_was() -> None:
    paper = content()

    assert publication_copy(paper) == publication_copy(paper, Cover())
    assert publication_copy(paper, Cover(addresses=True)) == publication_copy(paper)  # the words of the act stay


def test_marked_words_stand_in_the_act_and_go_from_the_copy_everywhere() -> None:
    block = "di accogliere l'istanza di [[Mario Rossi]], figlio di [[Anna]];"
    assert unmarked(block) == "di accogliere l'istanza di Mario Rossi, figlio di Anna;"
    cover = Cover(marked=tuple(marked([block, "[[Anna]]"])))

    assert cover.marked == ("Mario Rossi", "Anna")
    assert cover.text("MARIO ROSSI e Anna, non Annalisa") == "omissis e omissis, non Annalisa"


@pytest.mark.parametrize(
    ("block", "bad"),
    [
        ("come [[questa]] e [[quella]]", ""),
        ("[una] parentesi", ""),
        ("[[spaiata", "spaiata"),
        ("spaiata]]", "spaiata"),
        ("[[{firm}]]", "nomi tra graffe"),
        ("[[a]]", "almeno 3"),
    ],
)
def test_marks_that_cannot_stand(block: str, bad: str) -> None:
    assert (bad in bad_mark(block)) if bad else bad_mark(block) == ""


def test_what_the_author_is_shown() -> None:
    own = {
        "ritenuto": [
            f"{PERSON}, residente in Via Roma 1, IBAN IT60X0542811101000000123456;",
            "il sig. [[Mario Rossi]], nato a Bari il 3 maggio, tel. 333 1234567, con casa in Viale Monza 12;",
        ]
    }

    assert covered(own) == ["Mario Rossi", "Via Roma 1", PERSON, "IT60X0542811101000000123456"]
    assert left_readable(own) == ["nato a Bari il 3 maggio", "tel. 333 1234567", "Viale Monza 12"]
    assert left_readable({"decreta": ["di concedere {amount_total} a n. {admitted_count} imprese;"]}) == []


def test_a_long_text_is_read_at_once() -> None:
    hostile = ["residente in " + "a." * 2_000, "residente in a" + ", A a" * 1_000, "residente in " * 300]

    for text in hostile:
        assert len(without_addresses(text, "omissis")) <= len(text)
