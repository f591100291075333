"""The paper of an application to be signed: its content is frozen when it is asked, its PDF is made later."""

import hashlib
import json
from datetime import datetime
from typing import Any

from applications.domain.calls import terms_in_force, typed_terms
from applications.domain.drafting import NotForYou
from applications.domain.facts import snapshot_of
from applications.domain.lifecycle import member_roles
from applications.models import Application, FormToSign
from portal.models import User
from portal.services import audit, documents, outbox
from portal.services.acts import act


def content_of(application: Application, now: datetime) -> dict[str, Any]:
    """Everything the paper says, as plain JSON: what the firm answered and the words it answered to."""
    stored = application.terms or terms_in_force(application.call, now)
    terms = typed_terms(stored)
    presented = snapshot_of(application)
    answers = {name: value for name, value in presented["answers"].items() if name != "signed"}
    path = terms.path(str(answers.get("path", "")))
    wanted = answers.get("actions") or []
    return {
        "application": application.pk,
        "call": application.call.title,
        "act": terms.act,
        "path": path.title if path else "",
        "actions": [action.title for action in terms.actions if action.code in wanted],
        "declarations": [one.text for one in terms.declarations_for(str(answers.get("path", "")))],
        "firm": presented["firm"],
        "answers": answers,
    }


def fingerprint(content: Any) -> str:
    """SHA-256 (hex) of a content."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def form_of(application: Application, now: datetime) -> FormToSign | None:
    """The paper for the answers of now; None when it was not asked since they changed."""
    rows = FormToSign.objects.filter(application=application).select_related("document")
    return rows.filter(snapshot_sha256=fingerprint(content_of(application, now))).first()


@act
def ask_form(application: Application, *, actor: User, now: datetime) -> FormToSign:
    """Ask the paper for the answers of now; asking again returns the same one. Raises NotForYou."""
    if not member_roles(actor, application.firm_id, now):
        raise NotForYou
    content = content_of(application, now)
    form, made = FormToSign.objects.get_or_create(
        application=application,
        snapshot_sha256=fingerprint(content),
        defaults={"snapshot": content, "asked_at": now},
    )
    if made:
        audit.record("form.ask", f"application:{application.pk}", actor=actor, now=now, sha256=form.snapshot_sha256)
        outbox.promise("applications.render_form", f"form:{form.pk}", now=now, form_id=form.pk)
    return form


@act
def attach_form(form: FormToSign, data: bytes, *, now: datetime) -> FormToSign:
    """Keep the PDF of a paper, once."""
    row = FormToSign.objects.select_for_update(of=("self",)).get(pk=form.pk)
    if row.document_id is None:
        row.document = documents.store(
            kind="application_form",
            name=f"domanda-{row.application_id}-da-firmare.pdf",
            media_type="application/pdf",
            data=data,
            key=f"form:{row.pk}",
            now=now,
        )
        row.save(update_fields=["document"])
    return row
