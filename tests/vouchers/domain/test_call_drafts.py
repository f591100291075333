"""Calls written at the desk: nothing is lost, nothing half-done, nobody publishes what they wrote."""

from contextlib import suppress
from datetime import datetime, timedelta
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.db.models import QuerySet

from applications.models import Call, CallTerms, Firm
from portal.kernel.machine import IllegalTransition
from portal.models import AuditEntry, User
from tests.conftest import CALL_FILE, Desk
from tests.portal.services.parallel import at_once
from vouchers.domain import call_drafts
from vouchers.domain.call_model import model_of_a_new_call
from vouchers.domain.call_weighing import weigh
from vouchers.domain.lifecycle import NotForThisRole
from vouchers.domain.publishing import publish
from vouchers.models import Allocation, CallDraft, MoneyAct
from vouchers.rules.call_file import CallFileErrors, read_call
from vouchers.rules.call_parts import fingerprint, parts_of
from vouchers.rules.call_schema import CALL
from vouchers.rules.call_text import to_toml
from vouchers.rules.plain_json import sha256_of

DATED = {"valid_from": "2020-12-01", "act": "Decreto 99/2020", "summary": "Fasce più alte."}


def seen(draft: CallDraft, part: str) -> str:
    """The fingerprint of a part as a page would carry it."""
    published = draft.call.source if draft.call else None
    return fingerprint({row.code: row for row in parts_of(draft.content, published)}[part], draft.content)


def edit(draft: CallDraft, part: str, values: dict[str, Any], actor: User, now: datetime) -> CallDraft:
    """Write a part as it stands."""
    return call_drafts.edit(draft, part, values, seen=seen(draft, part), actor=actor, now=now)


@pytest.fixture
def draft(call: Call, elena: User, now: datetime) -> CallDraft:
    """A new version of the real call, dated."""
    begun = call_drafts.begin_version(call, with_terms=True, actor=elena, now=now)
    return edit(begun, "sportelli", {"terms": DATED}, elena, now)


@pytest.fixture
def proposed(draft: CallDraft, elena: User, now: datetime) -> CallDraft:
    """The same, waiting for who publishes."""
    return call_drafts.propose(draft, seen=sha256_of(draft.content), actor=elena, now=now)


def test_a_new_version_is_published_by_another_person(
    proposed: CallDraft, call: Call, dario: User, now: datetime
) -> None:
    before = list(CallTerms.objects.filter(call=call).order_by("version").values_list("version", "sha256"))

    done = call_drafts.publish(proposed, seen=sha256_of(proposed.content), actor=dario, now=now)

    after = list(CallTerms.objects.filter(call=call).order_by("version").values_list("version", "sha256"))
    assert after[: len(before)] == before
    assert done.new_versions == (4,)
    assert CallTerms.objects.get(call=call, version=4).act == "Decreto 99/2020"
    acts = list(
        AuditEntry.objects.filter(target=f"call_draft:{proposed.pk}").order_by("number").values_list("act", flat=True)
    )
    assert acts == ["call_draft.begin", "call_draft.edit", "call_draft.propose", "call_draft.publish"]


def test_who_wrote_proposed_or_has_no_role_does_not_publish(
    proposed: CallDraft, elena: User, carla: User, now: datetime
) -> None:
    elena.role_grants.create(role="SIGNATORY", since=now - timedelta(days=1))
    again = User.objects.get(pk=elena.pk)  # with the role it was just given
    for person, refusal in ((again, call_drafts.SameHands), (carla, IllegalTransition)):
        with pytest.raises(refusal):
            call_drafts.publish(proposed, seen=sha256_of(proposed.content), actor=person, now=now)

    assert CallDraft.objects.get().status == "PROPOSED"
    assert not AuditEntry.objects.filter(act="call_draft.publish").exists()


def test_only_a_manager_writes(call: Call, draft: CallDraft, carla: User, dario: User, now: datetime) -> None:
    for person in (carla, dario):
        with pytest.raises(NotForThisRole):
            call_drafts.begin_new(model_of_a_new_call(), slug="altro", title="Altro", actor=person, now=now)
        with pytest.raises(NotForThisRole):
            edit(draft, "sportelli", {"terms": DATED}, person, now)


def test_what_somebody_else_wrote_is_not_written_over(draft: CallDraft, elena: User, now: datetime) -> None:
    old = seen(draft, "sportelli")
    edit(draft, "sportelli", {"terms": DATED | {"summary": "Un'altra."}}, elena, now)

    with pytest.raises(call_drafts.DraftMoved, match="Intanto Elena ha cambiato"):
        call_drafts.edit(draft, "sportelli", {"terms": DATED}, seen=old, actor=elena, now=now)

    assert CallDraft.objects.get().content["terms"][-1]["summary"] == "Un'altra."


