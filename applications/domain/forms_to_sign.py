"""Papers to be signed: the application itself and the models of its documents.

Their content is frozen when they are asked, their PDF is made later.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from applications.domain import mandates
from applications.domain.calls import terms_at
from applications.domain.facts import snapshot_of
from applications.domain.mandates import Scope
from applications.domain.model_papers import NAMES, has_model, model_of
from applications.models import Application, FormToSign
from applications.rules.signing import TO_SIGN
from applications.rules.terms import Terms
from portal.models import User
from portal.services import audit, documents, outbox
from portal.services.acts import act

CEILINGS: list[Callable[[Terms, Mapping[str, Any]], Mapping[str, str]]] = []
"""A floor above tells here the euro that answers may bring for each action (plain text), as far as they are known."""


def content_of(application: Application, now: datetime, code: str = TO_SIGN) -> dict[str, Any]:
    """Everything the paper for a document says, as plain JSON.

    Of the application: what the firm answered and the words it answered to; the signature adds nothing to it.
    """
    if code != TO_SIGN:
        return model_of(application, code)
    return content_by(application, terms_at(application, now))


def content_by(application: Application, terms: Terms) -> dict[str, Any]:
    """What the paper of the application says by these terms."""
    presented = snapshot_of(application)
    answers = {name: value for name, value in presented["answers"].items() if name not in ("signed", "readiness")}
    path = terms.path(str(answers.get("path", "")))
    declarations = terms.declarations_for(str(answers.get("path", "")))
    made = {one.code for one in declarations if not one.only_paths}
    words = {one.code: one.text for one in terms.requirements_for(str(answers.get("path", "")))}
    words |= {one.code: one.text for one in declarations}
    ceilings = {code: euro for told in CEILINGS for code, euro in told(terms, answers).items()}
    answers["declared"] = {one: said for one, said in (answers.get("declared") or {}).items() if one not in made}
    wanted = answers.get("actions") or []
    return {
        "application": application.pk,
        "call": application.call.title,
        "act": terms.act,
        "path": path.title if path else "",
        "actions": [
            {"title": action.title, "text": action.text, "ceiling": ceilings.get(action.code, "")}
            for action in terms.actions
            if action.code in wanted
        ],
        "signer": {
            "name": application.firm.representative_name,
            "tax_code": application.firm.representative_tax_code,
        },
        "declarations": [one.text for one in declarations if one.code in made],
        "confirmed": [text for code, text in words.items() if answers["declared"].get(code) is True],
        "firm": presented["firm"],
        "answers": answers,
    }


def fingerprint(content: Any) -> str:
    """SHA-256 (hex) of a content."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def form_of(application: Application, now: datetime, code: str = TO_SIGN) -> FormToSign | None:
    """The paper for a document and the answers of now; None when it was not asked since they changed."""
    rows = FormToSign.objects.filter(application=application, code=code).select_related("document")
    return rows.filter(snapshot_sha256=fingerprint(content_of(application, now, code))).first()


def papers_of(application: Application, codes: Sequence[str], now: datetime) -> dict[str, FormToSign | None]:
    """The papers that the portal prepares for these documents, None for those not asked yet (one query)."""
    prepared = [code for code in codes if code == TO_SIGN or has_model(application, code)]
    prints = {code: fingerprint(content_of(application, now, code)) for code in prepared}
    rows = FormToSign.objects.filter(application=application, snapshot_sha256__in=prints.values())
    found = {row.code: row for row in rows.select_related("document")}
    return {code: found.get(code) for code in prepared}


@act
def ask_form(application: Application, *, actor: User, now: datetime, code: str = TO_SIGN) -> FormToSign:
    """Ask the paper for a document and the answers of now; asking again returns the same one. Raises NotForYou."""
    mandates.require(actor, application.firm_id, Scope.UPLOAD, now)
    content = content_of(application, now, code)
    form, made = FormToSign.objects.get_or_create(
        application=application,
        code=code,
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
            name=f"{NAMES.get(row.code, row.code.lower())}-{row.application_id}-da-firmare.pdf",
            media_type="application/pdf",
            data=data,
            key=f"form:{row.pk}",
            now=now,
        )
        row.save(update_fields=["document"])
    return row
