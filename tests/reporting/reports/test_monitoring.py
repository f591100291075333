"""What the report says: every chapter of the published slides, and what they could not show."""

import pytest

from applications.models import Application
from reporting.domain.monitoring import UnknownReport, make
from reporting.reports.blocks import Callout, Table, count, percent
from reporting.reports.texts import texts_of
from reporting.rules.periods import BadAsOf, parse_as_of
from tests.reporting.story import monitoring_texts, rome

AS_OF = parse_as_of("2021-10-21", rome("2021-12-01 10:00"))


def tables(report) -> dict[str, Table]:
    return {block.caption: block for section in report.sections for block in section.blocks if isinstance(block, Table)}


def test_the_report_has_every_chapter(lived):
    report = make("monitoring", lived.call, AS_OF).report()

    assert report.subtitle == "Dati al 21 ottobre 2021"
    assert [section.key for section in report.sections] == [
        "sintesi", "avviso", "domande", "beneficiarie", "territorio", "settori", "uscite", "prontezza", "tempi",
        "risorse", "decreti", "valutazioni", "programma", "nota",
    ]  # fmt: skip


def test_tables_carry_the_figures_and_their_totals(lived):
    found = tables(make("monitoring", lived.call, AS_OF).report())

    sizes = found["Dimensione delle imprese beneficiarie"]
    assert sizes.rows[0] == ("Microimpresa (meno di 10 dipendenti)", "1", "7.500,00")
    assert sizes.total == ("Totale", "2", "14.500,00")
    exits = found["Voucher rinunciati o decaduti dopo la concessione"]
    assert exits.rows[1] == ("Oneri amministrativi troppo gravosi", "Rinuncia", "1", "7.500,00")
    assert found["Dove si trova il denaro (euro)"].total == ("Stanziato", "100.000,00", "50.000,00", "150.000,00")


def test_the_readiness_that_was_declared_is_set_against_who_left(lived):
    empty = tables(make("monitoring", lived.call, AS_OF).report())["Prontezza dichiarata e uscite"]
    assert (empty.rows, empty.empty) == ((), "Nessuna domanda presentata era accompagnata dal questionario.")
    said = ["READY", "NEEDS_HELP", "NOT_NOW", "NOT_NOW", "altro", None]
    for item, outcome in zip(lived.call.applications.order_by("protocol_number"), said, strict=True):
        Application.objects.filter(pk=item.pk).update(answers={"readiness": outcome} if outcome else {})

    found = tables(make("monitoring", lived.call, AS_OF).report())["Prontezza dichiarata e uscite"]
    assert found.rows == (
        ("Pronte", "1", "1", "0", "0", "0,0\xa0%"),
        ("Con bisogno di un aiuto", "1", "1", "0", "0", "0,0\xa0%"),
        ("Non ora", "2", "2", "1", "1", "100,0\xa0%"),
        ("Questionario non compilato", "2", "0", "0", "0", "–"),
    )
    assert found.total == ("Totale", "6", "4", "1", "1", "50,0\xa0%")


def test_every_row_is_as_wide_as_its_table(lived):
    for table in tables(make("monitoring", lived.call, AS_OF).report()).values():
        assert table.cells is not None
        assert not table.total or len(table.total_cells) == len(table.columns)


def test_programmed_beyond_the_endowment_is_pointed_out(lived):
    report = make("monitoring", lived.call, AS_OF).report()
    programme = next(section for section in report.sections if section.key == "programma")
    warnings = [block for block in programme.blocks if isinstance(block, Callout) and block.warning]

    assert "Asse II Inclusione sociale: 52,5 in più" in warnings[0].text
    assert "POR FSE: 0,4 in più" in warnings[0].text
    assert "Asse I Occupazione" not in warnings[0].text


def test_before_the_first_application_the_report_stands_empty_but_whole(story):
    report = make("monitoring", story.call, AS_OF).report()

    assert tables(report)["Mese per mese"].empty == "Nessuna domanda era stata presentata."


def test_before_the_call_there_is_no_report(story):
    with pytest.raises(BadAsOf, match="non era ancora pubblicato"):
        make("monitoring", story.call, rome("2020-01-01 10:00"))


def test_an_unknown_report_is_named(story):
    with pytest.raises(UnknownReport, match="monitoraggi"):
        make("monitoraggi", story.call, AS_OF)


def test_a_call_without_monitoring_texts_still_has_its_figures():
    texts = texts_of("Avviso", "Programma", {"actions": [{"code": "A", "title": "Uno"}]}, {})

    assert (texts.purpose, texts.panorama, texts.decision_days) == ("", None, None)


def test_values_may_stand_beside_their_note():
    texts = texts_of("Avviso", "Programma", {"deadlines": {"decision": {"value": 45, "note": "…"}}}, monitoring_texts())

    assert texts.decision_days == 45
    assert texts.panorama.rows[0].certified is not None
    assert texts.panorama.rows[1].certified is None


def test_numbers_are_written_as_italians_write_them():
    assert count(1001) == "1.001"
    assert percent(None) == "–"
