"""The officer's checks on the dossier: written once each, beside the automatic ones, and needed before an admission."""

import re

import pytest
from django.test import Client

from applications.domain import assignment, checklist, review
from applications.domain.checklist import ChecksMoved, Found, NotCheckable
from applications.domain.hands import NotInYourHands
from applications.models import Application, Call, OfficerCheck, Proposal
from portal.kernel.roles import Role
from portal.models import AuditEntry, User
from tests.access.world import desk_of_today
from tests.applications.admin.test_reviewing import all_met, at, post, said, signed_in, step_of
from tests.applications.guided import give_documents, opened
from tests.conftest import Desk, good_answers, person
from tests.portal.services.parallel import at_once

MISSING = "DE_MINIMIS"
"""A requirement that the declared facts cannot settle."""


@pytest.fixture
def desk(call: Call, carla: User, elena: User, dario: User) -> Desk:
    """The office at work now."""
    return desk_of_today(opened(call), carla, elena, dario)


@pytest.fixture
def client(carla: User) -> Client:
    return signed_in(carla)


@pytest.fixture
def item(desk: Desk, firm) -> Application:
    return desk.in_review(firm)


@pytest.fixture
def lia(db: None) -> User:
    return person("lia@ufficio.example", "Lia", Role.CASE_OFFICER)


def write(client: Client, item: Application, visto: int = 0, **fields: str):
    return client.post(at(item, "controlli"), {"visto": visto} | fields)


def test_the_dossier_offers_what_the_facts_say_and_writes_nothing_by_itself(client, item):
    page = said(client.get(at(item)))

    assert re.search(r'name="esito_DURC" value="YES"[^>]*checked', page)
    assert not re.search(rf'name="esito_{MISSING}"[^>]*checked', page)
    assert "Controllati 0 su 14" in page
    assert not OfficerCheck.objects.exists()


def test_what_is_found_is_written_with_author_and_hour_and_shown_beside_the_automatic_outcome(client, item, carla, ivo):
    answer = write(client, item, esito_DURC="NO", nota_DURC="Irregolare dal 3 marzo", esito_SECTOR="YES")

    assert answer["Location"] == at(item)
    row = OfficerCheck.objects.get(code="DURC")
    assert (row.outcome, row.note, row.author) == ("NO", "Irregolare dal 3 marzo", carla)
    page = said(signed_in(ivo).get(at(item)))
    assert "Irregolare dal 3 marzo" in page
    assert "Controllati 2 su 14" in page
    assert "Salva i controlli" not in page
    assert AuditEntry.objects.filter(act="check.write", target=f"application:{item.pk}").count() == 1


def test_only_what_changed_is_written_again_and_the_last_counts(client, item):
    write(client, item, esito_DURC="NO", nota_DURC="Irregolare", esito_SECTOR="YES")
    seen = OfficerCheck.objects.latest("pk").pk
    write(client, item, seen, esito_DURC="YES", nota_DURC="Regolarizzato", esito_SECTOR="YES")
    write(client, item, seen, esito_DURC="YES", nota_DURC="Regolarizzato", esito_SECTOR="YES")

    assert list(OfficerCheck.objects.filter(code="DURC").order_by("pk").values_list("outcome", flat=True)) == [
        "NO", "YES",
    ]  # fmt: skip
    assert OfficerCheck.objects.filter(code="SECTOR").count() == 1
    assert checklist.latest(item)["DURC"].note == "Regolarizzato"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"esito_DURC": "NO"}, "scrivi perché"),
        ({"esito_DURC": "TO_INTEGRATE", "nota_DURC": "  "}, "scrivi perché"),
        ({f"nota_{MISSING}": "Da rivedere"}, "scegli l'esito"),
        ({"esito_DURC": "FORSE"}, "L'esito «FORSE» non esiste"),
    ],
)
def test_half_a_check_is_not_written_and_nothing_typed_is_lost(fields, words, client, item):
    page = said(write(client, item, esito_SECTOR="NO", nota_SECTOR="Pesca", **fields))

    assert words in page
    assert "Errore:" in page
    assert ">Pesca</textarea>" in page.replace("> Pesca", ">Pesca")
    assert not OfficerCheck.objects.exists()


