"""People and their roles, for who runs the system and for who audits it."""

from datetime import datetime

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.admin.records import ReadOnlyAdmin, instant_column
from portal.demo import ROLE_NAMES
from portal.kernel.roles import Role
from portal.models import RoleGrant, User

PEOPLE_READERS = frozenset({Role.SYSTEM_ADMIN, Role.AUDITOR})


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    """The people who sign in. The password's hash is never shown."""

    readers = PEOPLE_READERS
    list_display = ("name", "email", "roles_now", "is_active")
    fields = ("name", "email", "roles_now", "is_active", "created_at", "last_login")
    search_fields = ("name", "email")
    ordering = ("name", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """With the roles, in one more query for the whole list."""
        return super().get_queryset(request).prefetch_related("role_grants")

    @admin.display(description=_("ruoli di oggi"))
    def roles_now(self, user: User) -> str:
        """The roles held now, in words."""
        return named_roles(user, timezone.now())


@admin.register(RoleGrant)
class RoleGrantAdmin(ReadOnlyAdmin):
    """Each role given to a person, with its dates."""

    readers = PEOPLE_READERS
    list_display = (
        "user",
        "role_name",
        "scope_name",
        instant_column("since", _("dal")),
        instant_column("until", _("al")),
    )
    fields = ("user", "role_name", "scope_name", "since", "until")
    list_select_related = ("user",)
    search_fields = ("user__name", "user__email")
    ordering = ("user__name", "-since", "pk")

    @admin.display(description=_("ruolo"), ordering="role")
    def role_name(self, grant: RoleGrant) -> str:
        """The role in words."""
        return str(ROLE_NAMES.get(Role(grant.role), grant.role))

    @admin.display(description=_("avvisi"), ordering="scope")
    def scope_name(self, grant: RoleGrant) -> str:
        """Everywhere, or the key of the scope."""
        return grant.scope or str(_("tutti"))


def named_roles(user: User, instant: datetime) -> str:
    """The roles a person holds at an instant, in words, in the alphabet's order."""
    return ", ".join(sorted(str(ROLE_NAMES.get(role, role)) for role in user.roles_anywhere_at(instant)))
