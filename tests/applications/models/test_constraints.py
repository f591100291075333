"""Every constraint of the first floor refuses its bad row; one without a row here fails the last test."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from applications.models import (
    Action,
    Application,
    ApplicationEvent,
    Attachment,
    Call,
    CallTerms,
    DeclaredAid,
    DeskWindow,
    Firm,
    FirmMember,
    FormToSign,
    IntegrationRequest,
    Proposal,
    RejectionNotice,
    Site,
)
from portal.models import Document
from tests.conftest import FIRST_DAY, LONG_AGO
from tests.portal.models.catalogue import constraints, only_grows, refused_by, triggers

KEY = UUID(int=1)


@pytest.fixture
def submitted(desk, firm) -> Application:
    """Anna's application, with its protocol number."""
    return desk.submit(firm, key=KEY)


def changed(**fields: Any) -> Callable[[Application], object]:
    return lambda application: Application.objects.filter(pk=application.pk).update(**fields)


def again(**fields: Any) -> Callable[[Application], object]:
    """A copy of the application, of another firm unless told."""

    def write(application: Application) -> object:
        other = Firm.objects.exclude(pk=application.firm_id).get()
        copy = Application.objects.get(pk=application.pk)
        copy.pk, copy.protocol_number, copy.client_key, copy.firm = None, 99, None, other
        copy.receipt_code = None
        for name, value in fields.items():
            setattr(copy, name, getattr(application, name) if value is Ellipsis else value)
        return copy.save(force_insert=True)

    return write


def window(**fields: Any) -> Callable[[Application], object]:
    def write(application: Application) -> object:
        first = application.call.windows.get(number=1)
        base = {
            "number": 9,
            "name": "x",
            "opens_at": first.closes_at,
            "closes_at": first.closes_at + timedelta(hours=1),
        }
        return DeskWindow.objects.create(call=application.call, **base | fields)

    return write


def overlapping(application: Application) -> object:
    first = application.call.windows.get(number=1)
    edge = first.closes_at - timedelta.resolution
    return DeskWindow.objects.create(
        call=application.call, number=9, name="x", opens_at=edge, closes_at=edge + timedelta(hours=1)
    )


def terms(**fields: Any) -> Callable[[Application], object]:
    def write(application: Application) -> object:
        base = {"version": 9, "valid_from": FIRST_DAY, "act": "x", "payload": {}, "sha256": "a"}
        return CallTerms.objects.create(call=application.call, **base | fields)

    return write


def firm(**fields: Any) -> Callable[[Application], object]:
    base = {"tax_code": "99999999999", "name": "x", "legal_form": "x", "ateco": "62", "province": "MI"}
    return lambda application: Firm.objects.create(municipality="x", created_at=LONG_AGO, **base | fields)


def site(**fields: Any) -> Callable[[Application], object]:
    base = {"address": "x", "municipality": "Milano", "province": "MI", "employees": 1, "employees_on": LONG_AGO}
    return lambda application: Site.objects.create(firm=application.firm, **base | fields)


def member(role: str) -> Callable[[Application], object]:
    return lambda application: FirmMember.objects.create(
        firm=application.firm, user=application.created_by, role=role, since=LONG_AGO
    )


def integration(**fields: Any) -> Callable[[Application], object]:
    def write(application: Application) -> object:
        base = {"asked_at": FIRST_DAY, "due_at": FIRST_DAY, "items": ["x"], "asked_by": application.created_by}
        return IntegrationRequest.objects.create(application=application, **base | fields)

    return write


def notice(**fields: Any) -> Callable[[Application], object]:
    def write(application: Application) -> object:
        base = {"sent_at": FIRST_DAY, "due_at": FIRST_DAY, "reason_codes": ["DURC"], "sent_by": application.created_by}
        return RejectionNotice.objects.create(application=application, **base | fields)

    return write


def proposal(**fields: Any) -> Callable[[Application], object]:
    def write(application: Application) -> object:
        base = {"outcome": "ADMIT", "proposed_at": FIRST_DAY, "proposed_by": application.created_by}
        return Proposal.objects.create(application=application, **base | fields)

    return write


def paper(key: str = "k") -> Document:
    return Document.objects.get_or_create(
        key=key,
        defaults={
            "kind": "k", "name": "n", "media_type": "m", "size": 1, "sha256": "a" * 64, "created_at": FIRST_DAY,
        },
    )[0]  # fmt: skip


def attachment(**fields: Any) -> Callable[[Application], object]:
    def write(application: Application) -> object:
        base = {"code": "x", "format": "pdf", "scan": "NOT_SCANNED", "received_at": FIRST_DAY, "document": paper()}
        return Attachment.objects.create(application=application, received_from=application.created_by, **base | fields)

    return write


def form_to_sign(**fields: Any) -> Callable[[Application], object]:
    return lambda application: FormToSign.objects.create(
        application=application, asked_at=FIRST_DAY, **{"snapshot": {}, "snapshot_sha256": "a" * 64} | fields
    )


def two_forms_with_one_paper(application: Application) -> object:
    form_to_sign(document=paper())(application)
    return form_to_sign(snapshot_sha256="b" * 64, document=paper())(application)


def by_the_same_hands(application: Application) -> object:
    person = application.created_by
    return proposal(decided_by=person, decided_at=FIRST_DAY, approved=True)(application)


def twice(write: Callable[[Application], object]) -> Callable[[Application], object]:
    return lambda application: (write(application), write(application))


