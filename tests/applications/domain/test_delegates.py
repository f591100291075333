"""Nothing that a delegate can do is told in a code: every act of the register has words, or is not the firm's."""

import ast
import re
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from applications.domain import delegates
from portal.kernel.roles import Role
from portal.models import AuditEntry
from portal.services.lifecycle import REGISTRY
from tests.architecture.tree import FLOORS, nodes, rooms

FIRM_SIDE = {Role.APPLICANT, Role.DELEGATE}
OTHERS = {
    "the office or the portal": (
        "absence.call_off", "absence.declare", "aid_requests.ask", "aid_visura.ask",
        "staff.accept", "staff.invite", "staff.invite_again", "staff.withdraw",
        "user.revoke_role",
        "application.remind", "attachment.open", "attachment.scan", "award.cor", "awards.request_batch",
        "bulk.freeze", "call.publish", "call.set_assignment", "call_draft.catch_up",
        "call_draft.edit", "check.write", "conflict.declare",
        "conflict.withdraw", "decree.correct", "draw.commit", "draw.make", "mail.again", "money_act.apply",
        "officer.set_provinces", "operators.import", "operators.receive", "order.publish",
        "promise.retry", "registry.ask", "report.request", "user.grant_role", "view.change", "view.remove", "view.save",
    ),
    "only whoever represents the firm": ("mandate.cancel", "mandate.invite", "mandate.invite_again", "mandate.revoke"),
    "about many firms at once: each firm is told of its own": ("headcounts.confirm", "headcounts.receive"),
}  # fmt: skip
"""The acts of the register that are no delegate's, and why."""


def acts_written() -> set[str]:
    """The names of acts in the code that writes the register; those of jobs and files look alike."""
    texts = {
        node.value
        for path in rooms("domain", "services")
        for call in nodes(path)
        if isinstance(call, ast.Call)
        for node in call.args
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    found = {text for text in texts if re.fullmatch(r"[a-z_]+\.[a-z_]+", text)}
    return {text for text in found if not text.endswith(".csv") and text.partition(".")[0] not in FLOORS}


def untold(acts: Iterable[str], words: Mapping[str, str]) -> list[str]:
    """The acts that somebody of the firm may do and that have no words."""
    others = {act for acts in OTHERS.values() for act in acts}
    return sorted(act for act in acts if act not in others and act not in words)


def test_every_act_of_the_firms_side_has_words() -> None:
    acts = acts_written()

    assert {"application.save", "attachment.receive", "firm.save_site", "mandate.give_back"} <= acts
    assert untold(acts, delegates.WORDS) == []
    assert {act for row in OTHERS.values() for act in row} <= acts
    steps = {f"{kind}.{step.event}" for kind, machine in REGISTRY.items() for step in machine.transitions}
    assert set(delegates.WORDS) <= acts | steps | {"application.draft"}  # how its life cycle begins


@pytest.mark.parametrize("act", ["attachment.receive", "firm.save_site", "mandate.give_back", "application.reduce"])
def test_an_act_without_words_is_found(act: str) -> None:
    """Negative control: the words of one act are taken away."""
    fewer: dict[str, Any] = {name: said for name, said in delegates.WORDS.items() if name != act}

    assert untold(acts_written(), fewer) == [act]


def test_every_step_of_a_life_cycle_that_is_the_firms_has_words() -> None:
    steps = [
        f"{kind}.{step.event}"
        for kind, machine in REGISTRY.items()
        for step in machine.transitions
        if step.roles & FIRM_SIDE
    ]

    assert {"application.submit", "award.accept", "award.renounce"} <= set(steps)
    for step in steps:
        said = delegates.words(AuditEntry(act=step))
        assert step not in said
        assert said.startswith("ha "), f"{step}: «{said}» has no delegate for its subject"
