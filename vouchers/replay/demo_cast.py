"""Who lives on the open call: the demo accounts, twelve firms of the consultant, one of Anna's."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password

from applications.models import Firm, FirmMember
from portal.kernel.roles import Role
from portal.models import User
from portal.services.demo import ensure_accounts

from .answers import DECLARED
from .codes import rea, vat_number
from .names import slug
from .tables import rows

FIRST_SERIAL = 500_000
"""Beyond the firms of the replay at any scale."""
ANNA = "ANNA"


@dataclass(frozen=True, slots=True)
class DemoFirm:
    """A firm and the state its application shows."""

    fate: str
    name: str
    legal_form: str
    municipality: str
    province: str
    postal_code: str
    ateco: str
    headcount: int
    total: int
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemoCast:
    """The office, the consultant, Anna, and the firms by the state they show."""

    officer: User
    manager: User
    signatory: User
    consultant: User
    anna: User
    firms: dict[str, tuple[DemoFirm, Firm]]


def seeds() -> list[DemoFirm]:
    """The firms of the demonstration, in the order of their applications."""
    return [_seed(row) for row in rows("demo_firms")]


def _seed(row: dict[str, str]) -> DemoFirm:
    words = {name: row[name] for name in DemoFirm.__slots__ if name not in {"headcount", "total", "actions"}}
    actions = tuple(row["actions"].split())
    return DemoFirm(**words, headcount=int(row["headcount"]), total=int(row["total"]), actions=actions)


def demo_cast(*, now: datetime) -> DemoCast:
    """Register firms and people. Raises DemoForbidden in a production installation."""
    staff = ensure_accounts(now)
    since = now - timedelta(days=30)
    consultant, anna = staff["consulente@studio.example"], staff["anna@impresa.example"]
    firms: dict[str, tuple[DemoFirm, Firm]] = {}
    for serial, seed in enumerate(seeds(), start=FIRST_SERIAL):
        firm = Firm.objects.create(**_columns(seed, serial), created_at=since)
        owner = anna if seed.fate == ANNA else _owner(seed, since)
        FirmMember.objects.create(firm=firm, user=owner, role=Role.APPLICANT, since=since)
        if seed.fate != ANNA:
            FirmMember.objects.create(firm=firm, user=consultant, role=Role.DELEGATE, since=since)
        firms[seed.fate] = (seed, firm)
    return DemoCast(
        officer=staff["carla@ufficio.example"],
        manager=staff["elena@ufficio.example"],
        signatory=staff["dario@ufficio.example"],
        consultant=consultant,
        anna=anna,
        firms=firms,
    )


def _columns(seed: DemoFirm, serial: int) -> dict[str, Any]:
    code = vat_number(serial, seed.province)
    return {
        "tax_code": code,
        "vat_number": code,
        "name": seed.name,
        "legal_form": seed.legal_form,
        "rea": rea(serial, seed.province),
        "ateco": seed.ateco,
        "province": seed.province,
        "municipality": seed.municipality,
        "address": f"Via della Prova {serial - FIRST_SERIAL + 1}, {seed.postal_code} {seed.municipality}",
        "pec": f"{slug(seed.name)}@pec.example",
    }


def _owner(seed: DemoFirm, since: datetime) -> User:
    """The legal representative: an account nobody can sign in with."""
    return User.objects.create(
        email=f"{slug(seed.name)}@impresa.example",
        name=f"Legale rappresentante di {seed.name}",
        password=make_password(None),
        created_at=since,
    )


def answers_of(seed: DemoFirm) -> dict[str, Any]:
    """The answers of an application that meets every requirement."""
    return {
        "path": "ORDINARY",
        "actions": list(seed.actions),
        "headcount": seed.headcount,
        "total_employees": seed.total,
        "site_in_lombardy": True,
        "signed": True,
        "declared": {code: True for code in DECLARED if not code.startswith("COVID")},
        "operator": {"name": "Ente dimostrativo per la formazione e il lavoro"},
        "operator_registers": {"training": "9001", "labour": "9002"},
        "aids": [],
    }
