"""Before a day that begins with a vowel («l'8 marzo») the article is the filter's business: no template writes it."""

import re
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DAYS = r"(?:giorno|ultimo_giorno|istante|istante_preciso)"
ARTICLE = r"\b(?:[Ii]l|[Aa]l|[Dd]al|[Dd]el|[Nn]el|[Ss]ul)"
WRITTEN = re.compile(rf"{ARTICLE}(?:[\"'] %}})? \{{\{{ [\w.]+\|{DAYS} }}}}")
BLOCK = re.compile(r"\{% blocktranslate (?P<head>[^%]*)%\}(?P<body>.*?)\{% endblocktranslate %\}", re.DOTALL)
NAMED = re.compile(rf"(\w+)=[\w.]+\|{DAYS}(?=\s)")


def days_after_an_article(text: str) -> list[str]:
    """The places of a template where a day follows an article written by hand."""
    inside = (
        found[0]
        for block in BLOCK.finditer(text)
        for name in NAMED.findall(block["head"])
        for found in re.finditer(rf"{ARTICLE} \{{\{{ {name} }}}}", block["body"])
    )
    return [*chain((found[0] for found in WRITTEN.finditer(text)), inside)]


@pytest.mark.parametrize(
    "text",
    [
        "<p>entro il {{ row.due_at|giorno }}</p>",
        '{% translate "fino al" %} {{ until|ultimo_giorno }}',
        "{% blocktranslate with who=a at=b.c|istante %}Chiesto da {{ who }} il {{ at }}.{% endblocktranslate %}",
    ],
)
def test_an_article_written_by_hand_is_found(text: str) -> None:
    assert days_after_an_article(text)


def test_no_template_writes_the_article_of_a_day() -> None:
    pages = {page: days_after_an_article(page.read_text(encoding="utf-8")) for page in ROOT.glob("templates/**/*.html")}
    assert {page.name: found for page, found in pages.items() if found} == {}
