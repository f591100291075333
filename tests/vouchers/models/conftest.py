"""A small office at work: one award granted by a signed decree, one only reserved and in a draft."""

from dataclasses import dataclass

import pytest

from applications.models import Firm
from tests.conftest import Desk
from vouchers.domain import aid_visure, call_drafts, decrees
from vouchers.models import Award, CallDraft, Decree
from vouchers.rules.call_parts import fingerprint, parts_of


@dataclass(frozen=True)
class Scene:
    """The records the bad rows are made from."""

    granted: Award
    reserved: Award
    signed: Decree
    draft: Decree
    call_draft: CallDraft


@pytest.fixture
def scene(desk: Desk, firm: Firm, other_firm: Firm) -> Scene:
    granted = desk.granted(firm)
    application = desk.admitted(other_firm)
    desk.fund()
    draft = decrees.draft(desk.call, Decree.Kind.GRANT, actor=desk.manager, now=desk.tick())
    written = call_drafts.begin_version(desk.call, with_terms=True, actor=desk.manager, now=desk.tick())
    part = parts_of(written.content, desk.call.source)[1]
    dated = {"terms": {"valid_from": "2030-01-01", "act": "Atto", "summary": "In breve."}}
    seen = fingerprint(part, written.content)
    written = call_drafts.edit(written, part.code, dated, seen=seen, actor=desk.manager, now=desk.tick())
    aid_visure.ask(granted.application, actor=desk.officer, now=desk.tick())
    return Scene(granted, Award.objects.get(application=application), granted.grant_decree, draft, written)
