"""Who lives on the open call: the demo accounts, twelve firms of the consultant, one of Anna's, two on their own."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.contrib.auth.hashers import make_password

from applications.models import Firm, FirmMember, Site
from applications.rules.mandates import PROPOSED_DAYS, Scope
from applications.rules.operator_list import Operator
from portal.kernel.deadlines import end_of_day, rome_day
from portal.kernel.roles import Role
from portal.models import User
from portal.services.demo import ensure_accounts

from .answers import DECLARED
from .codes import personal_tax_code, rea, vat_number
from .names import slug
from .tables import rows

MILAN = "F205"
FIRST_SERIAL = 500_000
"""Beyond the firms of the replay at any scale."""
ANNA = "ANNA"
ALONE = ("COLLEAGUE", "READY")
"""The firms that nobody of the demonstration follows: their legal representatives apply by themselves."""
WITH_FILES = {"IN_REVIEW": True, "SUBMITTED": False, "COLLEAGUE": True, "READY": True}
"""The applications that come with their files, and whether the signatures on them can be verified."""
OPERATORS = (
    Operator("07643520567", "Ente dimostrativo per la formazione e il lavoro", "9001", "9002"),
    Operator(vat_number(FIRST_SERIAL + 1_000, "MI"), "Scuola dimostrativa (solo formazione)", "9003", ""),
    Operator(vat_number(FIRST_SERIAL + 1_001, "MI"), "Agenzia dimostrativa (solo lavoro)", "", "9004"),
)
"""The demonstration's register of accredited operators: one in both registers, two in one only."""


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
    colleague: User
    manager: User
    signatory: User
    consultant: User
    anna: User
    firms: dict[str, tuple[DemoFirm, Firm]]
    owners: dict[str, User]


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
    owners: dict[str, User] = {}
    for serial, seed in enumerate(seeds(), start=FIRST_SERIAL):
        firm = _registered(seed, serial, since)
        owner = anna if seed.fate == ANNA else _owner(seed, since)
        FirmMember.objects.create(firm=firm, user=owner, role=Role.APPLICANT, since=since)
        owners[seed.fate] = owner
        if seed.fate not in {ANNA, *ALONE}:
            FirmMember.objects.create(
                firm=firm, user=consultant, role=Role.DELEGATE, scopes=list(Scope), given_by=owner, since=since,
                until=end_of_day(rome_day(since) + timedelta(days=PROPOSED_DAYS)),
            )  # fmt: skip
        firms[seed.fate] = (seed, firm)
    return DemoCast(
        officer=staff["carla@ufficio.example"],
        colleague=staff["istruttrice@ufficio.example"],
        manager=staff["elena@ufficio.example"],
        signatory=staff["dario@ufficio.example"],
        consultant=consultant,
        anna=anna,
        firms=firms,
        owners=owners,
    )


def _registered(seed: DemoFirm, serial: int, since: datetime) -> Firm:
    """The firm with its employees and its site; the one of the draft still has to write them."""
    columns = columns_of(seed, serial)
    if seed.fate == "DRAFT":
        return Firm.objects.create(**columns, created_at=since)
    counted = rome_day(since)
    firm = Firm.objects.create(
        **columns,
        total_employees=seed.total,
        total_employees_on=counted,
        representative_name=f"Legale rappresentante di {seed.name}",
        representative_tax_code=_code(serial) if seed.fate in WITH_FILES else "",
        created_at=since,
    )
    place = {name: columns[name] for name in ("address", "municipality", "province")}
    Site.objects.create(firm=firm, **place, employees=seed.headcount, employees_on=counted)
    return firm


def _code(serial: int) -> str:
    """The codice fiscale of a legal representative, who does not exist."""
    return personal_tax_code(Random(serial), serial, MILAN)


def columns_of(seed: DemoFirm, serial: int) -> dict[str, Any]:
    """What a demo firm registers of itself; the same serial gives the same codes."""
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
        "operator": {"name": OPERATORS[0].name, "tax_code": OPERATORS[0].tax_code},
        "operator_registers": OPERATORS[0].numbers,
        "aids": [],
    }
