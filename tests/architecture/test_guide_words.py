"""What the office's guide puts between guillemets is what its pages say, word by word."""

import re
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).parents[2]
ELSEWHERE = {"oltre 1.000", "Seconda istruttrice", "domiciliato in"}
"""A figure in words, a person of the demonstration, words of a decree."""
PLACEHOLDER = re.compile(r"{{[^}]*}}|%\(\w+\)[sd]|[0-9]+")


def words(text: str) -> str:
    """A text as it is compared: on one line, in small letters, figures and what stands for them as one sign."""
    plain = text.replace("&#x27;", "'")
    return PLACEHOLDER.sub("#", re.sub(r"\s+", " ", plain)).casefold()


def quoted(guide: str) -> set[str]:
    """Every word or sentence between guillemets."""
    return set(re.findall("«([^»]+)»", re.sub(r"\s+", " ", guide)))


def of_pages() -> str:
    """Templates, phrases, forms and scripts."""
    places = (("templates", "html"), ("applications", "py"), ("vouchers", "py"), ("portal", "py"), ("static/js", "js"))
    files = chain.from_iterable((ROOT / folder).rglob(f"*.{kind}") for folder, kind in places)
    return words(" ".join(file.read_text(encoding="utf-8") for file in files))


def test_the_guide_calls_buttons_by_their_names() -> None:
    found = quoted((ROOT / "docs/guida-ufficio.md").read_text(encoding="utf-8")) - ELSEWHERE
    pages = of_pages()

    assert len(found) > 30
    assert [one for one in sorted(found) if words(one) not in pages] == []


def test_a_button_that_is_called_otherwise_is_found() -> None:
    """Negative control: the words that the guide once had."""
    assert words("Chiedi i codici al Registro") not in of_pages()
    assert words("Chiedi 7 codici al Registro") in of_pages()
