"""The letter of a decree: what left is frozen, its PDF is made once from that, and only the firm reads it."""

import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from django.test import Client

from applications.letters import paragraphs_of
from applications.models import Firm
from portal.models import Document, Mail, Promise, User
from portal.services import documents, jobs, pdf
from portal.services.uploads.pdf_words import words
from tests.applications.admin.test_reviewing import signed_in
from tests.conftest import Desk
from vouchers.documents import award_letters as papers
from vouchers.domain.award_letters import LetterBroken, facts_of
from vouchers.models import Award, AwardLetter
from vouchers.tasks import render_letter


@pytest.fixture
def award(desk: Desk, firm: Firm) -> Award:
    """A voucher granted by a signed decree."""
    return desk.granted(firm, headcount=25, total_employees=25)


def page_of(user: User, award: Award) -> str:
    client = Client()
    client.force_login(user)
    return re.sub(r"\s+", " ", client.get(f"/domande/{award.application_id}/voucher/").content.decode())


def test_a_decree_that_leaves_promises_a_letter_for_each_voucher(award: Award) -> None:
    letter = AwardLetter.objects.get()

    assert (letter.award, letter.row.decree) == (award, award.grant_decree)
    promise = Promise.objects.get(key=letter.key)
    assert (promise.job, promise.arguments) == ("vouchers.render_letter", {"letter_id": letter.pk})


def test_the_letter_says_who_how_much_by_which_decree_and_by_when(award: Award, firm: Firm) -> None:
    letter = AwardLetter.objects.get()
    text = " ".join("".join(words(documents.read(papers.render(letter)))).split())

    for said in (
        f"Spett.le {firm.name} codice fiscale {firm.tax_code} {firm.pec}",
        f"Oggetto: Domanda {award.application.protocol}: voucher concesso",
        "Con il decreto n. 1/2020 è stato concesso un voucher di 15.000,00 €.",
        "entro il 2 maggio 2020 compreso",
        "Azione A 10.000,00 €",
        "Azione B 5.000,00 €",
        "Totale 15.000,00 €",
        f"Codice COR (Registro nazionale aiuti) {award.cor}",
        "Il dirigente Dario",
    ):
        assert said in text.replace("\u00a0", " "), said
    assert "messaggio inviato dal portale" not in text


def test_the_letter_is_word_for_word_the_message_and_the_preview(desk: Desk, firm: Firm, dario: User) -> None:
    desk.tick(days=8)
    award = desk.granted(firm)
    letter = AwardLetter.objects.get()
    pdf_text = " ".join("".join(words(documents.read(papers.render(letter)))).split())
    message = Mail.objects.get(subject=letter.content["subject"])
    page = unescape(signed_in(dario).get(f"/ufficio/decreti/{award.grant_decree_id}/lettere/").content.decode())

    assert "entro l'11 maggio 2020 compreso" in message.body
    assert paragraphs_of(message.body) == tuple(letter.content["paragraphs"])
    for said in letter.content["paragraphs"]:
        assert " ".join(said.split()) in " ".join(page.split())
        assert " ".join(said.split()) in " ".join(pdf_text.split())


def test_what_a_firm_changes_later_does_not_change_what_left(award: Award, firm: Firm) -> None:
    name = firm.name
    Firm.objects.filter(pk=firm.pk).update(name="Altro nome S.r.l.")

    text = "".join(words(documents.read(papers.render(AwardLetter.objects.get()))))

    assert name in text
    assert "Altro nome" not in text


def test_it_is_made_once_and_always_the_same(award: Award) -> None:
    letter = AwardLetter.objects.get()
    render_letter.run(letter_id=letter.pk)
    render_letter.run(letter_id=letter.pk)

    kept = Document.objects.get(kind="award_letter")
    assert papers.to_pdf(facts_of(letter), sha256=letter.sha256) == documents.read(kept)


def test_what_is_no_longer_what_left_is_not_laid_out(award: Award) -> None:
    letter = AwardLetter.objects.get()
    letter.content["total"] = "1000000.00"

    with pytest.raises(LetterBroken, match="impronta con cui è partita"):
        papers.render(letter)

    assert not Document.objects.filter(kind="award_letter").exists()


def test_hostile_words_stay_words(award: Award, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = pdf.AssetsOnly.__call__

    def counting(fetcher: pdf.AssetsOnly, url: str) -> Any:
        asked.append(url)
        return real(fetcher, url)

    monkeypatch.setattr(pdf.AssetsOnly, "__call__", counting)
    bad = "<img src=http://127.0.0.1:9/x alt=x><link rel=attachment href=file:///etc/passwd>"
    facts = replace(
        facts_of(AwardLetter.objects.get()), firm=bad, subject=bad, paragraphs=(bad, "\u202e👩‍🔧" + "A" * 3000)
    )

    first, again = (papers.to_pdf(facts, sha256="a" * 64) for _ in range(2))

    assert first == again
    assert set(asked) == {"asset:emblem"}
    assert "".join(bad.split()) in "".join("".join(words(first)).split())


def test_the_firm_finds_it_on_the_page_of_the_voucher(award: Award, anna: User, bruno: User) -> None:
    assert "Il PDF si sta preparando" in page_of(anna, award)
    letter = AwardLetter.objects.get()
    file = papers.render(letter)
    address = f"/domande/{award.application_id}/voucher/lettera.pdf"

    own = f"/domande/{award.application_id}/voucher/lettera/{letter.pk}.pdf"
    assert f'<a href="{own}">{file.name}</a>' in page_of(anna, award)
    client = Client()
    client.force_login(anna)
    for place in (own, address):
        answer = client.get(place)
        assert b"".join(answer.streaming_content) == documents.read(file)
        assert "attachment" in answer["Content-Disposition"]
    assert client.get(own.replace(str(letter.pk), "999999999")).status_code == 404
    client.force_login(bruno)
    assert client.get(own).status_code == client.get(address).status_code == 404


def test_the_desk_follows_them(award: Award, dario: User, desk: Desk) -> None:
    decree = f"/ufficio/decreti/{award.grant_decree_id}/"
    promise = Promise.objects.get(job="vouchers.render_letter")
    client = signed_in(dario)
    assert "in PDF 0 di 1" in client.get(decree).content.decode()

    jobs.give_up(promise, "OSError: disco pieno")
    assert "non riusciti 1" in client.get(decree).content.decode()

    Promise.objects.filter(pk=promise.pk).update(state=Promise.State.DONE, done_at=desk.at)
    assert "in PDF 1 di 1" in client.get(decree).content.decode()
