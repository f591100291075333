"""The people of the office at the desk: invited, given and taken roles, absent; each page by who may."""

from datetime import datetime, timedelta
from html import unescape

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from applications.models import Call
from portal.kernel.roles import Role
from portal.kernel.scopes import of_call
from portal.models import Absence, AuditEntry, RoleGrant, StaffInvitation, User
from tests.conftest import person

PEOPLE, INVITE, AWAY = "/ufficio/persone/", "/ufficio/persone/invita/", "/ufficio/assenze/"
GOOD = {
    "nome": "Marta",
    "email": "marta@ufficio.example",
    "ruoli": ["CASE_OFFICER"],
    "avvisi": ["*"],
    "dal": "",
    "al": "",
    "motivo": "ordine di servizio 7",
}


@pytest.fixture
def root(client: Client, db: None) -> User:
    """Runs the system, and is signed in."""
    made = person("amministratore@ufficio.example", "Amministrazione", Role.SYSTEM_ADMIN)
    client.force_login(made)
    return made


def text(answer) -> str:
    return answer.content.decode()


def day(**more: float) -> str:
    return f"{timezone.localdate() + timedelta(**more):%d/%m/%Y}"


def test_an_invitation_is_written_shown_and_withdrawn(client, root, call: Call):
    scope = of_call(call.pk)
    answer = client.post(INVITE, GOOD | {"avvisi": [scope], "al": day(days=30)})

    assert answer["Location"] == PEOPLE
    row = StaffInvitation.objects.get()
    assert (row.roles, row.scopes, row.reason, row.invited_by) == (
        ["CASE_OFFICER"], [scope], "ordine di servizio 7", root,
    )  # fmt: skip
    page = text(client.get(PEOPLE))
    assert "marta@ufficio.example" in page
    assert escape(call.title) in page
    at = f"/ufficio/persone/inviti/{row.pk}/"
    assert "in partenza" in text(client.get(at))
    assert "riprova tra dieci minuti" in text(client.post(at, {"ripeti": "1"}, follow=True))
    assert "ritirato" in text(client.post(at, {"ritira": "1"}, follow=True))
    assert "già stato usato o ritirato" in text(client.post(at, {"ritira": "1"}, follow=True))
    assert client.get("/ufficio/persone/inviti/999999/").status_code == 404


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"email": "marta"}, "indirizzo e-mail completo"),
        ({"email": ""}, "Scrivi l&#x27;indirizzo e-mail."),
        ({"nome": ""}, "Scrivi nome e cognome."),
        ({"ruoli": []}, "Scegli almeno un ruolo."),
        ({"ruoli": ["SYSTEM"]}, "non è nell&#x27;elenco"),
        ({"avvisi": []}, "Scegli per quali avvisi"),
        ({"avvisi": ["call:999"]}, "non è nell&#x27;elenco"),
        ({"al": "31/02/2030"}, "non è una data"),
        ({"al": "ieri"}, "non è una data"),
        ({"dal": "1/1/99999"}, "non è una data"),
        ({"al": "1/1/2020"}, "finirebbe prima di cominciare"),
        ({"motivo": " "}, "Scrivi il motivo"),
        ({"motivo": "x" * 501}, "troppo lungo"),
        ({"ruoli": ["SYSTEM_ADMIN"], "avvisi": []}, "Scegli per quali avvisi"),
    ],
)
def test_nonsense_is_said_beside_its_field_and_the_rest_is_kept(typed, said, client, root):
    page = text(client.post(INVITE, GOOD | typed))

    assert said in page
    assert "<title>Errore: " in page
    assert not StaffInvitation.objects.exists()
    if "motivo" not in typed:
        assert "ordine di servizio 7" in page


def test_a_role_is_given_and_taken_away_and_the_page_tells_the_story(client, root, carla: User, call: Call):
    at = f"/ufficio/persone/{carla.pk}/"
    body = {"ruoli": ["INSPECTOR"], "avvisi": [of_call(call.pk)], "motivo": "supplenza", "al": day(days=5)}
    assert client.post(at, body)["Location"] == at
    row = RoleGrant.objects.get(user=carla, role="INSPECTOR")
    assert "Ha già questo ruolo" in text(client.post(at, body))

    ending = f"/ufficio/persone/ruoli/{row.pk}/"
    assert "controlli in loco" in text(client.get(ending))
    assert "Scrivi il motivo" in text(client.post(ending, {"motivo": ""}))
    assert client.post(ending, {"motivo": "finita", "al": ""})["Location"] == at
    row.refresh_from_db()
    assert row.until <= timezone.now()
    page = text(client.get(at))
    assert page.index("Ruolo tolto") < page.index("Ruolo assegnato")
    assert "supplenza" in page
    assert "finita" in page
    assert client.get("/ufficio/persone/ruoli/999999/").status_code == 404


def test_a_revoked_role_closes_the_next_page(client, root, carla: User):
    hers = Client()
    hers.force_login(carla)
    assert hers.get("/ufficio/domande/").status_code == 200

    client.post(f"/ufficio/persone/ruoli/{carla.role_grants.get().pk}/", {"motivo": "trasferita"})

    assert hers.get("/ufficio/domande/").status_code == 403


def test_nobody_gives_a_role_to_themselves_and_the_last_administrator_stays(client, root):
    at = f"/ufficio/persone/{root.pk}/"
    body = {"ruoli": ["SIGNATORY"], "avvisi": ["*"], "motivo": "x"}

    assert 'name="ruoli"' not in text(client.get(at))
    client.post(at, body)
    assert not RoleGrant.objects.filter(role="SIGNATORY").exists()
    page = text(client.post(f"/ufficio/persone/ruoli/{root.role_grants.get().pk}/", {"motivo": "x"}))
    assert "ultimo amministratore" in page
    assert root.role_grants.get().until is None


