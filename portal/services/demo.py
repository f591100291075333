"""Keeping the demo accounts: they are there, with their role, and nothing else of them changes."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from portal.demo import ACCOUNTS, DEMO_PASSWORD
from portal.kernel.deadlines import ROME
from portal.models import RoleGrant, User
from portal.services import audit

SINCE = datetime(2020, 1, 1, tzinfo=ROME)


class DemoForbidden(RuntimeError):
    """This installation is not for trying: it may not hold accounts with a known password."""


def require_demo() -> None:
    """Raises DemoForbidden where DEMO_ACCOUNTS_ALLOWED is off."""
    if not settings.DEMO_ACCOUNTS_ALLOWED:
        raise DemoForbidden("Gli account dimostrativi non si creano in un'installazione di produzione.")


@transaction.atomic
def ensure_accounts(now: datetime) -> dict[str, User]:
    """The demo users by e-mail, created where missing, each with its role since 1 January 2020.

    Calling it again changes nothing. Raises DemoForbidden where DEMO_ACCOUNTS_ALLOWED is off.
    """
    require_demo()
    emails = [account.email for account in ACCOUNTS]
    users = {user.email: user for user in User.objects.filter(email__in=emails)}
    missing = [account for account in ACCOUNTS if account.email not in users]
    password = make_password(DEMO_PASSWORD) if missing else ""
    User.objects.bulk_create(
        [User(email=item.email, name=item.name, password=password, created_at=SINCE) for item in missing]
    )
    users |= {user.email: user for user in User.objects.filter(email__in=[item.email for item in missing])}
    confirmed = set(EmailAddress.objects.filter(user__in=users.values()).values_list("user_id", flat=True))
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True)
        for user in users.values()
        if user.pk not in confirmed
    )
    held = set(RoleGrant.objects.filter(user__in=users.values(), until=None).values_list("user_id", "role"))
    grants = [
        RoleGrant(user=users[account.email], role=account.role, since=SINCE)
        for account in ACCOUNTS
        if (users[account.email].pk, account.role) not in held
    ]
    RoleGrant.objects.bulk_create(grants)
    audit.record_many(
        [audit.Act("user.grant_role", f"user:{grant.user_id}", {"role": grant.role}) for grant in grants],
        actor=None,
        now=now,
    )
    return {account.email: users[account.email] for account in ACCOUNTS}