def two_writers(draft: CallDraft, elena: User, now: datetime) -> list[Any]:
    """Two people save the same part at once, having read the same text."""
    old = seen(draft, "sportelli")

    def write(number: int) -> object:
        values = {"terms": DATED | {"summary": f"Testo {number}."}}
        return call_drafts.edit(draft, "sportelli", values, seen=old, actor=elena, now=now)

    return at_once(2, write)


@pytest.mark.usefixtures("committed_db")
def test_of_two_writers_at_once_one_is_told(draft: CallDraft, elena: User, now: datetime) -> None:
    results = two_writers(draft, elena, now)

    assert sum(isinstance(result, call_drafts.DraftMoved) for result in results) == 1
    assert CallDraft.objects.get().edits.count() == 2


@pytest.mark.usefixtures("committed_db")
def test_without_the_lock_a_text_is_lost(
    draft: CallDraft, elena: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: both read the draft before either writes."""
    both, real = Barrier(2), call_drafts._readable

    def read_together(content: Any) -> None:
        real(content)
        with suppress(BrokenBarrierError):
            both.wait(timeout=60)

    monkeypatch.setattr(QuerySet, "select_for_update", lambda found, **options: found.all())
    monkeypatch.setattr(call_drafts, "_readable", read_together)

    results = two_writers(draft, elena, now)

    assert not any(isinstance(result, Exception) for result in results), results


@pytest.mark.usefixtures("committed_db")
def test_two_publications_at_once_are_one(proposed: CallDraft, call: Call, dario: User, now: datetime) -> None:
    fingerprint_read = sha256_of(proposed.content)

    results = at_once(2, lambda _: call_drafts.publish(proposed, seen=fingerprint_read, actor=dario, now=now))

    assert sum(isinstance(result, IllegalTransition) for result in results) == 1
    assert CallTerms.objects.filter(call=call).count() == 4


@pytest.mark.parametrize(
    ("part", "values", "words"),
    [
        ("sportelli", {"terms": DATED | {"valid_from": "2020-04-02"}}, "non viene dopo quella che precede"),
        ("fasce", {"terms-bands": [{"min": 3, "amount": {"A": "1.00"}, "workers": 1}]}, "fasce dell'Azione B"),
        ("requisiti", {"terms-requirements": None}, "manca"),
    ],
)
def test_what_is_wrong_is_told_and_stops_the_proposal(
    draft: CallDraft, elena: User, now: datetime, part: str, values: dict[str, Any], words: str
) -> None:
    draft = edit(draft, part, values, elena, now)

    told = [str(problem) for problem in weigh(draft, now).problems]
    assert any(words in text for text in told), told
    with pytest.raises(call_drafts.DraftRefused):
        call_drafts.propose(draft, seen=sha256_of(draft.content), actor=elena, now=now)
    assert CallDraft.objects.get().status == "DRAFT"


def test_a_value_of_the_wrong_kind_is_not_kept(draft: CallDraft, elena: User, now: datetime) -> None:
    for values in ({"terms": DATED | {"valid_from": "ieri"}}, {"terms": DATED | {"altro": 1}}):
        with pytest.raises(call_drafts.DraftRefused):
            edit(draft, "sportelli", values, elena, now)

    assert CallDraft.objects.get().content == draft.content


def test_a_version_begins_on_a_day_to_come(draft: CallDraft, elena: User, now: datetime) -> None:
    day = datetime(2020, 12, 1, 9, tzinfo=now.tzinfo)

    assert weigh(draft, day - timedelta(days=1)).problems == ()
    (problem,) = weigh(draft, day).problems
    assert (problem.place, "dopo oggi (01/12/2020)" in problem.message) == ("terms[4].valid_from", True)


def test_the_past_is_not_touched(draft: CallDraft, elena: User, now: datetime) -> None:
    windows = [dict(row) for row in draft.content["terms"][-1]["windows"]]
    windows[0] |= {"closes": "2020-05-28T12:00:00"}
    draft = edit(draft, "sportelli", {"terms-windows": windows}, elena, now)

    assert any("è pubblicato e non si può cambiare" in problem.message for problem in weigh(draft, now).problems)


def test_a_desk_that_is_open_is_extended_by_a_version_and_one_that_closed_is_not(
    draft: CallDraft, elena: User, dario: User, anna: User, firm: Firm, desk: Desk, now: datetime
) -> None:
    window = draft.call.windows.get(number=1)
    windows = [dict(row) for row in draft.content["terms"][-1]["windows"]]
    windows[0] |= {"closes": "2020-05-30T12:00:00"}
    draft = edit(draft, "sportelli", {"terms-windows": windows}, elena, now)
    late = [problem.message for problem in weigh(draft, window.closes_at).problems]
    assert any("è chiuso dal" in message and "uno sportello nuovo" in message for message in late)

    proposed = call_drafts.propose(draft, seen=sha256_of(draft.content), actor=elena, now=now)
    call_drafts.publish(proposed, seen=sha256_of(proposed.content), actor=dario, now=now)

    old, window = window.closes_at, draft.call.windows.get(number=1)
    assert window.closes_at == old + timedelta(days=1)
    extended = AuditEntry.objects.filter(act="call.publish").latest("number").detail["extended"]
    assert [datetime.fromisoformat(text) for text in extended["1"]] == [old, window.closes_at]
    desk.at = old + timedelta(hours=1)
    assert desk.submit(firm).status == "SUBMITTED"


def test_a_published_draft_is_closed(proposed: CallDraft, elena: User, dario: User, now: datetime) -> None:
    call_drafts.publish(proposed, seen=sha256_of(proposed.content), actor=dario, now=now)

    with pytest.raises(call_drafts.DraftRefused, match="pubblicata"):
        edit(proposed, "sportelli", {"terms": DATED}, elena, now)
    with pytest.raises(IllegalTransition):
        call_drafts.discard(proposed, reason="tardi", actor=elena, now=now)


def test_a_call_has_one_open_draft(draft: CallDraft, call: Call, elena: User, now: datetime) -> None:
    with pytest.raises(call_drafts.AlreadyOpen, match="cominciata da Elena"):
        call_drafts.begin_version(call, with_terms=True, actor=elena, now=now)
    call_drafts.discard(draft, reason="non serve", actor=elena, now=now)

    assert call_drafts.begin_version(call, with_terms=True, actor=elena, now=now).status == "DRAFT"


def test_a_draft_sent_back_is_written_again(proposed: CallDraft, elena: User, dario: User, now: datetime) -> None:
    back = call_drafts.send_back(proposed, reason="manca un atto", actor=dario, now=now)

    assert (back.status, back.proposed_by) == ("DRAFT", None)
    assert edit(back, "sportelli", {"terms": DATED | {"act": "Un altro"}}, elena, now).status == "DRAFT"


def test_money_alone_needs_no_new_version(call: Call, elena: User, dario: User, now: datetime) -> None:
    draft = call_drafts.begin_version(call, with_terms=False, actor=elena, now=now)
    assert [part.code for part in parts_of(draft.content, call.source)] == ["identita", "risorse", "comunicazione"]
    more = {
        "code": "MORE", "date": "2020-04-10", "act": "DGR 1/2020", "title": "Altre risorse", "total": "10.00",
        "split": {"A": "10.00"},
    }  # fmt: skip
    draft = edit(draft, "risorse", {"money_acts": [*draft.content["money_acts"], more]}, elena, now)
    draft = call_drafts.propose(draft, seen=sha256_of(draft.content), actor=elena, now=now)

    done = call_drafts.publish(draft, seen=sha256_of(draft.content), actor=dario, now=now)

    assert done.new_versions == ()
    assert MoneyAct.objects.get(code="MORE").applied_at is None  # its date applies it


def test_a_call_that_changed_meanwhile_is_caught_up(draft: CallDraft, call: Call, elena: User, now: datetime) -> None:
    text = CALL_FILE.read_text(encoding="utf-8").replace("Regione Lombardia", "Regione Lombardia (Milano)", 1)
    publish(read_call(text), now=now)
    draft = CallDraft.objects.select_related("call").get()
    assert weigh(draft, now).moved

    caught = call_drafts.catch_up(draft, actor=elena, now=now)

    assert not weigh(CallDraft.objects.select_related("call").get(), now).moved
    assert caught.content["terms"][-1]["act"] == DATED["act"]


def test_a_file_becomes_a_draft(db: None, elena: User, now: datetime) -> None:
    text = CALL_FILE.with_name("lavoro_agile_prova.toml").read_text(encoding="utf-8")

    draft = call_drafts.begin_from_file(text, actor=elena, now=now)

    assert (draft.call, draft.title) == (None, "Avviso dimostrativo lavoro agile 2026")
    assert weigh(draft, now).problems == ()
    assert to_toml(CALL, read_call(text).written) != text  # written again, it reads the same
    assert read_call(to_toml(CALL, read_call(text).written)) == read_call(text)
    with pytest.raises(CallFileErrors):
        call_drafts.begin_from_file("slug = 3", actor=elena, now=now)


def test_a_copy_has_no_dates_no_money_no_code(call: Call, elena: User, now: datetime) -> None:
    copy = call_drafts.begin_copy(call, slug="copia", title="Copia", actor=elena, now=now)

    places = {problem.place for problem in weigh(copy, now).problems}
    assert {"identity.code", "identity.cup", "money_acts", "terms[1].windows", "terms[1].valid_from"} <= places
    assert copy.call is None
    assert not Allocation.objects.exclude(action__call=call).exists()


def test_a_name_that_is_taken_is_said(call: Call, elena: User, now: datetime) -> None:
    copy = call_drafts.begin_copy(call, slug=call.slug, title="Copia", actor=elena, now=now)

    assert "slug" in {problem.place for problem in weigh(copy, now).problems}
    with pytest.raises(call_drafts.DraftRefused, match="non va bene"):
        call_drafts.begin_copy(call, slug="Non Va", title="Copia", actor=elena, now=now)
