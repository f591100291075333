"""Whose dossier it is, at the desk: the buttons, what they refuse, and the load of the office."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from applications.domain import assignment
from applications.models import Application, Assignment, Call, ConflictOfInterest, Firm, OfficerProvinces
from portal.kernel.roles import Role
from portal.models import AuditEntry, User
from tests.access.world import desk_of_today
from tests.applications.admin.test_reviewing import said, signed_in
from tests.applications.guided import opened
from tests.conftest import Desk, FirmMaker, person

PAYLOAD = "<script>alert(1)</script>"


@pytest.fixture
def desk(call: Call, carla: User, elena: User, dario: User) -> Desk:
    """The office at work now."""
    return desk_of_today(opened(call), carla, elena, dario)


@pytest.fixture
def client(carla: User) -> Client:
    return signed_in(carla)


@pytest.fixture
def lia(db: None) -> User:
    return person("lia@ufficio.example", "Lia", Role.CASE_OFFICER)


def at(item: Application, act: str = "") -> str:
    return f"/ufficio/domande/{item.pk}/istruttore/" + (f"{act}/" if act else "")


def holder(item: Application) -> User | None:
    return Application.objects.select_related("officer").get(pk=item.pk).officer


def written() -> tuple[int, int, int]:
    return Assignment.objects.count(), ConflictOfInterest.objects.count(), AuditEntry.objects.count()


def test_a_dossier_is_taken_from_the_queue_and_one_stays_in_the_queue(
    client: Client, desk: Desk, firm: Firm, carla: User
) -> None:
    item = desk.submit(firm)
    page = said(client.get("/ufficio/domande/?istruttore=nessuno"))
    assert f'action="{at(item, "prendi")}?istruttore=nessuno"' in page

    answer = client.post(at(item, "prendi") + "?istruttore=nessuno", {"torna": "coda"}, follow=True)

    assert answer.redirect_chain == [("/ufficio/domande/?istruttore=nessuno", 302)]
    assert f"La domanda {item.protocol} è tua." in said(answer)
    assert holder(item) == carla
    mine = said(client.get("/ufficio/domande/?istruttore=mie"))
    assert f'href="{at(item)}?istruttore=mie"' in mine


def test_who_comes_second_is_told_who_was_first_and_when(client: Client, desk: Desk, firm: Firm, lia: User) -> None:
    item = desk.submit(firm)
    assignment.claim(item, actor=lia, now=desk.tick())
    before = written()

    answer = client.post(at(item, "prendi"))

    assert answer.status_code == 409
    assert "è di Lia (dal " in said(answer)
    assert "Subentra a Lia" in said(answer)
    assert (written(), holder(item)) == (before, lia)


def test_a_colleague_is_replaced_with_a_reason_and_finds_it_on_the_desk(
    client: Client, desk: Desk, firm: Firm, carla: User, lia: User
) -> None:
    item = desk.submit(firm)
    assignment.claim(item, actor=lia, now=desk.tick())

    empty = client.post(at(item, "subentra"), {"visto": lia.pk, "motivo": " "})
    assert "Scrivi il motivo" in said(empty)
    assert holder(item) == lia
    client.post(at(item, "subentra"), {"visto": lia.pk, "motivo": f"Lia è assente {PAYLOAD}"})

    assert holder(item) == carla
    home = signed_in(lia).get("/ufficio/").content.decode()
    assert "Passate a un collega" in home
    assert "a Carla, " in home
    assert PAYLOAD not in home
    assert "&lt;script&gt;" in signed_in(lia).get(at(item)).content.decode()
    assert "Passate a un collega" not in said(client.get("/ufficio/"))


def test_taking_over_from_who_has_just_lost_it_keeps_the_reason(
    client: Client, desk: Desk, firm: Firm, carla: User, lia: User
) -> None:
    item = desk.submit(firm)
    third = person("clelia@ufficio.example", "Clelia", Role.CASE_OFFICER)
    assignment.claim(item, actor=third, now=desk.tick())

    answer = client.post(at(item, "subentra"), {"visto": lia.pk, "motivo": "Lia me l'ha chiesto"})

    assert answer.status_code == 409
    assert "è di Clelia" in said(answer)
    assert "Lia me l&#x27;ha chiesto" in answer.content.decode() or "Lia me l'ha chiesto" in said(answer)
    assert holder(item) == third


@pytest.mark.parametrize("act", ["lascia", "conflitto"])
def test_nothing_is_left_or_declared_without_a_reason(act: str, client: Client, desk: Desk, firm: Firm) -> None:
    item = desk.in_review(firm)
    before = written()

    page = said(client.post(at(item, act), {"motivo": ""}))

    assert "Errore:" in page
    assert "Scrivi il motivo" in page
    assert written() == before


def test_left_with_a_reason_it_is_nobodys(client: Client, desk: Desk, firm: Firm) -> None:
    item = desk.in_review(firm)

    client.post(at(item, "lascia"), {"motivo": "Troppo carico"})

    assert holder(item) is None
    page = said(client.get(at(item)))
    assert "non è di nessun istruttore" in page
    assert "Troppo carico" in page


def test_a_conflict_stays_between_the_officer_and_the_manager(
    client: Client, desk: Desk, firm: Firm, elena: User, lia: User
) -> None:
    item = desk.in_review(firm)

    client.post(at(item, "conflitto"), {"motivo": "Ci lavora mia sorella"})

    assert holder(item) == lia
    assert "Hai dichiarato" in said(client.get(at(item))) or "hai dichiarato" in said(client.get(at(item)))
    assert "sorella" not in said(signed_in(lia).get(at(item)))
    assert "sorella" not in said(signed_in(lia).get("/ufficio/conflitti/"))
    assert "sorella" in said(signed_in(elena).get("/ufficio/conflitti/"))
    row = ConflictOfInterest.objects.get()
    assert signed_in(lia).post(f"/ufficio/conflitti/{row.pk}/ritira/").status_code == 404
    client.post(f"/ufficio/conflitti/{row.pk}/ritira/")
    row.refresh_from_db()
    assert row.withdrawn_at is not None
    assert "già stata ritirata" in said(client.post(f"/ufficio/conflitti/{row.pk}/ritira/"))


@pytest.mark.parametrize("act", ["prendi", "lascia", "subentra", "conflitto"])
@pytest.mark.parametrize("who", ["elena", "ivo", "anna"])
def test_hidden_buttons_do_nothing_for_who_is_not_an_officer(
    act: str, who: str, desk: Desk, firm: Firm, request: pytest.FixtureRequest
) -> None:
    item = desk.submit(firm)
    before = written()

    answer = signed_in(request.getfixturevalue(who)).post(at(item, act), {"motivo": "x", "visto": 1})

    assert answer.status_code == 403
    assert (written(), holder(item)) == (before, None)


def test_the_passages_tell_whom_the_portal_compared(client: Client, desk: Desk, firm: Firm, lia: User) -> None:
    item = desk.submit(firm)
    lia.role_grants.update(until=desk.at)
    client.post("/ufficio/assegnazioni/assegna/")

    page = said(client.get(at(item)))

    assert "assegnata in automatico: era il solo a poterla avere" in page
    assert "chiesto da Carla" not in page
    assert "<strong>scelto</strong>" in page


def test_the_load_of_the_office_links_to_its_lists(
    client: Client, desk: Desk, make_firm: FirmMaker, anna: User, carla: User, lia: User
) -> None:
    desk.in_review(make_firm(anna))
    desk.submit(make_firm(anna))

    page = said(client.get("/ufficio/assegnazioni/"))

    assert f'href="/ufficio/domande/?stato=in-istruttoria&amp;istruttore={carla.pk}">1</a>' in page
    assert 'href="/ufficio/domande/?istruttore=nessuno"><strong>1</strong>' in page
    answer = client.post("/ufficio/assegnazioni/assegna/", follow=True)
    assert "1 domanda assegnata." in said(answer)
    assert Application.objects.filter(officer=lia).count() == 1
    assert "Nessuna domanda aspetta" in said(client.post("/ufficio/assegnazioni/assegna/", follow=True))


def test_the_same_queries_for_one_officer_and_for_three(
    client: Client, desk: Desk, make_firm: FirmMaker, anna: User
) -> None:
    costs = []
    for number in range(2):
        desk.in_review(make_firm(anna))
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/ufficio/assegnazioni/").status_code == 200
        costs.append(len(queries))
        for more in range(2):
            other = person(f"altra{number}{more}@ufficio.example", "Altra", Role.CASE_OFFICER)
            assignment.claim(desk.submit(make_firm(anna)), actor=other, now=desk.tick())

    assert costs[0] == costs[1] <= 12


def test_the_passages_cost_the_same_for_one_and_for_three(
    client: Client, desk: Desk, firm: Firm, carla: User, lia: User
) -> None:
    item = desk.in_review(firm)
    costs = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(at(item)).status_code == 200
        costs.append(len(queries))
        assignment.take_over(item, actor=lia, reason="x", now=desk.tick())
        assignment.take_over(item, actor=carla, reason="x", now=desk.tick())

    assert costs[0] == costs[1]


def test_the_manager_writes_the_provinces(desk: Desk, elena: User, carla: User, ivo: User) -> None:
    client, page = signed_in(elena), f"/ufficio/assegnazioni/{carla.pk}/province/"
    assert f"/assegnazioni/{carla.pk}/province/" in said(client.get("/ufficio/assegnazioni/"))

    assert "non è tra quelle dell" in said(client.post(page, {"province": ["ZZ"]}))
    assert not OfficerProvinces.objects.exists()
    client.post(page, {"province": ["MI", "BG"]})

    assert OfficerProvinces.objects.get().provinces == ["BG", "MI"]
    assert re.search(r'value="BG"[^>]*checked', said(client.get(page)))
    assert client.get(f"/ufficio/assegnazioni/{ivo.pk}/province/").status_code == 404
    assert signed_in(carla).post(page, {"province": []}).status_code == 403
    assert OfficerProvinces.objects.get().provinces == ["BG", "MI"]
