"""The account of a firm: asked only from the moment a voucher of it is granted, changed by adding a row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject

from applications.domain import mandates
from applications.domain.delegates import representatives
from applications.domain.firm_data import Reader, Typed
from applications.domain.iban import iban
from applications.domain.mandates import Scope
from applications.models import Application, Firm, PaymentAccount
from applications.rules.iban import grouped, masked
from portal.models import Mail, User
from portal.services import audit, mail
from portal.services.acts import act
from vouchers import letters
from vouchers.domain.terminations import NOTIFIED
from vouchers.models import Award
from vouchers.rules.states import GRANTED


class NotAskedYet(ValueError):
    """No voucher of the firm is granted: there is nothing to pay, and the account is not asked."""

    def __init__(self) -> None:
        super().__init__("Per ora il conto non serve: si chiede quando il voucher è concesso.")


class SameAccount(ValueError):
    """The account is the one in use already."""

    def __init__(self) -> None:
        super().__init__("È il conto già in uso: non è cambiato nulla.")


@dataclass(frozen=True, slots=True)
class Shown:
    """An account as the office reads it, whole."""

    iban: str
    holder: str
    since: datetime
    given_by: str


def is_asked(firm_id: int) -> bool:
    """Whether a voucher of the firm is granted, and its decree has left (one query)."""
    return Award.objects.filter(NOTIFIED, application__firm=firm_id, status__in=GRANTED).exists()


def account_of(firm_id: int) -> PaymentAccount | None:
    """The account in use; None when none was given (one query)."""
    return PaymentAccount.objects.filter(firm=firm_id).select_related("given_by").order_by("-pk").first()


@act
def name_account(firm: Firm, typed: Typed, *, actor: User, now: datetime) -> PaymentAccount:
    """Give the account on which the firm receives its vouchers, or another one: the firm is written to.

    A delegate needs the scope to present and to accept, the strictest there is.
    Raises NotForYou, OutOfScope, NotAskedYet, SameAccount, BadAnswers with a sentence per field.
    """
    row = locked(firm)
    mandates.require(actor, row.pk, Scope.SUBMIT, now)
    if not is_asked(row.pk):
        raise NotAskedYet
    reader = Reader(typed)
    reader.read("iban", iban)
    reader.text("holder", "Scrivi a chi è intestato il conto, come risulta alla banca.")
    data = reader.finish()
    before = account_of(row.pk)
    if before is not None and all(getattr(before, name) == value for name, value in data.items()):
        raise SameAccount
    account = PaymentAccount.objects.create(firm=row, given_by=actor, since=now, **data)
    was = before.iban if before else ""
    detail = {"iban": masked(account.iban)} | ({"before": masked(was)} if was else {})
    audit.record("firm.name_account", f"firm:{row.pk}", actor=actor, now=now, **detail)
    _tell(account, was, now)
    return account


def locked(firm: Firm) -> Firm:
    """The firm's row, locked: two people who give an account at once come one after the other."""
    return Firm.objects.select_for_update().get(pk=firm.pk)


def _tell(account: PaymentAccount, before: str, now: datetime) -> None:
    """Write to the firm's PEC, and to each who represents it: whoever gave the account may not be one of them."""
    firm = account.firm
    subject, body = letters.account_named(firm.name, firm.pk, str(account.given_by), before, account.iban, now)
    to = [(firm.pec, Mail.Channel.PEC)] + [(each, Mail.Channel.EMAIL) for each in representatives(firm, now)]
    mail.write(
        [
            mail.Letter(f"account-{account.pk}-{n}", address, subject, body, f"firm:{firm.pk}", channel)
            for n, (address, channel) in enumerate(to)
        ],
        now=now,
    )


def accounts_in_sql() -> ArraySubquery:
    """SQL: the accounts of the firm of each application, the one in use first, for `accounts_shown`."""
    shape = JSONObject(iban=F("iban"), holder=F("holder"), since=F("since"), given_by=F("given_by__name"))
    rows = PaymentAccount.objects.filter(firm=OuterRef("firm"))
    return ArraySubquery(rows.order_by("-pk").values(row=shape))


def accounts_shown(item: Application) -> list[Shown]:
    """The accounts of an application read with `accounts_in_sql` as `accounts`, the one in use first (no query)."""
    rows: Sequence[Mapping[str, Any]] = item.accounts  # type: ignore[attr-defined]
    return [
        Shown(grouped(row["iban"]), row["holder"], datetime.fromisoformat(row["since"]), row["given_by"])
        for row in rows
    ]
