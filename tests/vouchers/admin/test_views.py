"""Saved views: the filters under a name, counted live, exported as they are, changed by their owner alone."""

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.kernel.roles import Role
from portal.models import AuditEntry, User
from tests.conftest import Desk, FirmMaker, person
from tests.vouchers.admin.conftest import CountQueries
from tests.vouchers.admin.test_export import table
from tests.vouchers.admin.test_queue import QUEUE, shown
from vouchers.admin import views
from vouchers.models import SavedView
from vouchers.models.saved_view import MOST

VIEWS = "/ufficio/domande/viste/"


def save(client: Client, name: str, query: str, **more: str) -> str:
    """Press «Salva la vista»; what the page then says."""
    answer = client.post(VIEWS, {"nome": name, "filtri": query, **more}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def made(owner: User, count: int, now: object, **fields: object) -> None:
    """So many views."""
    SavedView.objects.bulk_create(
        SavedView(
            **{"owner": owner, "slot": n, "name": f"Vista {n}", "query": "stato=tutte", "created_at": now} | fields
        )
        for n in range(1, count + 1)
    )


@pytest.fixture
def other(db: None) -> Client:
    """Another officer's browser."""
    client = Client()
    client.force_login(person("altro@ufficio.example", "Altro", Role.CASE_OFFICER))
    return client


def test_a_view_keeps_the_filters_and_counts_them_live(
    as_carla: Client, desk: Desk, make_firm: FirmMaker, anna: User
) -> None:
    desk.submit(make_firm(anna, province="BG"))
    desk.submit(make_firm(anna, province="MI"))

    page = save(as_carla, "  Bergamo ", "provincia=BG&dopo=2020-1&prova=1")

    view = SavedView.objects.get()
    assert (view.name, view.query, view.shared, view.owner.name) == ("Bergamo", "provincia=BG", False, "Carla")
    assert "Vista «Bergamo» salvata." in page
    (tab,) = as_carla.get(f"{QUEUE}?provincia=BG").context["tabs"]
    assert (tab.address, tab.count, tab.current, tab.own) == ("?provincia=BG", 1, True, True)
    desk.submit(make_firm(anna, province="BG"))
    (tab,) = as_carla.get(QUEUE).context["tabs"]
    assert (tab.count, tab.current) == (2, False)
    assert AuditEntry.objects.get(act="view.save").target == f"view:{view.pk}"


def test_the_export_of_a_view_is_that_view(as_carla: Client, desk: Desk, make_firm: FirmMaker, anna: User) -> None:
    desk.granted(make_firm(anna, province="BG"))
    desk.submit(make_firm(anna, province="BG"))
    desk.submit(make_firm(anna, province="MI"))
    save(as_carla, "Bergamo, tutte", "stato=tutte&provincia=BG")

    (tab,) = as_carla.get(QUEUE).context["tabs"]
    rows = table(as_carla, tab.address)

    assert [row["Protocollo"] for row in rows] == shown(as_carla, tab.address)
    assert len(rows) == tab.count == 2


def test_mine_is_of_who_looks(as_carla: Client, other: Client, desk: Desk, firm: object) -> None:
    desk.in_review(firm)  # type: ignore[arg-type]
    save(as_carla, "Le mie", "istruttore=mie", condivisa="on")

    (own,) = as_carla.get(QUEUE).context["tabs"]
    (seen,) = other.get(QUEUE).context["tabs"]

    assert (own.count, seen.count, seen.own) == (1, 0, False)


def test_who_sees_which(as_carla: Client, other: Client, call: object) -> None:
    save(as_carla, "Privata", "provincia=BG")
    save(as_carla, "Condivisa", "provincia=MI", condivisa="on")
    private, shared = (SavedView.objects.get(name=name).pk for name in ("Privata", "Condivisa"))

    assert [tab.view.name for tab in other.get(VIEWS).context["tabs"]] == ["Condivisa"]
    assert other.get(f"{VIEWS}{private}/").status_code == 404
    page = other.get(f"{VIEWS}{shared}/").content.decode()
    assert "La cambia solo chi l'ha salvata." in page
    assert "Togli la vista" not in page


def test_nobody_changes_the_view_of_another(as_carla: Client, other: Client, call: object) -> None:
    save(as_carla, "Condivisa", "provincia=MI", condivisa="on")
    view = SavedView.objects.get()

    changed = other.post(f"{VIEWS}{view.pk}/", {"nome": "Mia adesso"})
    removed = other.post(f"{VIEWS}{view.pk}/togli/")

    assert "solo chi l&#x27;ha salvata la cambia" in changed.content.decode()
    assert "solo chi l&#x27;ha salvata la cambia" in removed.content.decode()
    assert SavedView.objects.get().name == "Condivisa"


def test_a_view_is_renamed_shared_and_taken_away(as_carla: Client, call: object) -> None:
    save(as_carla, "Una", "provincia=MI")
    view = SavedView.objects.get()

    as_carla.post(f"{VIEWS}{view.pk}/", {"nome": "Milano", "condivisa": "on"})
    view.refresh_from_db()
    assert (view.name, view.shared, view.query) == ("Milano", True, "provincia=MI")

    answer = as_carla.post(f"{VIEWS}{view.pk}/togli/")
    assert [str(said) for said in get_messages(answer.wsgi_request)][-1].startswith("Vista «Milano» tolta.")
    assert not SavedView.objects.exists()
    assert as_carla.post(f"{VIEWS}{view.pk}/togli/").status_code == 404
    assert [entry.act for entry in AuditEntry.objects.filter(act__startswith="view.").order_by("number")] == [
        "view.save",
        "view.change",
        "view.remove",
    ]


@pytest.mark.parametrize(
    ("name", "query", "said"),
    [
        ("", "provincia=BG", "Scrivi il nome della vista"),
        ("   ", "provincia=BG", "Scrivi il nome della vista"),
        ("x" * 61, "provincia=BG", "Il nome è di 61 caratteri: al massimo 60."),
        ("Vuota", "", "Nessun filtro da salvare"),
        ("Vuota", "stato=nulla&provincia=%27", "Nessun filtro da salvare"),
        ("vista 1", "provincia=BG", "Hai già una vista «vista 1»"),
    ],
)
def test_what_cannot_be_saved_says_why_and_keeps_what_was_typed(
    name: str, query: str, said: str, as_carla: Client, carla: User, now: object
) -> None:
    made(carla, 1, now)

    page = save(as_carla, name, query, condivisa="on")

    assert said in page
    assert f'value="{name.strip()}"' in page or not name.strip()
    assert "checked" in page
    assert SavedView.objects.count() == 1


def test_twenty_and_no_more(as_carla: Client, carla: User, now: object) -> None:
    made(carla, MOST, now)

    assert "Hai già 20 viste" in save(as_carla, "Ventunesima", "provincia=BG")
    as_carla.post(f"{VIEWS}{SavedView.objects.get(slot=7).pk}/togli/")
    assert "salvata" in save(as_carla, "Ventunesima", "provincia=BG")
    assert SavedView.objects.get(name="Ventunesima").slot == 7


def test_a_hostile_name_is_text(as_carla: Client, call: object) -> None:
    page = save(as_carla, "<script>alert(1)</script>", "q=%3Cb%3E&provincia=BG")

    assert "<script>alert" not in page
    assert "&lt;script&gt;" in as_carla.get(QUEUE).content.decode()


def test_counts_stop_where_they_would_cost(
    as_carla: Client, desk: Desk, make_firm: FirmMaker, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "COUNTED", 1)
    save(as_carla, "Tutte", "stato=tutte")
    desk.submit(make_firm(anna))
    assert "oltre" not in as_carla.get(VIEWS).content.decode()
    desk.submit(make_firm(anna))
    desk.submit(make_firm(anna))

    assert "oltre 1" in as_carla.get(VIEWS).content.decode()
    save(as_carla, "Per nome", "q=Impresa")
    (by_name, _all) = as_carla.get(VIEWS).context["tabs"]
    assert by_name.count is None


def test_the_same_queries_for_one_view_and_for_twenty(
    queries_of: CountQueries, as_carla: Client, desk: Desk, firm: object, carla: User, now: object
) -> None:
    desk.submit(firm)  # type: ignore[arg-type]
    made(carla, 1, now)
    with_one = queries_of(QUEUE)
    SavedView.objects.all().delete()
    made(carla, MOST, now, query="stato=tutte&provincia=MI")

    assert queries_of(QUEUE) == with_one <= 15
    with CaptureQueriesContext(connection) as asked:
        as_carla.get(QUEUE)
    assert len([query for query in asked if "count(*)" in query["sql"]]) == 1


def test_the_same_queries_for_1_3_and_25_rows(
    queries_of: CountQueries, desk: Desk, make_firm: FirmMaker, anna: User, carla: User, now: object
) -> None:
    made(carla, 2, now)
    seen = []
    for more in (1, 2, 22):
        for _ in range(more):
            desk.in_review(make_firm(anna))
        seen.append(queries_of(QUEUE))

    assert len(set(seen)) == 1
    assert seen[0] <= 15
