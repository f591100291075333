"""Every constraint of the ground floor refuses its bad row; one without a row here fails the last test."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from portal.kernel.roles import Role
from portal.models import (
    Absence,
    AuditEntry,
    AuditHead,
    Document,
    Mail,
    Progress,
    Promise,
    RoleGrant,
    Sequence,
    StaffInvitation,
    User,
)
from portal.services import audit
from tests.portal.models.catalogue import constraints, only_grows, refused_by, triggers

AT = datetime(2020, 5, 5, 9, 30, tzinfo=UTC)
SHA = "a" * 64


def document(**changes: object) -> Document:
    fields = {"kind": "X", "name": "x", "media_type": "x", "size": 1, "sha256": SHA, "key": "k", "created_at": AT}
    return Document.objects.create(**fields | changes)


def promise(**changes: object) -> Promise:
    return Promise.objects.create(**{"job": "x", "key": "k", "created_at": AT, "next_try_at": AT} | changes)


def progress(**changes: object) -> Progress:
    return Progress.objects.create(**{"key": "k", "title": "x", "created_at": AT} | changes)


def mail(message_id: str) -> Mail:
    return Mail.objects.create(to="a@pec.example", subject="x", body="x", message_id=message_id, created_at=AT)


def sent_again_twice(lost: Mail) -> None:
    for number in range(2):
        Mail.objects.filter(pk=mail(f"<{number}>").pk).update(again_of=lost)


def entry(number: int, sha256: str) -> AuditEntry:
    return AuditEntry.objects.create(number=number, at=AT, act="x", target="x:1", previous_sha256=SHA, sha256=sha256)


def twice(write: Callable[[], object]) -> None:
    write()
    write()


def grant(role: Role, **changes: object) -> RoleGrant:
    return RoleGrant.objects.create(**{"user": User.objects.get(), "role": role, "since": AT} | changes)


def absence(**changes: object) -> Absence:
    away = User.objects.get()
    substitute, _ = User.objects.get_or_create(email="marta@ufficio.example", name="Marta")
    fields = {"user": away, "substitute": substitute, "since": AT, "until": AT + timedelta(days=1), "reason": "ferie"}
    return Absence.objects.create(**fields | {"declared_by": away, "declared_at": AT} | changes)


def invited(**changes: object) -> StaffInvitation:
    fields = {"email": "m@ufficio.example", "name": "Marta", "roles": ["AUDITOR"], "scopes": [""], "reason": "x"}
    at = {"invited_at": AT, "asked_at": AT, "expires_at": AT}
    return StaffInvitation.objects.create(**fields | at | {"invited_by": User.objects.get()} | changes)


BAD: dict[str, Callable[[], object]] = {
    "absence_ends_after_it_begins": lambda: absence(until=AT - timedelta(days=1)),
    "nobody_is_their_own_substitute": lambda: absence(substitute=User.objects.get()),
    "absence_says_why": lambda: absence(reason=""),
    "one_absence_at_a_time": lambda: [
        Absence.objects.create(
            user=first.user,
            substitute=first.substitute,
            since=AT + timedelta(hours=1),
            until=AT + timedelta(days=2),
            reason="ferie",
            declared_by=first.user,
            declared_at=AT,
        )
        for first in [absence()]
    ],
    "staff_invitation_has_staff_roles": lambda: invited(roles=["APPLICANT"]),
    "staff_invitation_has_scopes": lambda: invited(scopes=[]),
    "system_admin_is_invited_everywhere": lambda: invited(roles=["SYSTEM_ADMIN"], scopes=["call:1"]),
    "staff_invitation_ends_after_it_begins": lambda: invited(since=AT, until=AT),
    "staff_invitation_accepted_by_somebody_once": lambda: invited(accepted_at=AT),
    "one_pending_staff_invitation": lambda: twice(invited),
    "staff_invitation_token_is_unique": lambda: [
        invited(token_sha256=SHA),
        invited(token_sha256=SHA, email="n@ufficio.example"),
    ],
    "document_sha256_form": lambda: document(sha256="A" * 64),
    "portal_document_size_check": lambda: document(size=-1),
    "portal_document_key_key": lambda: twice(document),
    "one_audit_head": lambda: AuditHead.objects.create(id=2),
    "portal_auditentry_sha256_key": lambda: [entry(1, SHA), entry(2, SHA)],
    "portal_mail_message_id_key": lambda: twice(lambda: mail("<x>")),
    "portal_mail_again_of_id_key": lambda: sent_again_twice(mail("<x>")),
    "sent_mail_has_instant": lambda: Mail.objects.filter(pk=mail("<x>").pk).update(state="SENT"),
    "delivered_mail_was_sent": lambda: Mail.objects.filter(pk=mail("<x>").pk).update(delivered_at=AT),
    "held_mail_says_until_when": lambda: Mail.objects.filter(pk=mail("<x>").pk).update(hold="bulk:1"),
    "only_held_mail_is_cancelled": lambda: Mail.objects.filter(pk=mail("<x>").pk).update(state="CANCELLED"),
    "portal_progress_key_key": lambda: twice(progress),
    "portal_progress_total_check": lambda: progress(total=-1),
    "portal_progress_done_check": lambda: progress(done=-1),
    "portal_progress_failed_check": lambda: progress(failed=-1),
    "progress_within_total": lambda: progress(total=2, done=2, failed=1),
    "portal_promise_key_key": lambda: twice(promise),
    "portal_promise_attempts_check": lambda: promise(attempts=-1),
    "promise_done_has_instant": lambda: promise(state="DONE"),
    "system_role_is_never_granted": lambda: grant(Role.SYSTEM),
    "one_grant_at_a_time": lambda: twice(lambda: grant(Role.AUDITOR)),
    "grant_has_known_scope": lambda: grant(Role.AUDITOR, scope="avviso:1"),
    "only_roles_of_dossiers_have_a_scope": lambda: grant(Role.SYSTEM_ADMIN, scope="call:1"),
    "grant_ends_late": lambda: grant(Role.AUDITOR, until=AT - timedelta(days=1)),
    "one_counter_per_series_and_year": lambda: twice(lambda: Sequence.objects.create(series="x", year=2020)),
    "portal_sequence_last_check": lambda: Sequence.objects.create(series="x", year=2020, last=-1),
    "portal_sequence_year_check": lambda: Sequence.objects.create(series="x", year=-1),
    "portal_user_email_key": lambda: User.objects.create(email="anna@impresa.example", name="Anna"),
    "user_email_lower_case": lambda: User.objects.create(email="Anna@impresa.example", name="Anna"),
}


@pytest.mark.parametrize("name", BAD)
def test_the_database_refuses(name, anna):
    AuditHead.objects.get_or_create(id=1)
    refused_by(name, BAD[name])


def test_the_tables_that_only_grow(anna):
    audit.record("x", "x:1", actor=anna, now=AT)

    only_grows("portal_auditentry", AuditEntry.objects.get())
    only_grows("portal_document", document())


def test_a_grant_that_ended_may_be_given_again(anna):
    RoleGrant.objects.create(user=anna, role=Role.AUDITOR, since=AT, until=AT)

    assert grant(Role.AUDITOR).pk


def test_a_role_may_be_held_for_two_calls_and_everywhere(anna):
    assert all(grant(Role.AUDITOR, scope=scope).pk for scope in ("call:1", "call:2", ""))


def test_no_constraint_and_no_trigger_is_left_without_its_row(db):
    of_django = {name for name in constraints("portal") if name.endswith("_uniq")}

    assert constraints("portal") - of_django == set(BAD)
    assert triggers("portal") == {"portal_auditentry audit_append_only", "portal_document document_is_immutable"}
