"""The people who sign in: e-mail as login, roles granted and taken away with their dates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from portal.kernel import roles
from portal.kernel.roles import Role
from portal.kernel.scopes import EVERYWHERE, PATTERN, calls_in


class UserManager(BaseUserManager["User"]):
    """Makes users; an e-mail is stored in lower case so that one person is one row."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A user with this e-mail; without a password nobody can sign in as them."""
        if not email:
            raise ValueError("Serve un indirizzo e-mail.")
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str, **fields: Any) -> User:
        """A system administrator: every screen of the configuration, no dossier."""
        user = self.create_user(email, password, is_superuser=True, **fields)
        RoleGrant.objects.create(user=user, role=Role.SYSTEM_ADMIN, since=timezone.now())
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Sign-in does not look at capital letters."""
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person, or the portal's own hand (`system_user`)."""

    email = models.EmailField(_("indirizzo e-mail"), unique=True)
    name = models.CharField(_("nome"), max_length=200)
    is_active = models.BooleanField(_("attivo"), default=True)
    created_at = models.DateTimeField(_("registrato il"), default=timezone.now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("utente")
        verbose_name_plural = _("utenti")
        constraints = [
            models.CheckConstraint(condition=Q(email=models.functions.Lower("email")), name="user_email_lower_case")
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @cached_property
    def grants(self) -> tuple[RoleGrant, ...]:
        """Every role ever granted to the person (one query, kept for the life of this object)."""
        return tuple(self.role_grants.all())

    def roles_at(self, instant: datetime, scope: str = EVERYWHERE) -> frozenset[Role]:
        """The roles held at an instant for a scope: those granted for it and those granted everywhere.

        Without a scope only these last ones: an act that names no call is the whole office's. An account that was
        switched off holds none.
        """
        return frozenset(Role(row.role) for row in self._granted(instant) if row.scope in (EVERYWHERE, scope))

    def roles_anywhere_at(self, instant: datetime) -> frozenset[Role]:
        """The roles held at an instant for at least one call: to know who works for the office, never to act."""
        return frozenset(Role(row.role) for row in self._granted(instant))

    def calls_at(self, instant: datetime, wanted: Iterable[Role]) -> frozenset[int] | None:
        """The calls for which one of some roles is held at an instant; None when it is held everywhere."""
        asked = frozenset(wanted)
        scopes = {row.scope for row in self._granted(instant) if row.role in asked}
        return None if EVERYWHERE in scopes else calls_in(scopes)

    def _granted(self, instant: datetime) -> list[RoleGrant]:
        return [grant for grant in self.grants if grant.covers(instant)] if self.is_active else []

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held now, wherever: for doors and menus. Acts ask `roles_at` with their own instant and scope."""
        return self.roles_anywhere_at(timezone.now())

    def roles_in(self, scope: str) -> frozenset[Role]:
        """The roles held now for a scope: for the buttons of a page."""
        return self.roles_at(timezone.now(), scope)

    @property
    def is_staff(self) -> bool:
        """Whether the person works for the office: may enter the desk."""
        return not self.roles.isdisjoint(roles.STAFF)


class RoleGrant(models.Model):
    """A role given to a person from an instant, possibly until another, everywhere or in one scope (a call)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="role_grants", verbose_name=_("utente"))
    role = models.CharField(_("ruolo"), max_length=30, choices=[(role, role) for role in Role])
    since = models.DateTimeField(_("dal"))
    until = models.DateTimeField(_("al"), null=True, blank=True)
    scope = models.CharField(_("ambito"), max_length=40, blank=True, default=EVERYWHERE)

    class Meta:
        verbose_name = _("ruolo assegnato")
        verbose_name_plural = _("ruoli assegnati")
        constraints = [
            models.CheckConstraint(condition=~Q(role=Role.SYSTEM), name="system_role_is_never_granted"),
            models.CheckConstraint(condition=Q(scope__regex=PATTERN), name="grant_has_known_scope"),
            models.CheckConstraint(
                condition=Q(scope=EVERYWHERE) | ~Q(role__in=[Role.SYSTEM_ADMIN, Role.APPLICANT, Role.DELEGATE]),
                name="only_roles_of_dossiers_have_a_scope",
            ),
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(since__lte=F("until")), name="grant_ends_late"),
            ExclusionConstraint(
                name="one_grant_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("scope", RangeOperators.EQUAL),
                    (models.Func("since", "until", function="tstzrange", output_field=DateTimeRangeField()), "&&"),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"

    def covers(self, instant: datetime) -> bool:
        """Whether the role is held at the instant (start included, end excluded)."""
        return self.since <= instant and (self.until is None or instant < self.until)
