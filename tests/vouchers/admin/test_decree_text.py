"""The page of a draft's text: adapted, compared with the call, refused in words, taken up after a new composition."""

import re
from html import unescape

import pytest
from django.test import Client

from applications.models import Firm
from portal.models import User
from tests.conftest import Desk
from vouchers.domain import adapting, decrees
from vouchers.models import Decree
from vouchers.rules.decree_texts import SECTIONS


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def at(decree: Decree, act: str = "testo/") -> str:
    return f"/ufficio/decreti/{decree.pk}/{act}"


def said(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return unescape(answer.content.decode())


@pytest.fixture
def draft(desk: Desk, firm: Firm) -> Decree:
    desk.admitted(firm)
    desk.fund()
    return decrees.draft(desk.call, Decree.Kind.GRANT, actor=desk.manager, now=desk.tick())


def typed(decree: Decree, **changes: str) -> dict[str, str]:
    """The page as it is sent, its line ends those of a browser."""
    blocks = adapting.blocks_of(decree)
    whole = {name: "\r\n\r\n".join(blocks[name]) for name in SECTIONS} | changes
    return {**whole, "visto": adapting.fingerprint(decree)}


def test_saved_as_it_is_it_stays_the_calls(draft: Decree, carla: User) -> None:
    signed_in(carla).post(at(draft), typed(draft))

    draft.refresh_from_db()
    assert draft.texts is None


def test_the_text_is_adapted_and_the_difference_is_shown(draft: Decree, carla: User) -> None:
    client = signed_in(carla)
    first = adapting.blocks_of(draft)["ritenuto"][0]

    page = client.post(at(draft), typed(draft, ritenuto="di concedere {amount_total};\n\ndi non tardare;"), follow=True)

    text = unescape(page.content.decode())
    assert f"<del>{' '.join(first.split())}</del>" in text
    assert "<ins>di non tardare;</ins>" in text
    assert "di concedere 10.500,00\u00a0€;" in said(client, at(draft, "anteprima/"))
    assert "1 sezione non è quella dell'avviso" in said(client, at(draft, ""))

    draft.refresh_from_db()
    client.post(at(draft), {**typed(draft), "avviso": "1"})
    draft.refresh_from_db()
    assert draft.texts is None


def test_an_unknown_name_stays_on_the_page_with_what_was_typed(draft: Decree, carla: User) -> None:
    page = signed_in(carla).post(at(draft), typed(draft, ritenuto="di dare {importo};")).content.decode()

    assert "Errore:" in page
    assert "Nomi sconosciuti: importo" in page
    assert re.search(r"di dare \{importo\};\s*</textarea>", page)
    draft.refresh_from_db()
    assert draft.texts is None


def test_readers_read(draft: Decree, ivo: User, dario: User) -> None:
    for person in (ivo, dario):
        client = signed_in(person)
        assert "Salva il testo" not in said(client, at(draft))
        assert client.post(at(draft), typed(draft, ritenuto="x")).status_code == 403


def test_composed_again_it_says_so_and_the_text_is_taken_up(desk: Desk, draft: Decree, carla: User) -> None:
    client = signed_in(carla)
    client.post(at(draft), typed(draft, ritenuto="di non tardare;"))
    decrees.discard(draft, actor=desk.manager, reason="Da rifare", now=desk.tick())
    again = decrees.draft(desk.call, Decree.Kind.GRANT, actor=desk.manager, now=desk.tick())

    assert f"il testo adattato della bozza {draft.pk}, scartata" in said(client, at(again, ""))
    assert "di non tardare;" not in said(client, at(again))
    assert "di non tardare;" in said(client, f"{at(again)}?riprendi=1")


def test_words_about_a_person_are_shown_when_saved_and_before_the_signature(
    draft: Decree, carla: User, dario: User
) -> None:
    text = "Anna, residente in Via Roma 1, nata a Bari, [[teste]];"
    page = unescape(signed_in(carla).post(at(draft), typed(draft, ritenuto=text), follow=True).content.decode())

    assert "Nel testo ci sono parole che dicono di una persona" in page
    for seen in (page, said(signed_in(dario), at(draft, "firma/"))):
        readable, _, covered = seen.partition("restano leggibili:")[2].partition("Nella copia saranno coperte:")
        assert "«nata a Bari»" in readable
        assert "«Via Roma 1»" in covered and "«teste»" in covered


def test_a_text_about_nobody_warns_of_nothing(draft: Decree, carla: User, dario: User) -> None:
    page = signed_in(carla).post(at(draft), typed(draft, ritenuto="di non tardare;"), follow=True).content.decode()

    for seen in (page, said(signed_in(dario), at(draft, "firma/"))):
        assert "di una persona" not in seen


def test_a_mark_without_its_partner_is_refused_in_words(draft: Decree, carla: User) -> None:
    page = signed_in(carla).post(at(draft), typed(draft, ritenuto="di dare [[tutto;")).content.decode()

    assert "Una doppia parentesi quadra è spaiata" in page
    draft.refresh_from_db()
    assert draft.texts is None
