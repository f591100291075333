"""R5: two to eight people decide on one dossier at the same moment: one decision each, the others told who and what.

`SPORTELLO_LONG=1` plays the five hundred rounds of the full figure; here there are fewer, so that a run stays short.
"""

import os
import random
from collections.abc import Callable
from functools import partial
from itertools import cycle, islice
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models import QuerySet

from applications.domain import decisions
from applications.domain.decisions import NothingToDecide
from applications.domain.lifecycle import LIFE
from applications.models import Application, ApplicationEvent, Firm, OfficerCheck, Proposal
from portal.kernel.machine import IllegalTransition
from portal.kernel.roles import Role
from portal.models import Mail, User
from portal.services import audit
from tests.conftest import Desk, FirmMaker, person
from tests.portal.services.parallel import at_once
from tests.races.conftest import twin
from tests.races.test_acts_at_once import ended

ROUNDS = 500 if os.environ.get("SPORTELLO_LONG") else 48
SEED = 20_261_121
DECISIONS = ("approve_admission", "send_back")


@pytest.fixture
def managers(live: Desk) -> list[User]:
    others = [person(f"elsa{n}@ufficio.example", f"Elsa {n}", Role.PROCEEDING_MANAGER) for n in range(7)]
    return [live.manager, *others]


def like(first: Application, firm: Firm, number: int, desk: Desk) -> Application:
    """The same application of another firm, with its checks and its open proposal."""
    item = twin(first, firm, number, desk.tick())
    checks = OfficerCheck.objects.filter(application=first)
    OfficerCheck.objects.bulk_create(
        OfficerCheck(application=item, code=row.code, outcome=row.outcome, author=row.author, at=row.at)
        for row in checks
    )
    for row in Proposal.objects.filter(application=first):
        Proposal.objects.create(
            application=item, outcome=row.outcome, proposed_by=row.proposed_by, proposed_at=row.proposed_at
        )
    return item


def approve(item: Application, by: User, desk: Desk) -> object:
    return decisions.approve(item, actor=by, now=desk.at)


def send_back(item: Application, by: User, desk: Desk) -> object:
    return decisions.send_back(item, actor=by, reason="Manca il DURC", now=desk.at)


def test_of_all_who_decide_one_does_and_the_others_are_told(
    live: Desk,
    managers: list[User],
    make_firm: FirmMaker,
    anna: User,
    record_property: Callable[[str, object], None],
) -> None:
    first = live.in_review(make_firm(anna))
    live.propose(first)
    items = [like(first, make_firm(anna), number, live) for number in range(2, ROUNDS + 2)]
    dice, told, seats = random.Random(SEED), 0, cycle(range(2, 9))
    for item, seat in zip(items, islice(seats, ROUNDS), strict=True):
        acts = [dice.choice((approve, send_back)) for _ in range(seat)]

        done, refused = ended(
            at_once(seat, lambda n, item=item, acts=acts: acts[n](item, managers[n], live))  # type: ignore[misc]
        )

        proposal = Proposal.objects.select_related("decided_by").get(application=item)
        events = ApplicationEvent.objects.filter(subject=item, event__in=DECISIONS)
        assert (len(done), events.count()) == (1, 1), (done, refused)
        what = "approvata" if proposal.approved else "rinviata"
        assert {type(error) for error in refused} == {NothingToDecide}, refused
        assert all(f"è stata {what} da {proposal.decided_by} (" in str(error) for error in refused), refused
        assert Mail.objects.filter(about=f"application:{item.pk}").count() == proposal.approved
        told += len(refused)
    assert list(audit.problems()) == []
    record_property(
        f"R5, seed {SEED}: dossiers, decisions, people told who and what",
        (ROUNDS, Proposal.objects.filter(decided_at__isnull=False).count(), told),
    )


def test_of_all_the_tabs_that_propose_one_does(
    live: Desk, make_firm: FirmMaker, anna: User, record_property: Callable[[str, object], None]
) -> None:
    first, rounds = live.in_review(make_firm(anna)), ROUNDS // 6
    live.check(first)
    told = 0
    for number in range(2, rounds + 2):
        item = like(first, make_firm(anna), number, live)

        done, refused = ended(
            at_once(8, lambda n, item=item: decisions.propose_admission(item, actor=live.officer, now=live.at))  # type: ignore[misc]
        )

        assert (len(done), Proposal.objects.filter(application=item).count()) == (1, 1), refused
        assert {type(error) for error in refused} == {IllegalTransition}
        assert all("«proposta di ammissione»" in str(error) for error in refused)
        told += len(refused)
    record_property("R5: proposals at once, tabs told", (rounds, told))


def test_control_without_the_lock_one_dossier_is_decided_twice(
    live: Desk, managers: list[User], firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    item, both, save = live.in_review(firm), Barrier(2), Proposal.save
    live.propose(item)

    def save_together(proposal: Proposal, **options: Any) -> None:
        both.wait(timeout=60)  # each has read the proposal as open
        save(proposal, **options)

    monkeypatch.setattr(QuerySet, "select_for_update", lambda found, **options: found.all())
    monkeypatch.setattr(Proposal, "save", save_together)
    monkeypatch.setattr(decisions, "LIFE", SimpleNamespace(apply=partial(LIFE.apply, held=True)))
    monkeypatch.setattr(decisions, "write_to_firm", lambda *words, **options: None)  # its key is unique: a second guard

    done, refused = ended(at_once(2, lambda n: approve(item, managers[n], live)))

    assert len(done) == 2, refused
    assert ApplicationEvent.objects.filter(subject=item, event__in=DECISIONS).count() == 2
