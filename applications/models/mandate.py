"""Invitations to act for a firm, and how far the firms were told of what their delegates do."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.rules.mandates import Scope
from portal.kernel.roles import Role


class Invitation(models.Model):
    """An offer to act for a firm, sent to an address by a link that works once; only the link's hash is kept.

    A delegate is invited at the e-mail of their account; the firm itself is invited at its PEC, when a delegate has
    registered it.
    """

    firm = models.ForeignKey("Firm", models.PROTECT, related_name="invitations", verbose_name=_("impresa"))
    role = models.CharField(_("ruolo"), max_length=20, default=Role.DELEGATE)
    email = models.EmailField(_("indirizzo"))
    scopes = ArrayField(models.CharField(max_length=10), verbose_name=_("che cosa può fare"))
    until = models.DateTimeField(_("la delega vale fino al"), null=True, blank=True)
    invited_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+", verbose_name=_("invita"))
    invited_at = models.DateTimeField(_("invitato il"))
    expires_at = models.DateTimeField(_("il collegamento vale fino al"))
    token_sha256 = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField(_("invio chiesto il"))
    sent_at = models.DateTimeField(_("inviato il"), null=True, blank=True)
    is_undelivered = models.BooleanField(_("non recapitato"), default=False)
    accepted_at = models.DateTimeField(_("accettato il"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        "portal.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("accettato da")
    )
    cancelled_at = models.DateTimeField(_("annullato il"), null=True, blank=True)

    class Meta:
        verbose_name = _("invito ad agire per un'impresa")
        verbose_name_plural = _("inviti ad agire per le imprese")
        constraints = [
            models.CheckConstraint(
                condition=Q(scopes__len__gt=0, scopes__contained_by=list(Scope)), name="invitation_has_known_scopes"
            ),
            models.CheckConstraint(
                condition=Q(role__in=[Role.APPLICANT, Role.DELEGATE]), name="invitation_is_applicant_or_delegate"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, cancelled_at__isnull=True),
                name="invitation_accepted_by_somebody_once",
            ),
            models.UniqueConstraint(
                fields=["firm", "email"],
                condition=Q(accepted_at__isnull=True, cancelled_at__isnull=True),
                name="one_pending_invitation",
            ),
            models.UniqueConstraint(
                fields=["token_sha256"], condition=~Q(token_sha256=""), name="invitation_token_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email}: {self.firm}"


class Telling(models.Model):
    """How far one reading of the audit register has come: the number of the last entry the firms were told of."""

    name = models.CharField(_("lettura"), max_length=20, primary_key=True)
    number = models.BigIntegerField(_("ultima registrazione"), default=0)
    told_on = models.DateField(_("ultimo giorno"), null=True, blank=True)

    class Meta:
        verbose_name = _("avviso alle imprese")
        verbose_name_plural = _("avvisi alle imprese")

    def __str__(self) -> str:
        return f"{self.name}: {self.number}"
