"""«Elena sta guardando»: on the dossier when it is opened, and again while it stays open."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from applications.admin.presence import sentence
from applications.models import Firm
from portal.models import User
from tests.applications.admin.test_reviewing import signed_in
from tests.conftest import Desk

pytestmark = pytest.mark.usefixtures("nobody_looks")


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], ""),
        (["Elena"], "Elena sta guardando questo fascicolo."),
        (["Elena", "Lia"], "Elena e Lia stanno guardando questo fascicolo."),
        (["Carla", "Elena", "Lia"], "Carla, Elena e Lia stanno guardando questo fascicolo."),
    ],
)
def test_the_sentence(names: list[str], said: str) -> None:
    assert sentence(names) == said


def test_who_opens_a_dossier_is_seen_by_who_is_there(desk: Desk, firm: Firm, carla: User, elena: User) -> None:
    item = desk.submit(firm)
    page, poll = f"/ufficio/domande/{item.pk}/", f"/ufficio/domande/{item.pk}/presenza/"
    first, second = signed_in(carla), signed_in(elena)
    assert "sta guardando" not in first.get(page).content.decode()

    assert "Carla sta guardando questo fascicolo." in second.get(page).content.decode()

    assert first.get(poll).content.decode() == "Elena sta guardando questo fascicolo."
    assert f'data-presence="{poll}"' in first.get(page).content.decode()


def test_a_name_is_text(desk: Desk, firm: Firm, carla: User, elena: User) -> None:
    User.objects.filter(pk=elena.pk).update(name="<b>Elena</b>")
    item = desk.submit(firm)
    signed_in(User.objects.get(pk=elena.pk)).get(f"/ufficio/domande/{item.pk}/presenza/")

    page = signed_in(carla).get(f"/ufficio/domande/{item.pk}/").content.decode()
    answer = signed_in(carla).get(f"/ufficio/domande/{item.pk}/presenza/")

    assert "&lt;b&gt;Elena&lt;/b&gt; sta guardando" in page
    assert answer["Content-Type"].startswith("text/plain")


def test_nobody_is_told_of_a_draft_or_of_what_is_not_theirs(desk: Desk, firm: Firm, carla: User, anna: User) -> None:
    draft = desk.draft(firm)

    assert signed_in(carla).get(f"/ufficio/domande/{draft.pk}/presenza/").status_code == 404
    answer = signed_in(anna).get(f"/ufficio/domande/{draft.pk}/presenza/")
    assert (answer.status_code, b"guardando" in answer.content) == (403, False)


def test_asking_again_costs_little(desk: Desk, firm: Firm, carla: User) -> None:
    item = desk.submit(firm)
    client: Client = signed_in(carla)

    with CaptureQueriesContext(connection) as queries:
        client.get(f"/ufficio/domande/{item.pk}/presenza/")

    assert len(queries) <= 4
