"""Registering a firm once, and keeping its data and sites true."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from applications.domain import firms
from applications.domain.drafting import NotForYou
from applications.models import Firm, FirmMember, Site
from applications.rules.facts import BadAnswers
from portal.kernel.deadlines import ROME
from portal.models import AuditEntry, Mail, User
from tests.conftest import Desk

NOW = datetime.now(ROME) - timedelta(hours=1)
COUNTED = f"{NOW - timedelta(days=30):%d/%m/%Y}"
GOOD = {
    "capacity": "APPLICANT",
    "tax_code": "09000010158", "vat_number": "IT 09000010158", "name": "  Alfa   S.r.l. ", "legal_form": "SRL",
    "rea": "mi 9000001", "ateco": "62.01.00 Produzione di software", "road_freight": "no", "address": "Via Prima 1",
    "province": "MI", "municipality": "milano", "pec": "Alfa@pec.example", "total_employees": "12",
    "total_employees_on": COUNTED, "representative_name": "Anna", "representative_tax_code": "NNANNA80A41F205K",
}  # fmt: skip
SOLE_TRADER = GOOD | {"tax_code": "NNANNA80A41F205K", "legal_form": "DI", "vat_number": "09000030172"}
SITE = {
    "address": "Via Garibaldi 12", "province": "CO", "municipality": "cantu'", "employees": "7",
    "employees_on": COUNTED,
}  # fmt: skip


def registered(actor: User, **changes: Any) -> Firm:
    return firms.register_firm(GOOD | changes, actor=actor, now=NOW)


def refused(**changes: Any) -> dict[str, str]:
    with pytest.raises(BadAnswers) as error:
        firms.registration(GOOD | changes, today=NOW.date())
    return error.value.problems


def test_a_firm_is_registered_with_its_data_put_in_order(anna: User) -> None:
    firm = registered(anna)

    assert (firm.tax_code, firm.vat_number, firm.name) == ("09000010158", "09000010158", "Alfa S.r.l.")
    assert (firm.rea, firm.ateco, firm.municipality, firm.pec) == (
        "MI-9000001",
        "62.01.00",
        "Milano",
        "alfa@pec.example",
    )
    assert firm.members.get().user == anna
    entry = AuditEntry.objects.get(act="firm.register")
    assert (entry.target, entry.actor, entry.detail) == (
        f"firm:{firm.pk}",
        anna,
        {"role": "APPLICANT", "scopes": ["FILL", "UPLOAD", "SUBMIT"]},
    )


def test_a_sole_trader_is_known_by_a_persons_code(anna: User) -> None:
    firm = firms.register_firm(SOLE_TRADER, actor=anna, now=NOW)

    assert firm.is_person
    assert firm.tax_code == "NNANNA80A41F205K"


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("tax_code", "", "Scrivi il codice fiscale"),
        ("tax_code", "09000010159", "non torna"),
        ("tax_code", "00000000000", "non torna"),
        ("tax_code", "123", "qui sono 3"),
        ("tax_code", "NNANNA80A41F205K", "di una società o di un ente ha 11 cifre"),
        ("vat_number", "", "11 cifre"),
        ("vat_number", "09000010159", "non torna"),
        ("name", " ", "denominazione"),
        ("name", "x" * 201, "troppo lungo"),
        ("legal_form", "", "Scegli la forma giuridica"),
        ("legal_form", "LTD", "Scegli la forma giuridica"),
        ("rea", "", "numero REA"),
        ("rea", "XX-1", "numero REA"),
        ("ateco", "", "codice ATECO"),
        ("ateco", "softw produzione", "Scrivi uno di questi codici: 62.01.00"),
        ("ateco", "zzz", "non è tra i codici ATECO"),
        ("road_freight", None, "Scegli sì o no"),
        ("province", "", "Scegli la provincia"),
        ("municipality", "", "Scrivi il comune"),
        ("municipality", "Melano", "non c'è il comune"),
        ("municipality", "San", "Forse: San"),
        ("address", "", "via e numero civico"),
        ("pec", "alfa", "indirizzo PEC"),
        ("total_employees", "", "quanti sono"),
        ("total_employees", "dodici", "non è un numero intero"),
        ("total_employees", "-1", "negativo"),
        ("total_employees_on", "1/1/2999", "nel futuro"),
        ("representative_name", "", "legale rappresentante"),
        ("representative_tax_code", "09000010158", "16 caratteri"),
        ("representative_tax_code", "NNANNA80A41F205X", "non torna"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(field: str, typed: str, words: str) -> None:
    problems = refused(**{field: typed})

    assert words in problems[field]
    assert set(problems) <= {field, "municipality"}


def test_everything_wrong_is_told_at_once() -> None:
    assert len(refused(**dict.fromkeys(GOOD, ""))) == len(GOOD)


def test_a_sole_trader_is_its_own_representative() -> None:
    other = SOLE_TRADER | {"representative_tax_code": "BRNBRN75C15A794F"}

    assert "lo stesso dell'impresa" in refused(**other)["representative_tax_code"]
    assert "16 caratteri" in refused(legal_form="DI")["tax_code"]


def test_an_association_may_lack_vat_number_and_rea(anna: User) -> None:
    firm = registered(anna, legal_form="ASS", vat_number="", rea="")

    assert (firm.vat_number, firm.rea) == ("", "")


def test_a_firm_is_registered_once_and_strangers_are_not_told_by_whom(anna: User, bruno: User) -> None:
    firm = registered(anna)

    with pytest.raises(firms.FirmTaken) as stranger:
        registered(bruno)
    with pytest.raises(firms.FirmTaken) as owner:
        registered(anna)

    assert stranger.value.mine is None
    assert "Anna" not in str(stranger.value)
    assert owner.value.mine == firm
    assert Firm.objects.count() == 1


def test_the_office_does_not_register_firms(carla: User) -> None:
    with pytest.raises(firms.NotForOffice):
        registered(carla)


def test_data_are_corrected_and_the_register_says_which(anna: User, bruno: User) -> None:
    firm = registered(anna)

    firms.update_firm(firm, GOOD | {"pec": "nuova@pec.example", "tax_code": "x"}, actor=anna, now=NOW)

    firm.refresh_from_db()
    assert (firm.pec, firm.tax_code) == ("nuova@pec.example", "09000010158")
    assert AuditEntry.objects.get(act="firm.update").detail == {"fields": ["pec"]}
    with pytest.raises(NotForYou):
        firms.update_firm(firm, GOOD, actor=bruno, now=NOW)


def test_what_an_application_was_judged_by_changes_only_through_the_office(anna: User, desk: Desk) -> None:
    firm = registered(anna)
    Firm.objects.update(created_at=desk.at)
    firm.members.update(since=desk.at)
    application = desk.submit(firm)

    with pytest.raises(BadAnswers) as error:
        firms.update_firm(firm, GOOD | {"ateco": "56.10.11", "pec": "n@pec.example"}, actor=anna, now=NOW)
    firms.update_firm(firm, GOOD | {"pec": "n@pec.example", "total_employees": "13"}, actor=anna, now=NOW)

    assert set(error.value.problems) == {"ateco"}
    assert application.protocol in error.value.problems["ateco"]
    firm.refresh_from_db()
    assert (firm.pec, firm.total_employees, firm.ateco) == ("n@pec.example", 13, "62.01.00")


def test_sites_are_added_corrected_and_taken_away(anna: User, bruno: User) -> None:
    firm = registered(anna)

    site = firms.save_site(firm, None, SITE, actor=anna, now=NOW)
    firms.save_site(firm, site, SITE | {"employees": "9"}, actor=anna, now=NOW)
    assert (str(firm.sites.get()), firm.sites.get().employees) == ("Via Garibaldi 12, Cantù (CO)", 9)
    assert firms.workforce_of(firm).in_lombardy == 9
    with pytest.raises(NotForYou):
        firms.remove_site(firm, site, actor=bruno, now=NOW)
    firms.remove_site(firm, site, actor=anna, now=NOW)

    assert not Site.objects.exists()
    assert AuditEntry.objects.filter(act__in=["firm.save_site", "firm.remove_site"]).count() == 3


def test_the_sum_of_the_sites_never_passes_the_total(anna: User) -> None:
    firm = registered(anna)
    firms.save_site(firm, None, SITE, actor=anna, now=NOW)

    with pytest.raises(BadAnswers, match="Le sedi hanno 14"):
        firms.save_site(firm, None, SITE | {"address": "Via Altra 1"}, actor=anna, now=NOW)
    with pytest.raises(BadAnswers, match="Le sedi hanno 7"):
        firms.update_firm(firm, GOOD | {"total_employees": "6"}, actor=anna, now=NOW)
    with pytest.raises(BadAnswers, match="c'è già"):
        firms.save_site(firm, None, SITE | {"employees": "1"}, actor=anna, now=NOW)


def test_a_pec_moved_by_a_delegate_is_told_to_the_address_it_had(anna: User, bruno: User) -> None:
    firm = registered(anna)
    FirmMember.objects.create(firm=firm, user=bruno, role="DELEGATE", scopes=["FILL"], since=NOW)

    firms.update_firm(firm, GOOD | {"address": "Via Seconda 2"}, actor=bruno, now=NOW)
    assert not Mail.objects.exists()
    firms.update_firm(firm, GOOD | {"pec": "altra@pec.example"}, actor=bruno, now=NOW)

    letter = Mail.objects.get()
    assert (letter.to, letter.channel) == ("alfa@pec.example", "PEC")
    assert "altra@pec.example" in letter.body
    assert str(bruno) in letter.body


def test_a_pec_moved_by_whoever_represents_the_firm_is_their_own_business(anna: User) -> None:
    firm = registered(anna)

    firms.update_firm(firm, GOOD | {"pec": "altra@pec.example"}, actor=anna, now=NOW)

    assert not Mail.objects.exists()
