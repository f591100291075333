"""Many at once at the desk: chosen, shown, tried, confirmed, undone; nothing for who may not."""

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from applications.domain import bulk_running, checklist, decisions
from applications.models import Application, BulkRun, Proposal
from portal.models import Progress, User
from portal.services.clock import database_clock
from tests.conftest import Desk, FirmMaker

LIST = "/ufficio/proposte/"
NEW = "/ufficio/insieme/nuova/"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def said(answer: object) -> str:
    return answer.content.decode().replace("&#x27;", "'")  # type: ignore[attr-defined]


@pytest.fixture
def waiting(desk: Desk, make_firm: FirmMaker, anna: User) -> list[Application]:
    items = [desk.in_review(make_firm(anna)) for _ in range(3)]
    for item in items:
        desk.propose(item)
    return items


def choose(client: Client, items: list[Application], **fields: object) -> object:
    data = {"operazione": "APPROVE", "quali": "scelte", "domanda": [item.pk for item in items], **fields}
    return client.post(NEW, data, follow=True)


def step(client: Client, what: str) -> str:
    """Ask for a step of the last run, and let its job run."""
    run = BulkRun.objects.latest("pk")
    answer = client.post(f"/ufficio/insieme/{run.pk}/passo/", {"passo": what}, follow=True)
    for progress in Progress.objects.filter(key__startswith=f"bulk:{run.pk}:{what}", state="WAITING"):
        bulk_running.run(progress.pk, clock=database_clock)
        return said(client.get(f"/ufficio/insieme/{run.pk}/"))
    return said(answer)


def states(items: list[Application]) -> list[str]:
    return [Application.objects.get(pk=item.pk).status for item in items]


def test_from_the_list_to_the_undo(waiting: list[Application], elena: User) -> None:
    client = signed_in(elena)
    assert "Tutte quelle di questa vista (3)" in said(client.get(LIST))

    page = said(choose(client, waiting[:2]))
    assert "Conferma: 2 domande" in page
    assert "21.000,00" in page
    assert "nulla è stato scritto" in step(client, "rehearse")
    assert states(waiting) == ["PROPOSED_ADMISSION"] * 3
    page = step(client, "apply")
    assert page.count("Fatta") == 2
    assert "Annulla l'operazione" in page
    assert states(waiting) == ["ADMITTED", "ADMITTED", "PROPOSED_ADMISSION"]
    assert "Annullata" in step(client, "undo")
    assert states(waiting) == ["PROPOSED_ADMISSION"] * 3


def test_all_of_the_view_is_what_the_view_shows(
    waiting: list[Application], desk: Desk, make_firm: FirmMaker, anna: User, elena: User
) -> None:
    client = signed_in(elena)

    choose(client, [], quali="tutte", viste=3)
    assert BulkRun.objects.latest("pk").rows.count() == 3
    client.post(NEW + "?esito=non-ammissione", {"operazione": "APPROVE", "quali": "tutte", "viste": 0})
    assert BulkRun.objects.count() == 1
    desk.propose(desk.in_review(make_firm(anna)))
    assert "Quando hai guardato erano 3, adesso sono 4" in said(choose(client, [], quali="tutte", viste=3))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Non hai scelto nessuna domanda"),
        ({"domanda": ["x"]}, "La pagina era incompleta"),
        ({"domanda": ["1" * 30]}, "La pagina era incompleta"),
        ({"operazione": "DELETE"}, "La pagina era incompleta"),
        ({"quali": ""}, "La pagina era incompleta"),
        ({"domanda": ["999999"]}, "Non hai scelto nessuna domanda"),
    ],
)
def test_nothing_or_nonsense_does_nothing(
    fields: dict[str, object], words: str, waiting: list[Application], elena: User
) -> None:
    page = said(choose(signed_in(elena), [], **fields))

    assert words in page
    assert not BulkRun.objects.exists()
    assert states(waiting) == ["PROPOSED_ADMISSION"] * 3


