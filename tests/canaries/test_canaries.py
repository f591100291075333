"""Twenty firms whose every word is their own: nobody ever hears another's (R11)."""

import os
import secrets
from collections.abc import Callable

import pytest

from applications.models import FirmMember
from applications.rules.iban import grouped, masked
from tests.access.table import Door, address_of, addresses, row_of
from tests.access.world import Holdings, iban_of, settle
from tests.canaries.crawler import Visitor
from tests.conftest import Desk, FirmMaker, person

LONG = bool(os.environ.get("SPORTELLO_LONG"))
PEOPLE = 20
STRANGERS = PEOPLE - 1 if LONG else 1
"""Of how many others each one asks the things; all of them when SPORTELLO_LONG is set (10,000 answers)."""
START = ["/", "/avvisi/", "/domande/", "/imprese/", "/accesso/accessi/", "/accesso/sicurezza/"]
SEARCHES = ("/imprese/ateco/?ateco=", "/imprese/comuni/?province=MI&municipality=", "/domande/?pagina=2&q=")


def canary() -> str:
    """A word nobody can guess."""
    return f"zq{secrets.token_hex(4)}"


@pytest.fixture
def everybody(office: Desk, make_firm: FirmMaker) -> dict[str, Holdings]:
    """By canary, somebody with applications in every state; every third has papers."""
    words = [canary() for _ in range(PEOPLE)]
    return {
        word: settle(
            office, make_firm, person(f"{word}@impresa.example", f"Persona {word}"), word, papers=number % 4 == 0
        )
        for number, word in enumerate(words)
    }


def probe(visitor: Visitor, things: Holdings, slug: str) -> list[str]:
    """What a visitor hears when asking for somebody's things, with GET and with POST."""
    places = [address_of(each, things, slug) for each in addresses() if row_of(each.name).door in (Door.OWN, Door.KEY)]
    return [visitor.ask(place) for place in places] + [visitor.ask(place, {}) for place in places]


def foreign(heard: list[str], word: str, everybody: dict[str, Holdings]) -> list[str]:
    """The canaries of others in what was heard; their accounts too, whole or in part hidden."""
    return [other for said in heard for other in everybody if other != word and sung(other, said)]


def sung(word: str, said: str) -> bool:
    """Whether somebody's word or account is in an answer."""
    iban = iban_of(word)
    return any(trace in said for trace in (word, iban, grouped(iban), masked(iban)))


@pytest.mark.slow
def test_nobody_hears_anothers_words(
    everybody: dict[str, Holdings], office: Desk, record_property: Callable[[str, object], None]
) -> None:
    answers = papers = own_words = 0
    words = list(everybody)
    for number, (word, things) in enumerate(everybody.items()):
        visitor = Visitor(things.owner)
        slug = office.call.slug
        heard = list(visitor.crawl(START).values())
        heard += probe(visitor, things, slug)
        own_words += sum(word in said for said in heard)
        assert foreign(heard, word, everybody) == []
        for step in range(1, STRANGERS + 1):
            other = words[(number + step) % PEOPLE]
            heard = probe(visitor, everybody[other], slug)
            heard += [visitor.ask(f"{search}{other}") for search in SEARCHES]
            heard.append(visitor.ask(f"/domande/nuova/{slug}/", {"impresa": str(everybody[other].firms["draft"].pk)}))
            said = foreign(heard, word, everybody)
            assert [name for name in said if name != other] == []
            assert len([name for name in said if name == other]) <= len(SEARCHES)  # one's own question, given back
        answers, papers = answers + visitor.heard, papers + visitor.papers
    record_property(
        "R11", f"{answers} risposte, {papers} PDF, {PEOPLE} persone; parole di altri 0, proprie {own_words}"
    )
    assert answers > (10_000 if LONG else 3_000)
    assert own_words > 20 * PEOPLE
    assert papers > 0


def test_with_the_filter_off_the_canaries_sing(
    office: Desk, make_firm: FirmMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: were everybody's things visible to all, the words of others would be heard."""
    two = {word: settle(office, make_firm, person(f"{word}@impresa.example", word), word, papers=False)
           for word in (canary(), canary())}  # fmt: skip
    word, other = two
    visitor = Visitor(two[word].owner)
    monkeypatch.setattr("applications.permissions.memberships_at", lambda user, now: FirmMember.objects.all())

    places = [
        address_of(each, two[other], office.call.slug) for each in addresses() if row_of(each.name).door is Door.OWN
    ]

    heard = [visitor.ask(place) for place in places]

    assert len(foreign(heard, word, two)) > 10
    assert any(masked(iban_of(other)) in said for said in heard)
