"""R28: whatever people write in it, a paper asks for nothing, and the same content gives the same bytes again.

Receipt, application and models to sign, decrees with an adapted text and a rectification, their letter, the
monitoring report. The decree of a grant and its publication copy have their own page of tests.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from html import unescape
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest

from applications.documents import application_form, receipts
from applications.domain import forms_to_sign, review, submission
from applications.domain.model_papers import WORDS
from applications.models import Application, Firm, FormToSign
from portal.models import User
from portal.services import clock, pdf
from portal.services.uploads.pdf_words import words
from reporting import exporters
from reporting.domain.monitoring import make
from tests.conftest import Desk
from vouchers.documents import award_letters, decrees
from vouchers.domain import adapting, rectifying, signing
from vouchers.domain.award_letters import facts_of
from vouchers.models import Award, AwardLetter, Decree
from vouchers.rules.decree_content import content_of

EMBLEM = "asset:emblem"


@dataclass(frozen=True)
class Paper:
    """How a paper is laid out and made."""

    html: Callable[[], str]
    data: Callable[[], bytes]


class Counting(BaseHTTPRequestHandler):
    """A server that only counts who asks."""

    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(404)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Silence."""


@pytest.fixture
def listening() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Counting)
    Counting.asked.clear()
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every address that a paper asks for while it is laid out."""
    found: list[str] = []
    real = pdf.AssetsOnly.__call__

    def counting(fetcher: pdf.AssetsOnly, url: str) -> Any:
        found.append(url)
        return real(fetcher, url)

    monkeypatch.setattr(pdf.AssetsOnly, "__call__", counting)
    return found


@pytest.fixture
def bad(listening: str) -> str:
    """A text that would fetch three times, close the page and turn its writing, were it not a text."""
    return (
        f"<img src={listening}/i alt=x><link rel=attachment href=file:///etc/passwd>"
        f"<style>p{{background:url({listening}/c)}}</style></td></main>\u202e👩‍🔧{{{{ x }}}}"
    )


@pytest.fixture
def filled(desk: Desk, firm: Firm, bad: str) -> Application:
    """A draft in which everything that can be written freely is hostile."""
    Firm.objects.filter(pk=firm.pk).update(
        name=bad[:200], representative_name=bad[:200], municipality=bad[:60], address=bad[:200]
    )
    firm.refresh_from_db()
    plan = {
        "activities": [{"name": bad, "criteria": []}],
        "pilot": {"starts_on": "2020-05-04", "months": 5, "workers": 4},
    }
    return desk.draft(
        firm,
        plan=plan,
        equipment=[{"item": bad, "activity": bad}],
        operator={"name": bad},
        sites=[{"municipality": bad, "province": "MI", "headcount": 12}],
        aids=[{"granted_on": "2019-03-01", "amount": "1500.00", "granted_to": firm.tax_code}],
    )


def form(draft: Application, code: str, anna: User, now: datetime) -> Paper:
    asked = forms_to_sign.ask_form(draft, actor=anna, now=now, code=code)
    page = application_form.to_html if code == forms_to_sign.TO_SIGN else application_form.model_html
    stored = FormToSign.objects.get(pk=asked.pk)
    return Paper(lambda: page(stored.snapshot, stored.snapshot_sha256), lambda: application_form.to_pdf(stored))


def of_decree(decree: Decree) -> Paper:
    content, sha256 = content_of(decree.snapshot), decree.snapshot_sha256
    at = datetime.fromisoformat(decree.snapshot["facts"]["signed_at"])
    return Paper(
        lambda: decrees.to_html(content, sha256=sha256),
        lambda: decrees.to_pdf(content, sha256=sha256, signed_at=at, data=decree.snapshot),
    )


@pytest.fixture
def papers(desk: Desk, filled: Application, anna: User, bad: str) -> dict[str, Paper]:
    """Each paper of the portal, full of hostile text."""
    codes = [forms_to_sign.TO_SIGN, *(code for code in WORDS if forms_to_sign.has_model(filled, code))]
    found = {f"form {code}": form(filled, code, anna, desk.tick()) for code in codes}
    sent = submission.submit(filled, actor=anna, clock=clock.story_clock(desk.tick()), client_key=uuid4())
    desk.admit(review.take_charge(sent, actor=desk.officer, now=desk.tick()))
    desk.fund()
    desk.sign()
    award = Award.objects.get(application=sent)
    facts = receipts.receipt_facts(Application.objects.get(pk=award.application_id))
    found["receipt"] = Paper(lambda: receipts.to_html(facts), lambda: receipts.to_pdf(facts))
    seen = "".join(character for character in bad if character.isprintable())
    assert award.grant_decree is not None
    draft = rectifying.correct(
        award.grant_decree, award.application, {"firm": seen[:200]}, actor=desk.manager, now=desk.tick()
    )
    safe = seen.replace("{", "").replace("}", "")
    adapting.adapt(draft, {"ritenuto": [safe]}, seen=adapting.fingerprint(draft), actor=desk.officer, now=desk.tick())
    signed = signing.sign(draft, actor=desk.signatory, clock=clock.story_clock(desk.tick()))
    found["rectification, adapted"] = of_decree(signed)
    letter = AwardLetter.objects.latest("pk")
    left = facts_of(letter)
    found["letter"] = Paper(
        lambda: award_letters.to_html(left, sha256=letter.sha256),
        lambda: award_letters.to_pdf(left, sha256=letter.sha256),
    )
    made = make("monitoring", desk.call, desk.tick())
    text = replace(made.texts, title=bad, programme=bad, purpose=bad, strengths=(bad,), improvements=(bad,))
    made = replace(made, texts=text)
    found["report"] = Paper(lambda: exporters.paper_of(made), lambda: exporters.to_pdf(made))
    return found


@pytest.mark.slow
def test_every_paper_asks_for_nothing_and_comes_out_the_same_twice(
    papers: dict[str, Paper], asked: list[str], listening: str, record_property: Callable[[str, object], None]
) -> None:
    assert {"receipt", "rectification, adapted", "letter", "report"} < papers.keys()
    assert len(papers) >= 8

    for name, paper in papers.items():
        asked.clear()
        first = paper.data()
        assert paper.data() == first, name
        assert set(asked) <= {EMBLEM}, name
        text = "".join("".join(words(first)).split())
        assert f"<imgsrc={listening}/ialt=x>" in text, name  # it is there, as a text
        assert "root:x:0" not in text, name

    assert Counting.asked == []
    record_property("R28", f"{len(papers)} carte con testo ostile: richieste 0, byte uguali {len(papers)}")


@pytest.mark.slow
def test_the_same_pages_without_escaping_ask_and_are_refused(
    papers: dict[str, Paper], asked: list[str], listening: str
) -> None:
    """The guard off: each page as if a template trusted the text. It asks; the fetcher refuses; nobody is heard."""
    for name in ("receipt", f"form {forms_to_sign.TO_SIGN}", "rectification, adapted", "letter", "report"):
        paper = papers[name]
        asked.clear()
        pdf.render(unescape(paper.html()), title="x", identifier="x", created=datetime.fromisoformat("2020-05-05"))
        assert f"{listening}/i" in asked, name

    assert Counting.asked == []