def test_a_proposal_to_admit_names_what_is_missing_and_what_is_against(client, desk, item):
    write(client, item, esito_DURC="NO", nota_DURC="Irregolare", esito_SECTOR="YES")

    before = said(client.get(at(item, "ammissione")))
    answer = post(client, item, "ammissione", nota="Mi pare bene.")

    for page in (before, said(answer)):
        assert "mancano i controlli:" in page
        assert "Capienza de minimis" in page
        assert "non risultano soddisfatti: Regolarità contributiva" in page
        assert "Settore di attività" not in page
    assert answer.status_code == 409
    assert "Mi pare bene." in said(answer)
    assert not Proposal.objects.exists()
    item.refresh_from_db()
    assert item.status == "IN_REVIEW"


def test_once_all_are_met_the_admission_is_proposed(client, desk, item):
    all_met(desk, item)

    post(client, item, "ammissione", nota="Tutto a posto.")

    assert Proposal.objects.get().note == "Tutto a posto."


def test_the_covid_path_does_not_wait_for_what_it_does_not_ask(client, desk, make_firm, anna):
    declared = good_answers()["declared"] | {"COVID_SAFETY": True, "COVID_NOTICE": True}
    item = desk.in_review(make_firm(anna), path="COVID", declared=declared)
    wanted = {row.code for row in checklist.requirements_of(item)}
    assert "EXISTING_PLAN" not in wanted

    assert 'name="esito_EXISTING_PLAN"' not in said(client.get(at(item)))
    all_met(desk, item)
    post(client, item, "ammissione")
    assert Proposal.objects.exists()


def test_what_is_to_integrate_writes_the_request_and_what_is_not_met_the_notice(client, desk, item):
    all_met(desk, item, DURC=("TO_INTEGRATE", "Manca la ricevuta"), SECTOR=("NO", "Pesca in mare"))

    request, notice = said(client.get(at(item, "integrazione"))), said(client.get(at(item, "preavviso")))

    assert "Regolarità contributiva: Manca la ricevuta</textarea>" in request
    assert "Pesca in mare" not in request
    assert re.search(r'value="SECTOR"[^>]*checked', notice)
    assert not re.search(r'value="DURC"[^>]*checked', notice)
    assert "Settore di attività ammesso: Pesca in mare</textarea>" in notice


def test_outside_the_review_nothing_is_written_and_it_is_said(client, desk, item, anna):
    review.withdraw(item, actor=anna, reason="Ripensato", now=desk.tick())

    answer = write(client, item, esito_DURC="YES")

    assert answer.status_code == 409
    assert "I controlli si scrivono in istruttoria" in said(answer)
    assert not OfficerCheck.objects.exists()


@pytest.mark.parametrize("who", ["elena", "ivo", "anna"])
def test_who_is_not_an_officer_writes_no_check(who, request, item):
    answer = write(signed_in(request.getfixturevalue(who)), item, esito_DURC="YES")

    assert answer.status_code == 403
    assert not OfficerCheck.objects.exists()


def test_an_officer_of_the_firm_itself_writes_no_check(desk, make_firm, carla):
    both = person("mia@ufficio.example", "Mia", Role.CASE_OFFICER)
    item = desk.in_review(make_firm(both))

    answer = write(signed_in(both), item, esito_DURC="YES")

    assert "non spettano al ruolo" in said(answer)
    assert not OfficerCheck.objects.exists()


@pytest.mark.parametrize(
    "found",
    [Found("INVENTED", checklist.Outcome.YES), Found("DURC", checklist.Outcome.NO, " ")],
)
def test_the_domain_refuses_what_the_form_would(found, desk, item, carla):
    with pytest.raises(NotCheckable):
        checklist.record_checks(item, [found], seen=0, actor=carla, now=desk.tick())


