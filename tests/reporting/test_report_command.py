"""`manage.py report`: the figures on the output of the command, errors in one line."""

import io
import json

import pytest
from django.core.management import CommandError, call_command


def report(*arguments: str) -> str:
    out = io.StringIO()
    call_command("report", *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_json_goes_to_the_output(lived):
    content = json.loads(report("monitoring", "--call", "smart-working-2020", "--as-of", "2021-10-21"))

    assert (content["submitted"], content["live"], content["total"]) == (6, 2, "14500.00")


def test_the_same_date_gives_the_same_text(lived):
    asked = ("monitoring", "--call", "smart-working-2020", "--as-of", "2020-06-15", "--format", "csv", "--output", "-")

    assert report(*asked) == report(*asked)


def test_pdf_goes_to_a_file(lived, tmp_path):
    path = tmp_path / "rapporto.pdf"
    report(
        "monitoring", "--call", "smart-working-2020", "--as-of", "2021-10-21", "--format", "pdf", "--output", str(path)
    )

    assert path.read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("monitoring", "--call", "nessuno"), "Nessun avviso si chiama «nessuno»."),
        (("meteo", "--call", "smart-working-2020"), "Nessun rapporto si chiama «meteo»"),
        (("monitoring", "--call", "smart-working-2020", "--as-of", "ieri"), "«ieri» non è una data"),
        (("monitoring", "--call", "smart-working-2020", "--as-of", "2999-01-01"), "è nel futuro"),
        (("monitoring", "--call", "smart-working-2020", "--as-of", "2019-01-01"), "non era ancora pubblicato"),
        (("monitoring", "--call", "smart-working-2020", "--format", "docx"), "Il formato «docx» non c'è"),
        (("monitoring", "--call", "smart-working-2020", "--output", "/non/esiste/x"), "Non si può scrivere"),
    ],
)
def test_a_bad_argument_is_one_line(lived, arguments, words):
    with pytest.raises(CommandError) as refused:
        report(*arguments)

    assert words in str(refused.value)
    assert "\n" not in str(refused.value)
