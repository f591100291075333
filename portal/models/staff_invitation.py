"""Invitations to work for the office: an offer of roles, sent by a link that works once."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.kernel.roles import STAFF, Role
from portal.kernel.scopes import EVERYWHERE

ROLES = sorted(STAFF)


class StaffInvitation(models.Model):
    """Roles offered to an address, everywhere or for some calls; only the hash of the link is kept.

    `since` empty: from the moment it is accepted.
    """

    email = models.EmailField(_("indirizzo"))
    name = models.CharField(_("nome e cognome"), max_length=200)
    roles = ArrayField(models.CharField(max_length=30), verbose_name=_("ruoli"))
    scopes = ArrayField(models.CharField(max_length=40, blank=True), verbose_name=_("ambiti"))
    since = models.DateTimeField(_("dal"), null=True, blank=True)
    until = models.DateTimeField(_("al"), null=True, blank=True)
    reason = models.TextField(_("motivo"))
    invited_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+", verbose_name=_("invita"))
    invited_at = models.DateTimeField(_("invitato il"))
    asked_at = models.DateTimeField(_("invio chiesto il"))
    expires_at = models.DateTimeField(_("il collegamento vale fino al"))
    token_sha256 = models.CharField(max_length=64, blank=True)
    sent_at = models.DateTimeField(_("inviato il"), null=True, blank=True)
    is_undelivered = models.BooleanField(_("non recapitato"), default=False)
    accepted_at = models.DateTimeField(_("accettato il"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        "portal.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("accettato da")
    )
    withdrawn_at = models.DateTimeField(_("ritirato il"), null=True, blank=True)

    class Meta:
        verbose_name = _("invito a lavorare per l'ufficio")
        verbose_name_plural = _("inviti a lavorare per l'ufficio")
        constraints = [
            models.CheckConstraint(
                condition=Q(roles__len__gt=0, roles__contained_by=ROLES), name="staff_invitation_has_staff_roles"
            ),
            models.CheckConstraint(condition=Q(scopes__len__gt=0), name="staff_invitation_has_scopes"),
            models.CheckConstraint(
                condition=~Q(roles__contains=[Role.SYSTEM_ADMIN]) | Q(scopes=[EVERYWHERE]),
                name="system_admin_is_invited_everywhere",
            ),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(since__lt=F("until")),
                name="staff_invitation_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, withdrawn_at__isnull=True),
                name="staff_invitation_accepted_by_somebody_once",
            ),
            models.UniqueConstraint(
                fields=["email"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="one_pending_staff_invitation",
            ),
            models.UniqueConstraint(
                fields=["token_sha256"], condition=~Q(token_sha256=""), name="staff_invitation_token_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"
