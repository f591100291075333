"""Every constraint of the first floor refuses its bad row; one without a row here fails the last test."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from applications.models import (
    AccreditedOperator,
    Action,
    Application,
    ApplicationEvent,
    Assignment,
    Attachment,
    BulkRow,
    BulkRun,
    Call,
    CallTerms,
    ConflictOfInterest,
    DeclaredAid,
    DeskWindow,
    DossierOpening,
    Firm,
    FirmMember,
    FormToSign,
    HeadcountImport,
    IntegrationRequest,
    Invitation,
    Message,
    OfficerCheck,
    OfficerProvinces,
    PaymentAccount,
    Proposal,
    Reading,
    RegistryAnswer,
    RejectionNotice,
    Site,
)
from portal.models import Document
from tests.applications.models import opening_rows
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


def headcounts(**fields: Any) -> Callable[[Application], object]:
    return lambda application: HeadcountImport.objects.create(
        **{"uploaded_by": application.created_by, "uploaded_at": FIRST_DAY, "name": "x.csv", "rows": []} | fields
    )


def dossier_opening(**fields: Any) -> Callable[[Application], DossierOpening]:
    return lambda application: DossierOpening.objects.create(
        **{"application": application, "reader": application.created_by, "what": "DOSSIER", "at": FIRST_DAY, "slot": 1}
        | fields
    )


def registry_answer(**fields: Any) -> Callable[[Application], RegistryAnswer]:
    return lambda application: RegistryAnswer.objects.create(
        **{"application": application, "asked_by": application.created_by, "asked_at": FIRST_DAY} | fields
    )


def officer_check(**fields: Any) -> Callable[[Application], OfficerCheck]:
    return lambda application: OfficerCheck.objects.create(
        **{
            "application": application, "code": "DURC", "outcome": "YES", "author": application.created_by,
            "at": FIRST_DAY,
        } | fields
    )  # fmt: skip


def operator(tax_code: str, **fields: str) -> Callable[[Application], object]:
    return lambda application: AccreditedOperator.objects.create(
        **{"tax_code": tax_code, "name": "Ente", "training_number": "1", "imported_at": FIRST_DAY} | fields
    )


def same_operator_twice(application: Application) -> None:
    for _time in range(2):
        operator("07643520567")(application)


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


def invitation(**fields: Any) -> Callable[[Application], object]:
    at = {"invited_at": LONG_AGO, "asked_at": LONG_AGO, "expires_at": FIRST_DAY}
    base = {"email": "x@studio.example", "scopes": ["FILL"]} | at
    return lambda application: Invitation.objects.create(
        firm=application.firm, invited_by=application.created_by, **base | fields
    )


def same_link(application: Application) -> None:
    for email in ("x@studio.example", "y@studio.example"):
        invitation(email=email, token_sha256="a" * 64)(application)


def member(role: str, **fields: Any) -> Callable[[Application], object]:
    return lambda application: FirmMember.objects.create(
        firm=application.firm, user=application.created_by, role=role, since=LONG_AGO, **fields
    )


def account(**fields: Any) -> Callable[[Application], PaymentAccount]:
    base = {"iban": "IT60X0542811101000000123456", "holder": "x", "since": LONG_AGO}
    return lambda application: PaymentAccount.objects.create(
        firm=application.firm, given_by=application.created_by, **base | fields
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


def bulk_run(**fields: Any) -> Callable[[Application], BulkRun]:
    base = {"kind": "APPROVE", "asked_at": FIRST_DAY}
    return lambda application: BulkRun.objects.create(asked_by=application.created_by, **base | fields)


def bulk_row(run: BulkRun | None = None, **fields: Any) -> Callable[[Application], BulkRow]:
    def write(application: Application) -> BulkRow:
        base = {"run": run or bulk_run()(application), "place": 1, "step_seen": 0, "work_seen": 0}
        return BulkRow.objects.create(application=application, **base | fields)

    return write


def two_rows_of_one_run(application: Application) -> object:
    return twice(bulk_row(bulk_run()(application)))(application)


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


def message(**fields: Any) -> Callable[[Application], Message]:
    def write(application: Application) -> Message:
        base = {"circle": "FIRM", "side": "FIRM", "body": "x", "client_key": KEY, "author": application.created_by}
        return Message.objects.create(application=application, written_at=FIRST_DAY, **base | fields)

    return write


def read_twice(application: Application) -> None:
    read = message()(application)
    for _ in range(2):
        Reading.objects.create(message=read, reader=application.created_by, side="FIRM", at=FIRST_DAY)


def assigned(why: str, **fields: Any) -> Callable[[Application], Assignment]:
    return lambda application: Assignment.objects.create(application=application, why=why, at=FIRST_DAY, **fields)


def from_oneself(application: Application) -> Assignment:
    person = application.created_by
    return assigned("TAKEN_OVER", reason="x", officer=person, previous=person)(application)


def conflict(**fields: Any) -> Callable[[Application], ConflictOfInterest]:
    return lambda application: ConflictOfInterest.objects.create(
        **{"officer": application.created_by, "firm": application.firm, "reason": "x", "declared_at": FIRST_DAY}
        | fields
    )


def own_provinces(application: Application) -> OfficerProvinces:
    person = application.created_by
    return OfficerProvinces.objects.create(officer=person, provinces=["MI"], set_by=person, set_at=FIRST_DAY)


BAD: dict[str, Callable[[Application], object]] = {
    "one_opening_in_ten_minutes": twice(dossier_opening()),
    "registry_answer_has_facts_when_found": registry_answer(outcome="FOUND"),
    "opening_of_a_file_names_it": dossier_opening(what="FILE"),
    "applications_dossieropening_slot_check": dossier_opening(slot=-1),
    "applications_message_client_key_key": twice(message()),
    "message_says_something": message(body=""),
    "inside_message_is_the_firms": message(side="OFFICE"),
    "message_on_a_page_stays_inside": message(circle="OFFICE", page="piano"),
    "one_reading_per_reader": read_twice,
    "applications_headcountimport_firms_written_check": headcounts(firms_written=-1, confirmed_at=FIRST_DAY),
    "operator_tax_code_form": operator("1234"),
    "operator_is_in_a_register": operator("07643520567", training_number=""),
    "applications_accreditedoperator_tax_code_key": same_operator_twice,
    "confirmed_import_says_what_it_wrote": headcounts(confirmed_at=FIRST_DAY),
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
    "application_left_has_no_officer": lambda application: changed(officer=application.created_by, left_at=FIRST_DAY)(
        application
    ),
    "assignment_gives_or_takes": assigned("CLAIMED"),
    "assignment_by_hand_says_why": lambda application: assigned("RELEASED", previous=application.created_by)(
        application
    ),
    "automatic_assignment_has_trace": lambda application: assigned("AUTOMATIC", officer=application.created_by)(
        application
    ),
    "assignment_changes_hands": from_oneself,
    "taken_over_from_somebody": lambda application: assigned("TAKEN_OVER", reason="x", officer=application.created_by)(
        application
    ),
    "one_open_conflict_per_firm": twice(conflict()),
    "conflict_says_why": conflict(reason=""),
    "conflict_withdrawn_by_somebody_later": conflict(withdrawn_at=FIRST_DAY),
    "applications_officerprovinces_officer_id_key": twice(own_provinces),
    "applications_application_headcount_check": changed(headcount=-1),
    "applications_application_total_employees_check": changed(total_employees=-1),
    "applications_application_protocol_number_check": changed(protocol_number=-1),
    "applications_application_protocol_year_check": changed(protocol_year=-1),
    "applications_application_client_key_key": again(client_key=...),
    "applications_application_receipt_code_key": again(receipt_code=...),
    "applications_application_version_check": changed(version=-1),
    "applications_application_ready_version_check": changed(ready_version=-1),
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
    "payment_account_iban_form": account(iban="it60 x054"),
    "payment_account_has_a_holder": account(holder=""),
    "one_site_per_address": twice(site()),
    "applications_site_employees_check": site(employees=-1),
    "member_is_applicant_or_delegate": member("CASE_OFFICER"),
    "one_open_membership": member("DELEGATE"),
    "one_membership_at_a_time": member("DELEGATE", until=FIRST_DAY),
    "member_has_known_scopes": member("DELEGATE", scopes=["ALL"]),
    "invitation_has_known_scopes": invitation(scopes=[]),
    "invitation_is_applicant_or_delegate": invitation(role="CASE_OFFICER"),
    "invitation_accepted_by_somebody_once": invitation(accepted_at=FIRST_DAY),
    "one_pending_invitation": twice(invitation()),
    "invitation_token_is_unique": same_link,
    "one_open_integration_per_application": twice(integration()),
    "integration_answered_in_time": integration(answered_at=FIRST_DAY),
    "integration_asks_something": integration(items=[]),
    "integration_given_by_somebody": integration(given={}),
    "one_open_notice_per_application": twice(notice()),
    "notice_says_why": notice(reason_codes=[]),
    "observations_given_by_somebody": notice(given={}),
    "one_open_proposal_per_application": twice(proposal()),
    "proposed_rejection_says_why": proposal(outcome="REJECT"),
    "proposer_is_not_approver": by_the_same_hands,
    "applications_bulkrow_place_check": bulk_row(place=-1),
    "bulk_kind_is_known": bulk_run(kind="OTHER"),
    "bulk_ends_after_its_word": bulk_run(finished_at=FIRST_DAY),
    "bulk_undone_after_its_end": bulk_run(undo_asked_at=FIRST_DAY),
    "one_row_per_application_and_bulk": two_rows_of_one_run,
    "bulk_result_is_known": bulk_row(trial="MAYBE"),
    "bulk_result_has_instant": bulk_row(result="DONE"),
    "bulk_refusal_says_why": bulk_row(result="REFUSED", done_at=FIRST_DAY),
    "bulk_undoes_what_it_did": bulk_row(undone_at=FIRST_DAY),
    "voided_proposal_says_who_and_why": proposal(voided_at=FIRST_DAY),
    "check_outcome_is_known": officer_check(outcome="MAYBE", note="x"),
    "check_not_met_says_why": officer_check(outcome="NO"),
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


@pytest.mark.parametrize("table", ["applications_message", "applications_reading"])
def test_what_was_written_and_read_stays(table, submitted):
    written = message()(submitted)
    Reading.objects.create(message=written, reader=submitted.created_by, side="FIRM", at=FIRST_DAY)

    only_grows(table, written)


def test_what_an_officer_found_stays(submitted):
    only_grows("applications_officercheck", officer_check()(submitted))


def test_who_read_a_dossier_stays(submitted):
    only_grows("applications_dossieropening", dossier_opening()(submitted))


def test_the_accounts_of_a_firm_stay(submitted):
    only_grows("applications_paymentaccount", account()(submitted))


def test_the_passages_of_a_dossier_stay(submitted):
    only_grows("applications_assignment", assigned("CLAIMED", officer=submitted.created_by)(submitted))


@pytest.mark.parametrize("delete", ["call", "firm", "terms", "created_by"])
def test_what_an_application_stands_on_cannot_be_removed(delete, submitted):
    with pytest.raises(IntegrityError), transaction.atomic():
        getattr(submitted, delete).delete()


MOVES_THE_TERM = (
    "application application_term_is_kept",
    "integrationrequest integration_moves_the_term",
    "rejectionnotice notice_moves_the_term",
)
"""Tested with what they keep, in tests/applications/domain/test_decision_term.py."""


def test_no_constraint_and_no_trigger_is_left_without_its_row(db):
    assert constraints("applications") == set(BAD) | set(opening_rows.BAD)
    assert triggers("applications") == set(opening_rows.ONLY_GROW.values()) | {
        "applications_applicationevent events_append_only",
        "applications_assignment assignment_only_grows",
        "applications_dossieropening openings_append_only",
        "applications_registryanswer registry_answers_only_grow",
        "applications_officercheck check_only_grows",
        *(f"applications_{trigger}" for trigger in MOVES_THE_TERM),
        "applications_paymentaccount payment_accounts_are_kept",
        "applications_message message_only_grows",
        "applications_reading reading_only_grows",
        "applications_callterms published_terms_are_frozen",
    }
