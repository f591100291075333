"""Planted frauds are found, slips of one firm alone are not, at the same price however many there are."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.domain.cross_checks import signs_of
from applications.models import Application, Attachment, Firm, FirmMember, PaymentAccount
from applications.rules.cross_checks import GRAVE, SHOWN, Hit, Likeness, Sign, signs
from portal.kernel.roles import Role
from portal.models import User
from portal.services import documents
from tests.conftest import LONG_AGO, Desk, FirmMaker, person


@pytest.fixture
def lia(db: None) -> User:
    """A consultant."""
    return person("lia@studio.example", "Lia")


def attach(item: Application, data: bytes, now: datetime, **fields: Any) -> Attachment:
    """A file of an application, as received."""
    key = f"{item.pk}:{Attachment.objects.count()}"
    paper = documents.store(
        kind="attachment", name="delega.pdf", media_type="application/pdf", data=data, key=key, now=now
    )
    whole = {"code": "x", "format": "pdf", "scan": Attachment.Scan.NOT_SCANNED, "received_from": item.created_by}
    return Attachment.objects.create(application=item, document=paper, received_at=now, **whole | fields)


def found(item: Application) -> list[Sign]:
    """The signs of an application as it is now."""
    return signs_of(Application.objects.select_related("firm").get(pk=item.pk))


def told(item: Application) -> dict[str, list[int]]:
    """Each likeness with the applications it names."""
    return {sign.likeness.value: [hit.application for hit in sign.hits] for sign in found(item)}


def pair(desk: Desk, firm: Firm, other_firm: Firm, **answers: Any) -> tuple[Application, Application]:
    """Anna's application and Bruno's: nothing in common."""
    items = desk.submit(firm), desk.submit(other_firm, **answers)
    Firm.objects.update(representative_tax_code="")  # the cast has one representative for all
    return items


def test_two_honest_firms_have_nothing_in_common(desk: Desk, firm: Firm, other_firm: Firm, now: datetime) -> None:
    one, other = pair(desk, firm, other_firm)
    attach(one, b"%PDF-1", now)
    attach(other, b"%PDF-2", now)

    assert (found(one), found(other)) == ([], [])


def test_the_same_file_in_two_dossiers(desk: Desk, firm: Firm, other_firm: Firm, now: datetime) -> None:
    one, other = pair(desk, firm, other_firm)
    attach(one, b"%PDF-the same", now)
    copied = attach(other, b"%PDF-the same", now)
    attach(other, b"%PDF-the same", now, code="y")

    assert told(one) == {"FILE": [other.pk]}
    assert told(other) == {"FILE": [one.pk]}
    (sign,) = found(one)
    assert (sign.what, sign.grave, sign.hits[0].protocol, sign.hits[0].firm) == (
        "delega.pdf", True, other.protocol, "Beta S.r.l.",
    )  # fmt: skip
    Attachment.objects.filter(application=other).update(removed_at=now, removed_by=copied.received_from)
    assert found(one) == []


@pytest.mark.parametrize(
    ("fields", "likeness"),
    [
        ({"vat_number": "00000000001"}, "VAT"),
        ({"representative_tax_code": "RSSMRA80A01F205X"}, "REPRESENTATIVE"),
        ({"pec": "impresa1@pec.example"}, "PEC"),
    ],
)
def test_the_same_code_in_two_firms(
    fields: dict[str, str], likeness: str, desk: Desk, firm: Firm, other_firm: Firm
) -> None:
    one, other = pair(desk, firm, other_firm)
    Firm.objects.filter(pk=firm.pk).update(representative_tax_code="RSSMRA80A01F205X")
    assert found(one) == []

    Firm.objects.filter(pk=other_firm.pk).update(**fields)

    assert told(one) == {likeness: [other.pk]}
    assert told(other) == {likeness: [one.pk]}


def give(item: Application, iban: str, now: datetime) -> None:
    """An account of the firm of an application."""
    PaymentAccount.objects.create(firm=item.firm, iban=iban, holder="x", since=now, given_by=item.created_by)


def test_the_same_account_in_two_firms_also_after_one_has_changed_it(
    desk: Desk, firm: Firm, other_firm: Firm, now: datetime
) -> None:
    one, other = pair(desk, firm, other_firm)
    give(one, "IT60X0542811101000000123456", now)
    give(one, "DE89370400440532013000", now)
    assert (found(one), found(other)) == ([], [])

    give(other, "IT60X0542811101000000123456", now)

    assert told(one) == {"IBAN": [other.pk]}
    assert told(other) == {"IBAN": [one.pk]}
    (sign,) = found(other)
    assert (sign.what, sign.grave, sign.hits[0].firm) == ("IT60X0542811101000000123456", True, "Alfa S.r.l.")


def test_the_same_account_given_again_by_the_same_firm_is_no_sign(
    desk: Desk, firm: Firm, other_firm: Firm, now: datetime
) -> None:
    one, other = pair(desk, firm, other_firm)
    for item, iban in ((one, "IT60X0542811101000000123456"), (other, "DE89370400440532013000")):
        give(item, iban, now)
        give(item, iban, now)

    assert (found(one), found(other)) == ([], [])


def test_a_linked_firm_that_applied_is_seen_from_both_sides(desk: Desk, firm: Firm, other_firm: Firm) -> None:
    aids = [{"granted_on": "2019-05-01", "amount": "1000.00", "granted_to": firm.tax_code}]
    one, other = pair(desk, firm, other_firm, aids=aids)

    assert told(one) == {"LINKED": [other.pk]}
    assert told(other) == {"LINKED": [one.pk]}


def test_a_consultant_is_worth_knowing_and_is_not_a_fraud(desk: Desk, make_firm: FirmMaker, anna: User) -> None:
    items = [desk.submit(make_firm(anna)) for _ in range(SHOWN + 3)]

    Firm.objects.update(representative_tax_code="")

    (sign,) = found(items[0])

    assert (sign.likeness, sign.what, sign.grave, sign.more) == (Likeness.CONSULTANT, "Anna", False, True)
    assert len(sign.hits) == SHOWN


def test_the_same_delegate_behind_two_firms_that_filed_by_themselves(
    desk: Desk, firm: Firm, other_firm: Firm, lia: User
) -> None:
    one, other = pair(desk, firm, other_firm)
    FirmMember.objects.create(firm=firm, user=lia, role=Role.DELEGATE, since=LONG_AGO)
    assert (found(one), found(other)) == ([], [])

    FirmMember.objects.create(firm=other_firm, user=lia, role=Role.DELEGATE, since=LONG_AGO, until=desk.tick())

    assert told(one) == {"DELEGATE": [other.pk]}
    assert told(other) == {"DELEGATE": [one.pk]}
    (sign,) = found(one)
    assert (sign.what, sign.grave) == ("Lia", False)
    Application.objects.filter(pk=other.pk).update(submitted_by=one.submitted_by)
    assert set(told(one)) == {"CONSULTANT"}


def test_who_represents_both_is_no_delegate(desk: Desk, firm: Firm, other_firm: Firm, lia: User) -> None:
    one, _other = pair(desk, firm, other_firm)
    FirmMember.objects.create(firm=firm, user=lia, role=Role.DELEGATE, since=LONG_AGO)
    FirmMember.objects.create(firm=other_firm, user=lia, role=Role.APPLICANT, since=LONG_AGO)

    assert found(one) == []


def test_a_draft_and_another_try_of_the_same_firm_are_not_told(
    desk: Desk, firm: Firm, make_firm: FirmMaker, anna: User, now: datetime
) -> None:
    first = desk.rejected(firm, "DURC")
    attach(first, b"%PDF-again", now)
    again = desk.submit(firm)
    attach(again, b"%PDF-again", now)
    attach(desk.draft(make_firm(anna)), b"%PDF-again", now)

    assert (found(first), found(again)) == ([], [])


def test_one_query_however_much_there_is(
    desk: Desk, firm: Firm, make_firm: FirmMaker, anna: User, now: datetime
) -> None:
    item = desk.submit(firm)
    counted = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            signs_of(Application.objects.select_related("firm").get(pk=item.pk))
        counted.append(len(asked))
        attach(item, b"%PDF-x", now)
        attach(desk.submit(make_firm(anna, vat_number=firm.vat_number)), b"%PDF-x", now)

    assert counted == [2, 2]
    assert set(told(item)) == {"FILE", "VAT", "REPRESENTATIVE", "CONSULTANT"}


def test_the_gravest_first_each_application_once_and_five_of_many() -> None:
    hits = [Hit(Likeness.CONSULTANT, "Anna", n, 1, f"2020/{n:07d}", f"Impresa {n}") for n in range(SHOWN + 2, 0, -1)]
    twice = [Hit(Likeness.FILE, "a.pdf", 3, 1, "2020/0000003", "Impresa 3")] * 2

    file, consultant = signs([*hits, *twice])

    assert (file.likeness, len(file.hits), file.grave, file.more) == (Likeness.FILE, 1, True, False)
    assert [hit.application for hit in consultant.hits] == list(range(1, SHOWN + 1))
    assert (consultant.grave, consultant.more) == (False, True)
    assert signs([]) == []
    assert Likeness.FILE in GRAVE
