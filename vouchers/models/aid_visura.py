"""What the State-aid register knows of the aids of a single undertaking, each time the office asked. Rows only grow."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.models.protect import append_only


class AidVisura(models.Model):
    """One visura de minimis, or that the register did not answer: who asked, when, and the aids it listed."""

    class Outcome(models.TextChoices):
        """How it went."""

        FOUND = "FOUND", _("ottenuta")
        DOWN = "DOWN", _("il Registro non ha risposto")

    application = models.ForeignKey(
        "applications.Application", models.PROTECT, related_name="visure", verbose_name=_("domanda")
    )
    outcome = models.CharField(_("esito"), max_length=10, choices=Outcome)
    aids = models.JSONField(_("aiuti del Registro"), default=list)
    asked_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+", verbose_name=_("chiesta da"))
    asked_at = models.DateTimeField(_("chiesta il"))

    class Meta:
        verbose_name = _("visura de minimis")
        verbose_name_plural = _("visure de minimis")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="FOUND") | Q(outcome="DOWN", aids=[]), name="visura_lists_aids_when_found"
            ),
        ]
        indexes = [models.Index(fields=["application", "-id"], name="visure_by_last")]
        triggers = [append_only("visure_only_grow")]

    def __str__(self) -> str:
        return f"{self.application}: {self.get_outcome_display()}"
