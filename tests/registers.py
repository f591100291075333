"""The registers that a dossier asks with a button: how they behave in tests, and how the button is pressed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Model
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from applications.domain import registry_answers
from applications.domain.registry import RegistryDown
from applications.models import Application, RegistryAnswer
from portal.models import User
from vouchers.domain import aid_visure
from vouchers.domain.aid_register import RegisterDown, RegisteredAid
from vouchers.domain.aid_requests import NoRegister
from vouchers.domain.lifecycle import NotForThisRole
from vouchers.models import AidVisura

SISTER = "00000000099"
SISTERS_AID = date(2019, 5, 1)
KNOWN = {
    "name": "ALFA SRL", "legal_form": "SRL", "vat_number": "00000000001", "rea": "MI 1", "ateco": "62.01.00",
    "province": "MI", "municipality": "Milano", "address": "Via Nuova 3", "pec": "impresa1@pec.example",
    "representative_name": "Lia Bianchi", "total_employees": 14, "secret": "non serve",
}  # fmt: skip


class Knows:
    """A register that knows every firm in the same way, one aid of the sister firm and one of any other."""

    def find(self, tax_code: str) -> Mapping[str, Any] | None:
        """The firm, with a number that is not text and a datum that nobody compares."""
        return KNOWN

    def aids(self, tax_code: str) -> Sequence[RegisteredAid]:
        """The declared aid of the sister; of any other a larger one."""
        if tax_code == SISTER:
            return [RegisteredAid(SISTERS_AID, Decimal("1000.00"), tax_code)]
        return [RegisteredAid(timezone.localdate() - timedelta(days=400), Decimal("295000.00"), tax_code)]


class Nothing:
    """A register that knows nobody."""

    def find(self, tax_code: str) -> Mapping[str, Any] | None:
        """No firm."""
        return None

    def aids(self, tax_code: str) -> Sequence[RegisteredAid]:
        """No aid."""
        return []


class AsDeclared(Nothing):
    """A register that knows the declared aid of the sister firm alone."""

    def aids(self, tax_code: str) -> Sequence[RegisteredAid]:
        """The aid of the sister."""
        return Knows().aids(tax_code) if tax_code == SISTER else []


class Deaf:
    """A register that never answers."""

    def find(self, tax_code: str) -> Mapping[str, Any] | None:
        """Always raises RegistryDown."""
        raise RegistryDown

    def aids(self, tax_code: str) -> Sequence[RegisteredAid]:
        """Always raises RegisterDown."""
        raise RegisterDown


class Outside(Knows):
    """A register that looks where it is asked from, and fails the test when a transaction waits for it."""

    def find(self, tax_code: str) -> Mapping[str, Any] | None:
        """The firm."""
        assert not connection.in_atomic_block, "a transaction waits for the register"
        return super().find(tax_code)

    def aids(self, tax_code: str) -> Sequence[RegisteredAid]:
        """The aids."""
        assert not connection.in_atomic_block, "a transaction waits for the register"
        return super().aids(tax_code)


class NeverAsk:
    """A register that fails the test that asks it."""

    def find(self, tax_code: str) -> Mapping[str, Any] | None:
        """Nobody may ask."""
        raise AssertionError("a page asked the register")

    def aids(self, tax_code: str) -> Sequence[RegisteredAid]:
        """Nobody may ask."""
        raise AssertionError("a page asked the register")


@dataclass(frozen=True)
class Register:
    """A register beside the dossier: its setting and its button, its act and its rows, what the page says of it."""

    setting: str
    step: str
    ask: Callable[..., Model]
    rows: type[Model]
    absent: type[Exception]
    refused: type[Exception]
    button: str
    unasked: str
    down: str

    def be(self, settings: Settings, behaviour: str) -> None:
        """From now on it is one of the registers above, or none."""
        setattr(settings, self.setting, f"{__name__}.{behaviour}" if behaviour else "")

    def press(self, client: Client, item: Application, settings: Settings, behaviour: str) -> str:
        """The button with a register behind it; the page one comes back to, with a register that must not be asked."""
        self.be(settings, behaviour)
        answer = client.post(at(item, f"{self.step}/?stato=tutte"))
        assert answer["Location"] == at(item, "?stato=tutte")
        self.be(settings, "NeverAsk")
        return read(client, item)


BUSINESS = Register(
    "BUSINESS_REGISTRY",
    "registro-imprese",
    registry_answers.ask,
    RegistryAnswer,
    registry_answers.NoRegistry,
    registry_answers.NotAsker,
    button=">Chiedi al Registro Imprese<",
    unasked="Al Registro Imprese non è ancora stato chiesto.",
    down="il Registro Imprese non ha risposto (chiesto da Carla)",
)
AIDS = Register(
    "AID_REGISTER",
    "visura-de-minimis",
    aid_visure.ask,
    AidVisura,
    NoRegister,
    NotForThisRole,
    button="Chiedi la visura",
    unasked="La visura de minimis non è ancora stata chiesta.",
    down="il Registro degli aiuti non ha risposto (chiesto da Carla)",
)


def at(item: Application, step: str = "") -> str:
    """The dossier, or one of its pages."""
    return f"/ufficio/domande/{item.pk}/{step}"


def signed_in(user: User) -> Client:
    """Somebody's browser."""
    client = Client()
    client.force_login(user)
    return client


def read(client: Client, item: Application) -> str:
    """The dossier as it is read."""
    return client.get(at(item)).content.decode().replace("&#x27;", "'").replace("\u00a0", " ")
