"""A session that expires in mid-page: what was typed is kept, for the same browser, briefly, and never for another."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from applications.models import Application, Call, Firm
from applications.views.kept import KEPT, LONGEST
from portal.models import User
from tests.applications.guided import GOOD


@pytest.fixture
def draft(client: Client, anna: User, open_call: Call, firm: Firm) -> Application:
    """Anna's draft; her session has expired meanwhile."""
    client.force_login(anna)
    client.post("/domande/nuova/smart-working-2020/", {"impresa": firm.pk})
    client.logout()
    return Application.objects.get()


def address(item: Application) -> str:
    return f"/domande/{item.pk}/compila/operatore/"


def text(response: Any) -> str:
    return response.content.decode().replace("&#x27;", "'")


def test_what_an_expired_session_posts_is_shown_again_after_signing_in(
    client: Client, anna: User, draft: Application
) -> None:
    response = client.post(address(draft), GOOD["operatore"] | {"nome": "Quello giusto"})
    assert response["Location"] == f"/accesso/?next={address(draft)}"
    assert Application.objects.get().typed == {}

    client.force_login(anna)  # in the same browser
    page = text(client.get(address(draft)))

    assert "Quello che avevi scritto è ancora qui" in page
    assert 'value="Quello giusto"' in page
    assert 'value="07643520567"' in page
    assert "Quello che avevi scritto" not in text(client.get(address(draft)))
    client.post(address(draft), GOOD["operatore"])
    assert Application.objects.get().answers["operator"]["tax_code"] == "07643520567"


def test_it_is_not_for_another_page_nor_for_another_person_nor_for_later(
    client: Client, anna: User, bruno: User, draft: Application
) -> None:
    client.post(address(draft), GOOD["operatore"])
    client.force_login(bruno)
    assert client.get(address(draft)).status_code == 404
    client.logout()

    client.post(address(draft), GOOD["operatore"])
    client.force_login(anna)
    assert "Operatore accreditato" not in text(client.get(address(draft).replace("operatore", "impresa")))
    session = client.session
    session[KEPT] |= {"at": (timezone.now() - timedelta(minutes=31)).isoformat()}
    session.save()
    assert 'value="07643520567"' not in text(client.get(address(draft)))
    assert KEPT not in client.session


def test_what_is_too_long_is_not_kept(client: Client, draft: Application) -> None:
    client.post(address(draft), {"nome": "x" * (LONGEST + 1)})

    assert KEPT not in client.session


def test_a_page_that_sends_by_itself_is_told_and_keeps_what_is_typed(client: Client, draft: Application) -> None:
    saved = client.post(f"{address(draft)}salva/", GOOD["operatore"], headers={"HX-Request": "true"})
    file = client.post(f"/domande/{draft.pk}/documenti/", {"documento": "X"}, headers={"X-One-File": "1"})

    assert (saved.status_code, file.status_code) == (401, 401)
    assert saved.content == b""


def test_who_comes_back_to_the_submission_finds_the_summary(client: Client, anna: User, draft: Application) -> None:
    assert client.post(f"/domande/{draft.pk}/presenta/")["Location"].startswith("/accesso/?next=")
    client.force_login(anna)

    assert client.get(f"/domande/{draft.pk}/presenta/")["Location"] == f"/domande/{draft.pk}/controlla/"


def test_a_page_of_another_site_leaves_nothing_behind(anna: User, firm: Firm) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(anna)
    page = client.get("/imprese/nuova/").content.decode()
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    forged = {"name": "Falsa S.r.l.", "csrfmiddlewaretoken": token}

    answer = client.post("/imprese/nuova/", forged, headers={"Origin": "https://altrove.example"})
    without = client.post("/imprese/nuova/", {"name": "Falsa S.r.l."})

    assert (answer.status_code, without.status_code) == (403, 403)
    assert KEPT not in client.session
    assert "quello che avevi scritto di solito è ancora lì" in text(answer)


def test_what_is_sent_with_an_old_token_is_not_done_and_said_so(anna: User, draft: Application) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(anna)
    client.get(address(draft))
    typed = GOOD["operatore"] | {"nome": "Quello giusto", "csrfmiddlewaretoken": "a" * 32}

    answer = client.post(address(draft), typed, follow=True)

    assert answer.redirect_chain == [(address(draft), 302)]
    assert "La pagina era aperta da prima del tuo ultimo accesso" in text(answer)
    assert 'value="Quello giusto"' in text(answer)
    assert Application.objects.get().typed == {}