BAD: dict[str, Callable[[Application], object]] = {
    "removed_attachment_says_by_whom": attachment(removed_at=FIRST_DAY),
    "scanned_attachment_has_instant": attachment(scan="CLEAN"),
    "applications_attachment_document_id_key": twice(attachment()),
    "one_form_per_content": twice(form_to_sign()),
    "applications_formtosign_document_id_key": two_forms_with_one_paper,
    "submitted_application_is_complete": changed(headcount=None),
    "draft_has_no_protocol": changed(status="DRAFT"),
    "decided_application_has_instant": changed(status="ADMITTED"),
    "rejected_application_says_why": changed(status="REJECTED", decided_at=FIRST_DAY),
    "application_in_review_has_officer": changed(status="IN_REVIEW"),
    "applications_application_headcount_check": changed(headcount=-1),
    "applications_application_total_employees_check": changed(total_employees=-1),
    "applications_application_protocol_number_check": changed(protocol_number=-1),
    "applications_application_protocol_year_check": changed(protocol_year=-1),
    "applications_application_client_key_key": again(client_key=...),
    "applications_application_receipt_code_key": again(receipt_code=...),
    "applications_application_version_check": changed(version=-1),
    "one_application_per_protocol_number": again(protocol_number=...),
    "one_live_application_per_firm": again(firm=...),
    "applications_call_slug_key": lambda application: Call.objects.create(slug=application.call.slug),
    "one_action_per_code": lambda application: Action.objects.create(
        call=application.call, code="A", title="x", compulsory=True
    ),
    "one_terms_per_version": terms(version=1),
    "one_terms_per_instant": lambda application: terms(valid_from=application.terms.valid_from)(application),
    "applications_callterms_version_check": terms(version=-1),
    "one_window_per_number": window(number=1),
    "applications_deskwindow_number_check": window(number=-1),
    "window_opens_before_closing": lambda application: window(closes_at=FIRST_DAY, opens_at=FIRST_DAY)(application),
    "windows_of_a_call_never_overlap": overlapping,
    "declared_aid_is_positive": lambda application: DeclaredAid.objects.create(
        application=application, granted_on=date(2020, 1, 1), amount=0, granted_to="x"
    ),
    "applications_firm_tax_code_key": lambda application: firm(tax_code=application.firm.tax_code)(application),
    "firm_tax_code_form": firm(tax_code="1234567890"),
    "firm_vat_number_form": firm(vat_number="IT123456789"),
    "firm_employees_have_their_day": firm(total_employees=3),
    "applications_firm_total_employees_check": firm(total_employees=-1, total_employees_on=date(2020, 1, 1)),
    "one_site_per_address": twice(site()),
    "applications_site_employees_check": site(employees=-1),
    "member_is_applicant_or_delegate": member("CASE_OFFICER"),
    "one_open_membership": member("DELEGATE"),
    "one_open_integration_per_application": twice(integration()),
    "integration_answered_in_time": integration(answered_at=FIRST_DAY),
    "integration_asks_something": integration(items=[]),
    "one_open_notice_per_application": twice(notice()),
    "notice_says_why": notice(reason_codes=[]),
    "one_open_proposal_per_application": twice(proposal()),
    "proposed_rejection_says_why": proposal(outcome="REJECT"),
    "proposer_is_not_approver": by_the_same_hands,
}


@pytest.mark.parametrize("name", BAD)
def test_the_database_refuses(name, submitted, other_firm):
    refused_by(name, lambda: BAD[name](submitted))


@pytest.mark.parametrize(
    "missing",
    [
        {"protocol_number": None}, {"protocol_year": None}, {"submitted_at": None}, {"submitted_by": None},
        {"terms": None}, {"total_employees": None}, {"snapshot": None}, {"actions": []}, {"size_class": ""},
        {"province": ""}, {"division": ""}, {"snapshot_sha256": ""},
    ],
)  # fmt: skip
def test_a_submitted_application_lacks_nothing(missing, submitted):
    refused_by("submitted_application_is_complete", lambda: changed(**missing)(submitted))


@pytest.mark.parametrize("status", ["WITHDRAWN", "REJECTED"])
def test_a_closed_application_makes_room_for_another(status, submitted, other_firm):
    changed(status=status, decided_at=FIRST_DAY, reason_codes=["DURC"])(submitted)

    again(firm=submitted.firm)(submitted)
    assert Application.objects.filter(firm=submitted.firm).count() == 2


def test_windows_may_touch_and_those_of_another_call_may_overlap(submitted):
    window()(submitted)
    other = Call.objects.create(slug="altro", code="x", title="x", programme="x")
    first = submitted.call.windows.get(number=1)

    assert DeskWindow.objects.create(
        call=other, number=1, name="x", opens_at=first.opens_at, closes_at=first.closes_at
    ).pk


@pytest.mark.parametrize("table", ["applications_applicationevent", "applications_callterms"])
def test_the_tables_that_only_grow(table, submitted):
    only_grows(table, {"applications_applicationevent": ApplicationEvent, "applications_callterms": CallTerms}[
        table
    ].objects.first())  # fmt: skip


@pytest.mark.parametrize("delete", ["call", "firm", "terms", "created_by"])
def test_what_an_application_stands_on_cannot_be_removed(delete, submitted):
    with pytest.raises(IntegrityError), transaction.atomic():
        getattr(submitted, delete).delete()


def test_no_constraint_and_no_trigger_is_left_without_its_row(db):
    assert constraints("applications") == set(BAD)
    assert triggers("applications") == {
        "applications_applicationevent events_append_only",
        "applications_callterms published_terms_are_frozen",
    }
