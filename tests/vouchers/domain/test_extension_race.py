"""A window is extended while its order is being published: one of the two happens, never both."""

from datetime import timedelta
from threading import Event

import pytest

from applications.domain import order_proof
from applications.models import Call, DeskWindow, Firm, PublishedOrder
from portal.models import User
from tests.conftest import Desk
from tests.portal.services.parallel import at_once, somebody_waits
from tests.vouchers.domain.test_call_drafts import DATED, edit
from vouchers.domain import call_drafts, publishing
from vouchers.models import CallDraft
from vouchers.rules.plain_json import sha256_of

pytestmark = pytest.mark.usefixtures("committed_db")


def extended(call: Call, elena: User, desk: Desk) -> CallDraft:
    """A version, proposed, with a day more for the first window."""
    draft = call_drafts.begin_version(call, with_terms=True, actor=elena, now=desk.tick())
    windows = [dict(row) for row in draft.content["terms"][-1]["windows"]]
    windows[0] |= {"closes": "2020-05-30T12:00:00"}
    draft = edit(draft, "sportelli", {"terms": DATED, "terms-windows": windows}, elena, desk.tick())
    return call_drafts.propose(draft, seen=sha256_of(draft.content), actor=elena, now=desk.tick())


@pytest.mark.parametrize("locked", [True, False], ids=["locked", "control"])
def test_the_order_waits_for_who_extends(
    locked: bool,
    desk: Desk,
    call: Call,
    firm: Firm,
    elena: User,
    dario: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk.submit(firm)
    draft, window = extended(call, elena, desk), call.windows.get(number=1)
    closes_at, weighed, ended = window.closes_at, Event(), Event()
    writes = publishing._write_windows
    if not locked:
        monkeypatch.setattr(publishing, "_hold_windows", lambda call: None)

    def slow(*given: object) -> dict[str, list[str]]:
        weighed.set()
        while not ended.wait(0.02) and not somebody_waits():
            pass
        return writes(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(publishing, "_write_windows", slow)

    def work(number: int) -> str:
        if number == 0:
            before = closes_at - timedelta(microseconds=1)
            call_drafts.publish(draft, seen=sha256_of(draft.content), actor=dario, now=before)
            return "extended"
        assert weighed.wait(60)
        try:
            order_proof.publish(window, now=closes_at)
            return "published"
        finally:
            ended.set()

    said = at_once(2, work)

    both = DeskWindow.objects.get(pk=window.pk).closes_at > closes_at and PublishedOrder.objects.exists()
    assert both is not locked, said
