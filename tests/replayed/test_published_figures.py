"""The history lived through the acts ends at the figures the Region published on 21 October 2021."""

import csv
import io
import json
import shutil
import subprocess
from decimal import Decimal

import pikepdf
import pytest
from django.core.management import call_command

from applications.domain import review
from applications.models import Application, Call
from applications.rules.states import UNDECIDED
from portal.models import Mail, User
from reporting import exporters
from reporting.domain.monitoring import Made, make
from reporting.rules.periods import parse_as_of
from tests.reporting.story import rome
from vouchers.replay import epilogue

pytestmark = [pytest.mark.usefixtures("replayed"), pytest.mark.slow]

SIZES = {
    "micro": {"count": 264, "amount": "1980000.00"},
    "small": {"count": 324, "amount": "4788000.00"},
    "medium": {"count": 151, "amount": "3375000.00"},
    "large": {"count": 25, "amount": "562500.00"},
}
SECTORS = [
    ("46", "Commercio all'ingrosso", 62),
    ("62", "Produzione di software, consulenza informatica e attività connesse", 60),
    ("70", "Attività di direzione aziendale e consulenza gestionale", 46),
    ("88", "Assistenza sociale", 45),
    ("63", "Servizi informatici", 41),
    ("25", "Fabbricazione di prodotti in metallo", 37),
]
PROVINCES = ["BG", "BS", "CO", "CR", "LC", "LO", "MB", "MI", "MN", "PV", "SO", "VA"]


def made_on(day: str) -> Made:
    return make("monitoring", Call.objects.get(slug="smart-working-2020"), parse_as_of(day, rome("2026-01-01 00:00")))


def report_of_the_day():
    """What the command prints."""
    out = io.StringIO()
    call_command(
        "report", "monitoring", "--call", "smart-working-2020", "--as-of", "2021-10-21", "--format", "json", stdout=out
    )
    return json.loads(out.getvalue())


@pytest.fixture
def content(db):
    """The report of 21 October 2021."""
    return report_of_the_day()


def test_the_totals_are_the_published_ones(content):
    names = ("submitted", "admitted", "renounced_or_forfeited", "live", "covid", "ordinary", "total")

    assert [content[name] for name in names] == [1001, 884, 120, 764, 379, 385, "10705500.00"]


def test_the_size_classes_are_the_published_ones(content):
    assert content["by_size"] == SIZES


def test_the_sectors_are_the_published_ones(content):
    assert [(row["division"], row["label"], row["count"]) for row in content["top_sectors"]] == SECTORS


def test_provinces_and_actions_add_up_to_the_whole(content):
    provinces = content["by_province"]

    assert list(provinces) == PROVINCES
    assert all(found["count"] for found in provinces.values())
    assert sum(found["count"] for found in provinces.values()) == 764
    assert sum(Decimal(found["amount"]) for found in provinces.values()) == Decimal("10705500.00")
    assert sum(map(Decimal, content["by_action"].values())) == Decimal("10705500.00")


def test_every_application_has_its_place(content):
    funnel = content["funnel"]
    places = [value for name, value in funnel.items() if name not in ("submitted", "granted", "live")]

    assert sum(places) == funnel["submitted"] == 1001
    assert sum(row["count"] for row in content["exits"]) == 120
    assert sum(month["submitted"] for month in content["months"]) == 1001
    assert sum(month["granted"]["count"] for month in content["months"]) == 884


def test_the_ledger_agrees_with_the_vouchers_at_every_month_end(db):
    for day in ("2020-04-30", "2020-06-30", "2020-08-31", "2020-12-31", "2021-02-28", "2021-04-30", "2021-08-31"):
        assert made_on(day).figures.off_balance == {}, day


def test_money_adds_up_to_the_acts_that_brought_it(content):
    appropriated = {action: sum(map(Decimal, buckets.values())) for action, buckets in content["money"].items()}

    assert appropriated == {"A": Decimal("7350000.00"), "B": Decimal("3650000.00")}
    assert [act["so_far"] for act in content["money_acts"]] == [
        "4500000.00", "6500000.00", "9000000.00", "11000000.00"
    ]  # fmt: skip


def test_the_day_before_the_desk_nobody_had_applied(db):
    figures = made_on("2020-04-01").figures

    assert (figures.funnel.submitted, figures.live.count) == (0, 0)


def test_every_form_of_the_report_says_the_same(db, content):
    made = made_on("2021-10-21")
    rows = {(row["section"], row["key"]): row for row in csv.DictReader(io.StringIO(exporters.to_csv(made).decode()))}

    assert rows["summary", "total"]["amount"] == content["total"]
    assert "10.705.500,00" in exporters.paper_of(made)
    with pikepdf.open(io.BytesIO(exporters.to_pdf(made))) as pdf:
        assert json.loads(pdf.attachments["cifre.json"].get_file().read_bytes()) == content


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not on this machine")
def test_the_pdf_can_be_read_as_text(replayed, tmp_path):
    path = tmp_path / "rapporto.pdf"
    path.write_bytes(exporters.to_pdf(made_on("2021-10-21")))
    text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True, text=True).stdout

    assert "10.705.500,00" in text
    assert "Dati al 21 ottobre 2021" in text
    assert "379 con dichiarazione COVID-19" in " ".join(text.split())


def test_who_was_left_in_review_withdraws_and_the_day_reads_the_same(replayed, content):
    assert content["funnel"]["in_review"] == 6

    assert epilogue.close() == 6
    assert epilogue.close() == 0

    assert not Application.objects.filter(status__in=sorted(UNDECIDED)).exists()
    assert report_of_the_day() == content
    assert not Mail.objects.filter(state=Mail.State.QUEUED).exists()
    for command in ("verify_ledger", "verify_register", "verify_audit"):
        call_command(command, stdout=io.StringIO())


def test_what_somebody_took_up_again_is_left_alone(replayed):
    item = Application.objects.filter(status="IN_REVIEW").earliest("pk")
    carla = User.objects.get(email="carla@ufficio.example")
    review.request_integration(item, ["Il bilancio"], actor=carla, now=rome("2026-11-20 10:00"))
    review.answer_integration(item, "Ecco.", actor=item.created_by, now=rome("2026-11-21 10:00"))

    assert epilogue.close() == 5
    item.refresh_from_db()
    assert item.status == "IN_REVIEW"
