"""The State-aid register (Registro nazionale degli aiuti, RNA) behind one door: it gives a COR code per award.

Asking is not being answered: the register takes a notice and works on it; whoever asks comes back with the ticket.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from django.conf import settings
from django.core.cache import cache
from django.utils.module_loading import import_string


class RegisterDown(ConnectionError):
    """The register does not answer: one asks again later."""


class RegisterRefuses(ValueError):
    """The register answered that it will not register this aid; the text says why, in its words."""


@dataclass(frozen=True, slots=True)
class AidNotice:
    """An aid to register. `key` is ours and never changes: the same notice sent twice is one. `amount` in euro."""

    key: str
    protocol: str
    firm: str
    tax_code: str
    cup: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class RegisteredAid:
    """A de minimis aid that the register knows, in euro; `granted_to` is a codice fiscale, `cor` its code."""

    granted_on: date
    amount: Decimal
    granted_to: str
    cor: str = ""


class AidRegister(Protocol):
    """What the portal asks of the register."""

    def send(self, notice: AidNotice) -> str:
        """Hand a notice in; its ticket. Raises RegisterDown, RegisterRefuses."""

    def answer(self, ticket: str) -> str | None:
        """The COR code of a ticket; None while the register works on it. Raises RegisterDown, RegisterRefuses."""

    def aids(self, tax_code: str) -> Sequence[RegisteredAid]:
        """The de minimis aids granted to a codice fiscale (the visura). Raises RegisterDown."""


class Simulator:
    """A register that answers at the second question, for trying and for tests. It gives the same code for ever."""

    def send(self, notice: AidNotice) -> str:
        """A ticket made from the notice's own key."""
        return hashlib.sha256(notice.key.encode()).hexdigest()[:20]

    def answer(self, ticket: str) -> str | None:
        """Nothing at the first question."""
        return code_of(ticket) if times(f"answer:{ticket}") > 1 else None

    def aids(self, tax_code: str) -> Sequence[RegisteredAid]:
        """One invented aid for the codes that end with 6, none for the others."""
        return [RegisteredAid(date(2025, 3, 14), Decimal("2500.00"), tax_code)] if tax_code[-1:] == "6" else []


class Capricious(Simulator):
    """The same on a bad day: one notice in three finds it down, all wait long, one in seven gets another's code."""

    def send(self, notice: AidNotice) -> str:
        """Raises RegisterDown at the first try of every third notice."""
        ticket = super().send(notice)
        if int(ticket, 16) % 3 == 0 and times(f"send:{ticket}") == 1:
            raise RegisterDown
        return ticket

    def answer(self, ticket: str) -> str | None:
        """Nothing for four questions; then a code, which for some is not theirs."""
        if times(f"answer:{ticket}") < 5:
            return None
        return code_of("0") if int(ticket, 16) % 7 == 0 else code_of(ticket)


class Unreachable:
    """A register that never answers: to see the desk as it is on the worst day."""

    def send(self, notice: AidNotice) -> str:
        """Always raises RegisterDown."""
        raise RegisterDown

    def answer(self, ticket: str) -> str | None:
        """Always raises RegisterDown."""
        raise RegisterDown

    def aids(self, tax_code: str) -> Sequence[RegisteredAid]:
        """Always raises RegisterDown."""
        raise RegisterDown


def code_of(ticket: str) -> str:
    """The simulated code of a ticket: eleven digits."""
    return str(10**10 + int(ticket, 16) % 10**10)


def times(what: str) -> int:
    """How many times something was asked of the simulator, this one included."""
    key = f"aid-register:{what}"
    cache.add(key, 0, timeout=None)
    return int(cache.incr(key))


def aid_register() -> AidRegister | None:
    """The register this installation is connected to (setting AID_REGISTER); None when one works from files."""
    return import_string(settings.AID_REGISTER)() if settings.AID_REGISTER else None
