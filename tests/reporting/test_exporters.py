"""A report as a file: the same figures in every form, nothing that runs in a spreadsheet, the same bytes again."""

import csv
import io
import json

import pikepdf
import pytest

from reporting import exporters
from reporting.domain.monitoring import make
from reporting.exporters import neutral
from reporting.rules.periods import parse_as_of
from tests.reporting.story import rome

AS_OF = parse_as_of("2021-10-21", rome("2021-12-01 10:00"))


@pytest.fixture
def made(lived):
    return make("monitoring", lived.call, AS_OF)


def test_json_is_for_programs(made):
    content = json.loads(exporters.export("json", made))

    assert content["report"] == "monitoring"
    assert content["as_of"] == "2021-10-21T23:59:59.999999+02:00"
    assert (content["live"], content["total"]) == (2, "14500.00")
    assert content["waiting_list"] == {
        "count": 1, "amount": "15000.00", "by_action": {"A": "15000.00", "B": "0.00"}
    }  # fmt: skip
    assert len(content["by_province"]) == 12


def test_csv_says_the_same_as_json(made):
    rows = list(csv.DictReader(io.StringIO(exporters.export("csv", made).decode())))
    content = json.loads(exporters.export("json", made))

    assert list(rows[0]) == ["section", "key", "label", "count", "amount"]
    sizes = {row["key"]: row for row in rows if row["section"] == "by_size"}
    for size, found in content["by_size"].items():
        assert (sizes[size]["count"], sizes[size]["amount"]) == (str(found["count"]), found["amount"])


@pytest.mark.parametrize("cell", ["=1+1", "+39", "-2", "@SUM(A1)", "\tx", "\rx"])
def test_a_cell_never_runs(cell):
    assert neutral(cell) == f"'{cell}"


def test_a_hostile_title_is_only_text(lived):
    lived.call.title = '=HYPERLINK("http://x")<script>alert(1)</script>'
    made = make("monitoring", lived.call, AS_OF)

    rows = list(csv.reader(io.StringIO(exporters.export("csv", made).decode())))
    assert rows[1][2].startswith("'=")


def test_pdf_carries_the_figures_inside_too(made):
    with pikepdf.open(io.BytesIO(exporters.export("pdf", made))) as pdf:
        attached = pdf.attachments["cifre.json"].get_file().read_bytes()
        title = str(pdf.docinfo["/Title"])

    assert attached == exporters.export("json", made)
    assert title.endswith("Dati al 21 ottobre 2021")


def test_paper_says_the_figures_the_date_and_the_hash(made):
    html = exporters.paper_of(made)

    assert "14.500,00" in html
    assert "Dati al 21 ottobre 2021" in html
    assert made.report().figures_sha256 in html
    assert html.count("<svg") == 7


def test_the_same_figures_give_the_same_bytes(made, lived):
    assert exporters.export("pdf", made) == exporters.export("pdf", make("monitoring", lived.call, AS_OF))
