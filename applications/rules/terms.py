"""The terms of a call as applications need them: desks, actions, paths, requirements, documents, deadlines.

Built from the payload of a published version (plain JSON). What concerns money is upstairs, in `vouchers.rules.terms`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from applications.rules.opening import Opening
from applications.rules.payload import Payload, bare
from applications.rules.signing import Signing
from applications.rules.term_rows import (
    Action,
    Answers,
    Deadline,
    Declaration,
    Login,
    Part,
    Path,
    RequiredDocument,
    Requirement,
    Window,
)

__all__ = [
    "Action", "Answers", "Deadline", "Declaration", "Login", "Part", "Path", "RequiredDocument", "Requirement",
    "Terms", "Window", "actions_from", "article_of", "deadlines_from",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Terms:
    """A version of the terms, without its money."""

    version: int
    valid_from: date
    act: str
    summary: str
    windows: tuple[Window, ...]
    actions: tuple[Action, ...]
    paths: tuple[Path, ...]
    requirements: tuple[Requirement, ...]
    declarations: tuple[Declaration, ...]
    documents: tuple[RequiredDocument, ...]
    deadlines: Mapping[str, Deadline]
    logins: tuple[Login, ...]
    signing: Signing
    opening: Opening
    one_live_application: bool
    one_live_application_article: str
    hold_for_pending: bool
    sha256: str = ""
    """The fingerprint of the version, by which a floor above finds its own part of it."""

    @classmethod
    def from_payload(cls, payload: Payload) -> "Terms":
        """The terms of a stored version. Raises KeyError when the payload was not made by the reader of calls."""
        rules, signing = payload["rules"], Signing.from_row(payload.get("signature"))
        return cls(
            version=payload["version"],
            valid_from=date.fromisoformat(bare(payload["valid_from"])),
            act=bare(payload["act"]),
            summary=bare(payload["summary"]),
            windows=tuple(map(Window.from_row, payload["windows"])),
            actions=actions_from(payload),
            paths=tuple(map(Path.from_row, payload["paths"])),
            requirements=tuple(map(Requirement.from_row, payload["requirements"])),
            declarations=tuple(map(Declaration.from_row, payload["declarations"])),
            documents=tuple(
                row for row in map(RequiredDocument.from_row, payload["documents"]) if signing.asks(row.code)
            ),
            deadlines=deadlines_from(payload),
            logins=tuple(sorted(map(Login.from_row, payload["login"]), key=lambda login: login.valid_from)),
            signing=signing,
            opening=Opening.from_row(payload.get("opening")),
            one_live_application=bare(rules["one_live_application"]),
            one_live_application_article=article_of(rules["one_live_application"]),
            hold_for_pending=bare(rules["hold_for_pending"]),
        )

    def window_at(self, instant: datetime) -> Window | None:
        """The desk open at the instant; None when all are closed."""
        return next((window for window in self.windows if window.is_open(instant)), None)

    def path(self, code: str) -> Path | None:
        """The path with this code; None when the version does not have it."""
        return {path.code: path for path in self.paths}.get(code)

    def deadline(self, code: str) -> Deadline:
        """The term with this code. Raises KeyError when the version does not have it."""
        return self.deadlines[code]

    def action(self, code: str) -> Action:
        """The action with this code. Raises KeyError when the version does not have it."""
        return {action.code: action for action in self.actions}[code]

    def requirement(self, code: str) -> Requirement:
        """The requirement with this code. Raises KeyError when the version does not have it."""
        return {requirement.code: requirement for requirement in self.requirements}[code]

    def requirements_for(self, path: str) -> tuple[Requirement, ...]:
        """The requirements checked on a path, in the order of the checks; all of them on an unknown path."""
        known = self.path(path)
        relaxed = known.relaxes if known else frozenset()
        return tuple(requirement for requirement in self.requirements if requirement.code not in relaxed)

    def declarations_for(self, path: str) -> tuple[Declaration, ...]:
        """The declarations asked on a path."""
        return tuple(declaration for declaration in self.declarations if declaration.is_asked(path))

    def documents_for(self, phase: str, answers: Answers) -> tuple[RequiredDocument, ...]:
        """The documents asked in a phase to whoever gave these answers."""
        return tuple(document for document in self.documents if document.phase == phase and document.is_asked(answers))

    def login_on(self, on: date) -> Login:
        """The strength asked on a day. Before the first dated row the first one holds."""
        in_force = [login for login in self.logins if login.valid_from <= on]
        return in_force[-1] if in_force else self.logins[0]


def actions_from(payload: Payload) -> tuple[Action, ...]:
    """The actions in a payload, in its order."""
    return tuple(map(Action.from_row, payload["actions"]))


def deadlines_from(payload: Payload) -> dict[str, Deadline]:
    """The terms in a payload, by code."""
    return {code: Deadline.from_row(code, row) for code, row in payload["deadlines"].items()}


def article_of(node: Any) -> str:
    """The article a value was written with; empty when it was written bare."""
    return str(node.get("article", "")) if isinstance(node, Mapping) else ""