def test_the_auditor_reads_and_does_nothing_and_an_employer_is_nobody_here(client, ivo: User, anna: User, carla: User):
    client.force_login(ivo)
    at = f"/ufficio/persone/{carla.pk}/"

    assert 'name="ruoli"' not in text(client.get(at))
    assert client.post(at, {"ruoli": ["SIGNATORY"], "avvisi": ["*"], "motivo": "x"}).status_code == 403
    assert client.get(INVITE).status_code == 403
    assert client.get(f"/ufficio/persone/{anna.pk}/").status_code == 404
    assert not AuditEntry.objects.filter(act="user.grant_role").exists()


def test_an_auditor_of_one_call_does_not_read_the_people(client, ivo: User, carla: User, call: Call):
    ivo.role_grants.update(scope=of_call(call.pk))
    client.force_login(ivo)

    assert client.get(PEOPLE).status_code == client.get(f"/ufficio/persone/{carla.pk}/").status_code == 403
    assert 'href="/ufficio/persone/"' not in text(client.get("/ufficio/"))


def test_the_list_costs_the_same_with_one_person_and_with_four(client, root, carla, django_assert_max_num_queries):
    for _ in range(2):
        with django_assert_max_num_queries(14):
            client.get(PEOPLE)
        for number in range(3):
            User.objects.filter(email=f"p{number}@ufficio.example").exists() or person(
                f"p{number}@ufficio.example", f"P{number}", Role.AUDITOR
            )


def test_an_absence_is_written_by_oneself_shown_and_ended(client, carla: User):
    marta = person("marta@ufficio.example", "Marta", Role.CASE_OFFICER)
    client.force_login(carla)
    body = {"persona": carla.pk, "sostituto": marta.pk, "dal": day(), "al": day(days=2), "motivo": "ferie"}

    assert client.post(AWAY, body)["Location"] == AWAY
    row = Absence.objects.get()
    assert (row.user, row.substitute, row.declared_by) == (carla, marta, carla)
    assert timezone.localtime(row.until).date() == timezone.localdate() + timedelta(days=3)
    assert "in corso" in text(client.get(AWAY))
    hers = Client()
    hers.force_login(marta)
    assert "In sostituzione" in text(hers.get("/ufficio/"))
    at = f"{AWAY}{row.pk}/"
    assert hers.post(at).status_code == 403
    assert "ferie" not in text(hers.get(at))
    assert client.post(at)["Location"] == AWAY
    again = client.post(at)
    assert again.status_code == 409
    assert "già finita o annullata" in text(again)
    assert "In sostituzione" not in text(hers.get("/ufficio/"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"sostituto": ""}, "Scegli una persona dell&#x27;elenco."),
        ({"sostituto": "999999"}, "non è nell&#x27;elenco"),
        ({"sostituto": "elena"}, "non ha un ruolo di Carla"),
        ({"sostituto": "carla"}, "Nessuno sostituisce se stesso"),
        ({"persona": "elena"}, "non è nell&#x27;elenco"),
        ({"dal": "boh"}, "non è una data"),
        ({"al": "1/1/2020"}, "finisce prima di cominciare"),
        ({"motivo": ""}, "Scrivi il motivo."),
    ],
)
def test_an_absence_that_makes_no_sense_is_said_and_kept(typed, said, client, carla: User, elena: User):
    marta = person("marta@ufficio.example", "Marta", Role.CASE_OFFICER)
    people = {"elena": elena.pk, "carla": carla.pk}
    client.force_login(carla)
    body = {"persona": carla.pk, "sostituto": marta.pk, "dal": day(), "al": day(days=2), "motivo": "ferie estive"}

    page = text(client.post(AWAY, body | {name: people.get(value, value) for name, value in typed.items()}))

    assert said in page
    assert not Absence.objects.exists()
    if "motivo" not in typed:
        assert "ferie estive" in page


def test_who_leads_the_work_writes_the_absence_of_others(client, carla: User, elena: User):
    marta = person("marta@ufficio.example", "Marta", Role.CASE_OFFICER)
    client.force_login(elena)
    body = {"persona": carla.pk, "sostituto": marta.pk, "dal": day(), "al": day(), "motivo": "permesso"}

    client.post(AWAY, body)

    assert Absence.objects.get().declared_by == elena


def test_a_day_is_whole(client, carla: User, now: datetime):
    marta = person("marta@ufficio.example", "Marta", Role.CASE_OFFICER)
    client.force_login(carla)
    client.post(AWAY, {"persona": carla.pk, "sostituto": marta.pk, "dal": day(), "al": day(), "motivo": "x"})

    row = Absence.objects.get()
    assert row.until - row.since >= timedelta(hours=23)


@pytest.mark.parametrize(
    ("required", "listed", "invited"),
    [
        (True, "manca: l'ufficio non si apre", "senza, l'ufficio non si apre"),
        (False, "non c'è, e qui non è richiesto", "un secondo passo qui non è richiesto"),
    ],
)
def test_what_is_said_of_the_second_step_is_true(required, listed, invited, client, root, carla, settings):
    settings.STAFF_SECOND_FACTOR = required
    Authenticator.objects.create(user=root, type=Authenticator.Type.TOTP, data={})

    said = [unescape(text(client.get(page))) for page in (PEOPLE, INVITE)]

    assert listed in said[0]
    assert invited in said[1]
    assert ("non si apre" in said[0] + said[1]) == required
