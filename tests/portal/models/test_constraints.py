"""Every constraint of the ground floor refuses its bad row; one without a row here fails the last test."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from portal.kernel.roles import Role
from portal.models import AuditEntry, AuditHead, Document, Mail, Progress, Promise, RoleGrant, Sequence, User
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


def entry(number: int, sha256: str) -> AuditEntry:
    return AuditEntry.objects.create(number=number, at=AT, act="x", target="x:1", previous_sha256=SHA, sha256=sha256)


def twice(write: Callable[[], object]) -> None:
    write()
    write()


def grant(role: Role) -> RoleGrant:
    return RoleGrant.objects.create(user=User.objects.get(), role=role, since=AT)


BAD: dict[str, Callable[[], object]] = {
    "document_sha256_form": lambda: document(sha256="A" * 64),
    "portal_document_size_check": lambda: document(size=-1),
    "portal_document_key_key": lambda: twice(document),
    "one_audit_head": lambda: AuditHead.objects.create(id=2),
    "portal_auditentry_sha256_key": lambda: [entry(1, SHA), entry(2, SHA)],
    "portal_mail_message_id_key": lambda: twice(lambda: mail("<x>")),
    "portal_progress_key_key": lambda: twice(progress),
    "portal_progress_total_check": lambda: progress(total=-1),
    "portal_progress_done_check": lambda: progress(done=-1),
    "portal_progress_failed_check": lambda: progress(failed=-1),
    "progress_within_total": lambda: progress(total=2, done=2, failed=1),
    "portal_promise_key_key": lambda: twice(promise),
    "portal_promise_attempts_check": lambda: promise(attempts=-1),
    "promise_done_has_instant": lambda: promise(state="DONE"),
    "system_role_is_never_granted": lambda: grant(Role.SYSTEM),
    "one_open_grant_per_role": lambda: twice(lambda: grant(Role.AUDITOR)),
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


def test_no_constraint_and_no_trigger_is_left_without_its_row(db):
    of_django = {name for name in constraints("portal") if name.endswith("_uniq")}

    assert constraints("portal") - of_django == set(BAD)
    assert triggers("portal") == {"portal_auditentry audit_append_only", "portal_document document_is_immutable"}