@pytest.mark.parametrize("reader", ["carla", "dario", "ivo"])
def test_a_role_that_may_not_sees_no_ticks_and_is_refused(
    reader: str, waiting: list[Application], elena: User, request: pytest.FixtureRequest
) -> None:
    client = signed_in(request.getfixturevalue(reader))

    assert 'type="checkbox"' not in said(client.get(LIST))
    assert "non spetta al ruolo" in said(choose(client, waiting))
    choose(signed_in(elena), waiting)
    run = BulkRun.objects.get()
    assert "Conferma" not in said(client.get(f"/ufficio/insieme/{run.pk}/"))
    for what in ("rehearse", "apply", "undo"):
        assert "chi l'ha preparata" in step(client, what)
    assert states(waiting) == ["PROPOSED_ADMISSION"] * 3
    assert not Progress.objects.exists()


def test_an_unknown_step_and_one_too_early(waiting: list[Application], elena: User) -> None:
    client = signed_in(elena)
    choose(client, waiting)

    assert "La pagina era incompleta" in step(client, "erase")
    assert "Non c'è ancora nulla da annullare" in step(client, "undo")


def test_one_that_lost_a_requirement_is_marked_before_and_after(
    waiting: list[Application], desk: Desk, elena: User
) -> None:
    client = signed_in(elena)
    choose(client, waiting)
    found = [checklist.Found("DURC", checklist.Outcome.NO, "Irregolare")]
    checklist.record_checks(waiting[0], found, seen=10**9, actor=desk.officer, now=desk.tick())
    run = BulkRun.objects.get()

    before = said(client.get(f"/ufficio/insieme/{run.pk}/"))
    after = step(client, "apply")

    assert "Conferma: 2 domande" in before
    assert "Non si può" in before
    assert "Controlli cambiati: Regolarità contributiva: No (Irregolare)" in after
    assert states(waiting) == ["IN_REVIEW", "ADMITTED", "ADMITTED"]


def test_the_rows_as_a_file(waiting: list[Application], elena: User) -> None:
    client = signed_in(elena)
    waiting[0].firm.name = "=1+1"
    waiting[0].firm.save()
    choose(client, waiting)
    decisions.send_back(waiting[1], actor=elena, reason="x", now=database_clock())
    step(client, "apply")

    content = b"".join(client.get(f"/ufficio/insieme/{BulkRun.objects.get().pk}/righe.csv")).decode("utf-8-sig")  # type: ignore[arg-type]

    rows = list(csv.reader(io.StringIO(content), delimiter=";"))
    assert [row[3] for row in rows] == ["Esito", "Fatta", "Non fatta", "Fatta"]
    assert rows[1][1:3] == ["'=1+1", "10500,00"]
    assert "«in istruttoria»" in rows[2][4]


def test_the_pages_cost_the_same_for_one_and_for_three(waiting: list[Application], elena: User, carla: User) -> None:
    client, costs = signed_in(elena), []
    for items in (waiting[:1], waiting):
        choose(client, items)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/ufficio/insieme/{BulkRun.objects.latest('pk').pk}/")
        costs.append(len(queries))

    assert costs[0] == costs[1] <= 16


def test_an_officer_proposes_the_ready_ones(desk: Desk, make_firm: FirmMaker, anna: User, carla: User) -> None:
    items = [desk.in_review(make_firm(anna)) for _ in range(3)]
    for item in items[:2]:
        desk.check(item)
    client = signed_in(carla)
    page = said(client.get("/ufficio/da-proporre/"))
    assert page.count('type="checkbox"') == 2
    assert "Tutte quelle pronte (2)" in page

    choose(client, [], operazione="PROPOSE", quali="tutte", viste=2, nota="Tutto in ordine.")
    step(client, "apply")

    assert states(items) == ["PROPOSED_ADMISSION", "PROPOSED_ADMISSION", "IN_REVIEW"]
    assert set(Proposal.objects.values_list("note", flat=True)) == {"Tutto in ordine."}


def test_what_is_ready_costs_the_same_for_one_and_for_three(
    desk: Desk, make_firm: FirmMaker, anna: User, carla: User
) -> None:
    client, costs = signed_in(carla), []
    for count in (1, 2):
        for _ in range(count):
            desk.check(desk.in_review(make_firm(anna)))
        with CaptureQueriesContext(connection) as queries:
            client.get("/ufficio/da-proporre/")
        costs.append(len(queries))

    assert costs[0] == costs[1] <= 14
