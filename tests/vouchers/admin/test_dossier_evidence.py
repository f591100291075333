"""The checks of a dossier with the values they come from, at a constant price."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from applications.domain import review
from applications.domain.evidence import evidence_of
from applications.models import AccreditedOperator, Application, Attachment, DeskWindow, Firm
from applications.rules.evidence import Fact
from portal.kernel.roles import Role
from portal.models import User
from tests.applications.guided import give_documents
from tests.conftest import Desk, FirmMaker, good_answers, person

OPERATOR = {"name": "Ente di prova", "tax_code": "07643520567"}


def facts_of(item: Application) -> dict[str, dict[str, Fact]]:
    """The values beside each requirement, by requirement and label."""
    fresh = Application.objects.select_related("terms", "firm").get(pk=item.pk)
    found = evidence_of(fresh, [], timezone.now()).facts
    return {code: {fact.label: fact for fact in facts} for code, facts in found.items()}


def page(client: Client, item: Application, query: str = "") -> str:
    return client.get(f"/ufficio/domande/{item.pk}/{query}").content.decode().replace("&#x27;", "'")


def test_the_values_are_those_of_the_database(desk: Desk, firm: Firm, anna: User) -> None:
    first = desk.submit(firm)
    review.withdraw(first, actor=anna, reason="Ripensato", now=desk.tick())
    AccreditedOperator.objects.create(
        tax_code=OPERATOR["tax_code"], name=OPERATOR["name"], training_number="0001", until=date(2021, 1, 1),
        imported_at=timezone.now(),
    )  # fmt: skip
    item = desk.submit(firm, operator=OPERATOR)
    Firm.objects.filter(pk=firm.pk).update(rea="", ateco="03.11.00")

    found = facts_of(item)

    assert found["LATE"]["Primo sportello"].value.startswith("dal 02/04/2020, 12:00:00 al ")
    assert found["DUPLICATE"][f"Domanda {first.protocol}"].value == "ritirata (non più viva)"
    assert found["REGISTERED"]["REA"].value == "MI-0000001"
    assert found["SECTOR"]["Attività prevalente"].value.startswith("62.01.00")
    assert found["OPERATOR_REGISTER"]["Albo della formazione"].against is False
    assert found["OPERATOR_REGISTER"]["Albo dei servizi al lavoro"].against is True
    assert found["OPERATOR_REGISTER"]["Iscrizione"].value == "cessata il 01/01/2021"
    assert found["MIN_HEADCOUNT"]["Azione A"].value == "fascia «da 11 a 20», 7.000,00\u00a0€"
    assert found["DE_MINIMIS"]["Resta"].value.endswith("ci sta")


def test_an_application_out_of_hours_says_so(desk: Desk, firm: Firm) -> None:
    item = desk.submit(firm)
    DeskWindow.objects.filter(call=item.call, number=1).update(closes_at=item.submitted_at)

    assert facts_of(item)["LATE"]["Sportello"].against


def test_the_vouchers_of_the_single_undertaking_count_and_ones_own_does_not(
    desk: Desk, firm: Firm, make_firm: FirmMaker, anna: User
) -> None:
    own = desk.granted(firm)
    aids = [{"granted_on": "2019-05-01", "amount": "1000.00", "granted_to": firm.tax_code}]
    sister = desk.submit(make_firm(anna), aids=aids)

    seen = facts_of(sister)["DE_MINIMIS"]

    assert firm.tax_code in seen["Impresa unica"].value
    assert [label for label in seen if label.startswith("Voucher di questo portale")]
    assert not [label for label in facts_of(own.application)["DE_MINIMIS"] if label.startswith("Voucher")]


def test_the_dossier_shows_each_value_with_a_way_to_its_file(as_carla: Client, desk: Desk, firm: Firm) -> None:
    item = desk.in_review(firm, operator=OPERATOR)
    give_documents(item)
    signed = Attachment.objects.get(application=item, code="APPLICATION_FORM")

    said = page(as_carla, item, "?provincia=MI")

    for words in ("Protocollata", "Primo sportello", "Divisioni escluse", "Firma valida", "Impresa unica", "Massimale"):
        assert words in said
    link = re.search(r'href="([^"]+#visore)">Guarda<span class="visually-hidden"> Domanda', said)
    assert link
    assert link[1].replace("&amp;", "&") == f"/ufficio/domande/{item.pk}/?provincia=MI&guarda={signed.pk}#visore"
    assert re.search(r'name="esito_LATE" value="YES"[^>]*checked', said)
    assert re.search(r'name="esito_DUPLICATE" value="YES"[^>]*checked', said)


def test_what_speaks_against_is_said_in_words_and_not_prefilled_as_met(
    as_carla: Client, desk: Desk, firm: Firm
) -> None:
    AccreditedOperator.objects.create(
        tax_code="01234567897", name="Altro ente", training_number="1", imported_at=timezone.now()
    )
    item = desk.in_review(firm, operator=OPERATOR)

    said = page(as_carla, item)

    assert "nell'elenco dell'ufficio non c'è" in said
    assert "non torna" in said
    assert re.search(r'name="esito_OPERATOR_REGISTER" value="NO"[^>]*checked', said)


def test_nothing_speaks_against_what_the_path_does_not_ask(as_carla: Client, desk: Desk, firm: Firm) -> None:
    declared = good_answers()["declared"] | {"COVID_SAFETY": True, "COVID_NOTICE": True, "EXISTING_PLAN": False}

    said = page(as_carla, desk.in_review(firm, path="COVID", declared=declared))

    assert "Dichiarato dall'impresa</dt><dd>no" in said
    assert "non torna" not in said


@pytest.mark.parametrize("who", ["carla", "lia", "elena", "ivo"])
def test_twenty_queries_for_whoever_looks_however_much_there_is(
    who: str, client: Client, desk: Desk, make_firm: FirmMaker, anna: User, elena: User, ivo: User, carla: User
) -> None:
    people = {
        "carla": carla,
        "elena": elena,
        "ivo": ivo,
        "lia": person("lia@ufficio.example", "Lia", Role.CASE_OFFICER),
    }
    client.force_login(people[who])
    counted = []
    for objects in (1, 3):
        item = desk.in_review(make_firm(anna), operator=OPERATOR, aids=[
            {"granted_on": f"2019-05-0{number}", "amount": "10.00", "granted_to": "00000000001"}
            for number in range(1, objects + 1)
        ])  # fmt: skip
        for _ in range(objects):
            give_documents(item)
            desk.check(item)
        page(client, item)
        with CaptureQueriesContext(connection) as asked:
            page(client, item)
        counted.append(len(asked))

    assert counted[0] == counted[1] <= 20