def test_the_second_officer_is_told_of_the_first_and_keeps_what_they_chose(client, desk, item, carla, lia):
    page = said(client.get(at(item)))
    seen = int(re.search(r'name="visto" value="(\d+)"', page)[1])  # type: ignore[index]
    assignment.take_over(item, actor=lia, reason="Carla è assente", now=desk.tick())
    write(signed_in(lia), item, seen, esito_DURC="NO", nota_DURC="Irregolare per Lia")

    answer = write(client, item, seen, esito_DURC="YES", nota_DURC="Regolare per Carla")

    assert answer.status_code == 409
    assert "è di Lia (dal " in said(answer)
    assert "Regolare per Carla</textarea>" in said(answer)
    assert checklist.latest(item)["DURC"].author == lia

    assignment.take_over(item, actor=carla, reason="Sono tornata", now=desk.tick())
    answer = write(client, item, seen, esito_DURC="YES", nota_DURC="Regolare per Carla")

    page = said(answer)
    assert answer.status_code == 409
    assert "Intanto Lia ha scritto dei controlli" in page
    assert "Regolare per Carla</textarea>" in page
    assert "Salvato: No, Lia" in page
    assert checklist.latest(item)["DURC"].author == lia
    fresh = int(re.search(r'name="visto" value="(\d+)"', page)[1])  # type: ignore[index]
    write(client, item, fresh, esito_DURC="YES", nota_DURC="Regolare per Carla")
    assert checklist.latest(item)["DURC"].note == "Regolare per Carla"


def test_of_two_officers_at_once_one_writes_and_the_other_is_told(committed_db, desk, item, carla, lia):
    found, now = [Found("DURC", checklist.Outcome.YES)], desk.tick()

    outcomes = at_once(
        2, lambda n: checklist.record_checks(item, found, seen=0, actor=(carla, lia)[n], now=now)
    )  # fmt: skip

    (told,) = [each for each in outcomes if isinstance(each, NotInYourHands)]
    assert "è di Carla (dal " in str(told)
    assert [each for each in outcomes if not isinstance(each, Exception)] == [1]
    assert OfficerCheck.objects.count() == 1


def test_control_what_the_page_showed_is_what_tells(desk, item, carla, lia):
    found = [Found("DURC", checklist.Outcome.NO, "Irregolare")]
    assignment.take_over(item, actor=lia, reason="Carla è assente", now=desk.tick())
    checklist.record_checks(item, found, seen=0, actor=lia, now=desk.tick())
    assignment.take_over(item, actor=carla, reason="Sono tornata", now=desk.tick())
    mine = [Found("DURC", checklist.Outcome.YES)]

    with pytest.raises(ChecksMoved):
        checklist.record_checks(item, mine, seen=0, actor=carla, now=desk.tick())
    checklist.record_checks(item, mine, seen=10**9, actor=carla, now=desk.tick())  # blind: it passes over Lia's

    assert checklist.latest(item)["DURC"].author == carla


def test_a_change_of_checks_after_the_proposal_page_stops_the_proposal(client, desk, item, carla):
    all_met(desk, item)
    read = step_of(item)
    against = [Found("DURC", checklist.Outcome.NO, "Irregolare")]
    checklist.record_checks(item, against, seen=10**9, actor=carla, now=desk.tick())

    page = said(client.post(at(item, "ammissione"), {"passo": read, "nota": "Bene."}))

    assert "non risultano soddisfatti: Regolarità contributiva" in page
    assert not Proposal.objects.exists()


def test_the_file_beside_the_checks_stays_there_when_they_are_saved(client, item):
    give_documents(item)
    beside = f"?guarda={item.attachments.order_by('pk')[0].pk}"
    page = said(client.get(at(item) + beside))
    address = re.search(r'<form class="act checks" method="post" action="([^"]+)"', page)[1]  # type: ignore[index]
    assert address == at(item, "controlli") + beside

    answer = client.post(address, {"visto": 0, "esito_SECTOR": "YES"})
    wrong = said(client.post(address, {"visto": 0, "esito_SECTOR": "NO"}))

    assert answer["Location"] == at(item) + beside
    assert "<iframe" in said(client.get(answer["Location"]))
    assert f'action="{address}"' in wrong
