"""What an officer found of each requirement: rows that only grow, the latest counts."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.models.protect import append_only


class OfficerCheck(models.Model):
    """An officer's outcome on one requirement of an application, with its note."""

    class Outcome(models.TextChoices):
        """What was found."""

        YES = "YES", _("Sì")
        NO = "NO", _("No")
        TO_INTEGRATE = "TO_INTEGRATE", _("Da integrare")

    application = models.ForeignKey("Application", models.PROTECT, related_name="checks", verbose_name=_("domanda"))
    code = models.CharField(_("requisito"), max_length=40)
    outcome = models.CharField(_("esito"), max_length=20, choices=Outcome)
    note = models.TextField(_("nota"), blank=True)
    author = models.ForeignKey("portal.User", models.PROTECT, related_name="+", verbose_name=_("controllato da"))
    at = models.DateTimeField(_("controllato il"))

    class Meta:
        verbose_name = _("controllo dell'istruttore")
        verbose_name_plural = _("controlli dell'istruttore")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["YES", "NO", "TO_INTEGRATE"]), name="check_outcome_is_known"
            ),
            models.CheckConstraint(condition=Q(outcome="YES") | ~Q(note=""), name="check_not_met_says_why"),
        ]
        indexes = [models.Index(fields=["application", "code", "-id"], name="checks_of_application")]
        triggers = [append_only("check_only_grows")]

    def __str__(self) -> str:
        return f"{self.application}: {self.code} {self.outcome}"
