"""R27: what people write is shown as text, on every page of who wrote it and of the office, in mails and in papers."""

import re
import shutil
from collections.abc import Callable
from html import unescape
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.test import Client
from pytest_django import Settings

from applications.documents import application_form, receipts
from applications.domain import conflicts, messages, review
from applications.domain.registry_answers import KEPT
from applications.models import Application, FormToSign, Message, OfficerCheck, RegistryAnswer
from portal.models import Mail, User
from tests.access.world import Holdings
from tests.canaries.crawler import LINK
from tests.conftest import Desk, FirmMaker
from tests.hostile.markup import live_in
from tests.hostile.payloads import PAYLOADS
from tests.hostile.planting import Planter
from vouchers.documents import decrees as decree_papers
from vouchers.models import Decree
from vouchers.rules.decree_content import content_of

WORD = "Aquilone"
EMPLOYER = ["/domande/", "/imprese/", "/consulente/"]
OFFICE = ["/ufficio/", "/ufficio/domande/", "/ufficio/proposte/", "/ufficio/decreti/", "/ufficio/calcolo/"]
NOT_ENTERED = re.compile(
    r"^/(static|accesso|ufficio/(logout|jsi18n|password))|\.(csv|pdf|ics)$"
    r"|/(documenti|allegati)/\d+/$|/file/|/(preparati|togli)/$"
)
"""Downloads, the way out, and addresses that only a button opens."""
MOST = 220


def crawl(client: Client, start: list[str]) -> dict[str, str]:
    """The HTML pages within reach of the links, without the ways of ordering and filtering the same list."""
    found: dict[str, str] = {}
    queue = list(start)
    while queue and len(found) < MOST:
        address = queue.pop(0)
        if address in found or NOT_ENTERED.search(address):
            continue
        answer = client.get(address)
        found[address] = ""
        if answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html"):
            found[address] = answer.content.decode()
            links = (unescape(link).split("?")[0] for link in LINK.findall(found[address]))
            queue += [link for link in links if link.startswith("/") and not link.startswith("//")]
    return {address: page for address, page in found.items() if page}


def shown(pages: dict[str, str]) -> set[str]:
    """The payloads that the pages say, as text."""
    texts = [unescape(page) for page in pages.values()]
    return {one for one in PAYLOADS if any(one in text for text in texts)}


@pytest.fixture
def written(annas: Holdings, office: Desk, make_firm: FirmMaker, carla: User, anna: User) -> Planter:
    """Anna's things and what the office wrote about them, every word of theirs turned into payloads."""
    item = annas.applications["integration"]
    for actor, circle in (
        (anna, Message.Circle.OFFICE), (carla, Message.Circle.OFFICE), (anna, Message.Circle.FIRM),
    ):  # fmt: skip
        messages.write_message(
            item, f"{WORD} scrive", circle=circle, actor=actor, now=office.tick(), client_key=uuid4(), page=""
        )
    proposed = office.in_review(make_firm(anna, name=f"{WORD} proposta"))
    office.propose(proposed, note=f"{WORD} nota")
    OfficerCheck.objects.create(
        application=proposed, code="DURC", outcome="YES", note=f"{WORD} nota", author=carla, at=office.tick()
    )
    RegistryAnswer.objects.create(
        application=proposed, outcome="FOUND", facts={name: f"{WORD} {name}" for name in KEPT}, asked_by=carla,
        asked_at=office.tick(),
    )  # fmt: skip
    gone = office.submit(make_firm(anna, name=f"{WORD} ritirata"))
    review.withdraw(gone, actor=anna, now=office.tick(), reason=f"{WORD} motivo")
    conflicts.declare_conflict(gone.firm, actor=carla, now=office.tick(), reason=f"{WORD} conflitto")
    User.objects.filter(pk__in=[anna.pk, carla.pk]).update(name=WORD)
    planter = Planter(WORD)
    planter.plant()
    return planter


def visited(client: Client, person: User, start: list[str], own: Holdings) -> dict[str, str]:
    client.force_login(person)
    items = [f"/domande/{item.pk}/" for item in own.applications.values()]
    dossiers = [f"/ufficio/domande/{item.pk}/" for item in own.applications.values()]
    return crawl(client, [*start, *(dossiers if "/ufficio/" in start else items)])


@pytest.mark.slow
def test_no_text_of_anybody_ever_becomes_markup(
    written: Planter, annas: Holdings, client: Client, anna: User, carla: User, elena: User,
    record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    pages = visited(client, anna, EMPLOYER, annas)
    for person in (carla, elena):
        pages |= {f"{person.email} {a}": page for a, page in visited(client, person, OFFICE, annas).items()}

    assert {address: found for address, page in pages.items() if (found := live_in(page))} == {}

    said = shown(pages)
    record_property(
        "R27",
        f"{len(PAYLOADS)} testi ostili in {len(written.planted)} colonne, {len(pages)} pagine: "
        f"eseguiti 0, mostrati come testo {len(said)}",
    )
    assert len(said) == len(PAYLOADS)
    assert len(written.planted) >= 20
    assert len(pages) >= 60


def test_papers_and_mails_keep_it_as_text(written: Planter, annas: Holdings, tmp_path: Path) -> None:
    papers = {
        "domanda": application_form.to_html(FormToSign.objects.latest("pk").snapshot, "0" * 64),
        "ricevuta": receipts.to_html(
            receipts.receipt_facts(Application.objects.get(pk=annas.applications["submitted"].pk))
        ),
        "decreto": decree_papers.to_html(content_of(Decree.objects.latest("pk").snapshot), sha256="0" * 64),
    }

    assert {name: found for name, page in papers.items() if (found := live_in(page))} == {}
    assert shown(papers)
    sent = Mail.objects.exclude(body="")
    assert sent.exists()
    assert not any("\n" in mail.subject or "\r" in mail.subject for mail in sent)


def test_a_template_that_trusts_a_text_is_caught(
    written: Planter, annas: Holdings, client: Client, anna: User, settings: Settings, tmp_path: Path
) -> None:
    """The guard off: one filter in one template."""
    name = "applications/firms/firm.html"
    careless = tmp_path / name
    careless.parent.mkdir(parents=True)
    shutil.copy(django_settings.ROOT / "templates" / name, careless)
    careless.write_text(careless.read_text().replace("<h1>{{ firm.name }}</h1>", "<h1>{{ firm.name|safe }}</h1>"))
    (first,) = settings.TEMPLATES
    settings.TEMPLATES = [first | {"DIRS": [tmp_path, *first["DIRS"]]}]
    client.force_login(anna)

    assert live_in(client.get(f"/imprese/{annas.firms['draft'].pk}/").content.decode()) != []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_every_payload_would_run_where_it_is_not_escaped(payload: str) -> None:
    """The guard off: each of them, written as it is where it aims at."""
    places = ("<p>{}</p>", '<p title="{}">x</p>', "<p title='{}'>x</p>", "<p title={}>x</p>", "<p {}>x</p>")

    assert any(live_in(place.format(payload)) for place in places)
