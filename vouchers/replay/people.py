"""The people and firms of the story, written once before it begins: they are not the outcome of any act."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password

from applications.models import Firm, FirmMember
from portal.kernel.roles import Role
from portal.models import User
from portal.services.demo import ensure_accounts

from .model import ApplicationSeed, Fate, FirmSeed, Plan

FILED_BY_ANNA, FILED_BY_BRUNO = "anna@impresa.example", "bruno@impresa.example"
A_MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Cast:
    """Who acts in the story: the office, the firms by index, and who files for each of them."""

    officer: User
    manager: User
    signatory: User
    firms: list[Firm]
    filers: list[User]


def cast(plan: Plan, *, now: datetime) -> Cast:
    """Register the firms of the plan and the people who act for them; the office is the demo accounts."""
    staff = ensure_accounts(now)
    begins = plan.timeline[0].at - A_MONTH
    firms = Firm.objects.bulk_create([_firm(seed, begins) for seed in plan.firms], batch_size=1_000)
    consultants = _users([(item.email, item.name) for item in plan.consultants], begins)
    named = dict(zip(_shown(plan), (staff[FILED_BY_ANNA], staff[FILED_BY_BRUNO]), strict=True))
    owners = _users(
        [(seed.email, f"Legale rappresentante di {seed.name}") for seed in plan.firms if seed.index not in named],
        begins,
    )
    members, filers = [], []
    for firm, seed in zip(firms, plan.firms, strict=True):
        owner = named.get(seed.index) or owners[seed.email]
        members.append(FirmMember(firm=firm, user=owner, role=Role.APPLICANT, since=begins))
        filer = owner
        if seed.consultant is not None:
            filer = consultants[plan.consultants[seed.consultant].email]
            members.append(FirmMember(firm=firm, user=filer, role=Role.DELEGATE, since=begins))
        filers.append(filer)
    FirmMember.objects.bulk_create(members, batch_size=1_000)
    return Cast(
        officer=staff["carla@ufficio.example"],
        manager=staff["elena@ufficio.example"],
        signatory=staff["dario@ufficio.example"],
        firms=firms,
        filers=filers,
    )


def _shown(plan: Plan) -> tuple[int, int]:
    """The firms of Anna and Bruno: two beneficiaries that file by themselves, the smallest with both actions."""
    alone = {seed.index: seed for seed in plan.firms if seed.consultant is None}

    def size(application: ApplicationSeed) -> int:
        return alone[application.firm].lombardy_headcount

    live = [
        item
        for item in plan.applications
        if item.fate is Fate.LIVE and item.firm in alone and "B" in item.actions and size(item) >= 12
    ]
    first, second = sorted(live, key=lambda item: (size(item), item.index))[:2]
    return first.firm, second.firm


def _users(people: list[tuple[str, str]], since: datetime) -> dict[str, User]:
    """Accounts nobody can sign in with, by e-mail."""
    users = User.objects.bulk_create(
        [
            User(email=email.lower(), name=name, password=make_password(None), created_at=since)
            for email, name in people
        ],
        batch_size=1_000,
    )
    return {email: user for (email, _), user in zip(people, users, strict=True)}


def _firm(seed: FirmSeed, since: datetime) -> Firm:
    return Firm(
        tax_code=seed.tax_code,
        vat_number=seed.vat_number,
        name=seed.name,
        legal_form=seed.legal_form,
        rea=seed.rea,
        ateco=seed.ateco,
        province=seed.province,
        municipality=seed.municipality,
        address=seed.address,
        pec=seed.pec,
        road_freight=seed.transport_for_hire,
        created_at=since,
    )
