"""What Registro Imprese said of the firm of a dossier, each time somebody of the office asked. Rows are only added."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.models.protect import append_only


class RegistryAnswer(models.Model):
    """One answer, or that there was none: who asked, when, and the firm's data as the register had them."""

    class Outcome(models.TextChoices):
        """How it went."""

        FOUND = "FOUND", _("trovata")
        UNKNOWN = "UNKNOWN", _("sconosciuta al Registro")
        DOWN = "DOWN", _("il Registro non ha risposto")

    application = models.ForeignKey(
        "Application", models.PROTECT, related_name="registry_answers", verbose_name=_("domanda")
    )
    outcome = models.CharField(_("esito"), max_length=10, choices=Outcome)
    facts = models.JSONField(_("dati del Registro"), default=dict)
    asked_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+", verbose_name=_("chiesto da"))
    asked_at = models.DateTimeField(_("chiesto il"))

    class Meta:
        verbose_name = _("risposta del Registro Imprese")
        verbose_name_plural = _("risposte del Registro Imprese")
        constraints = [
            models.CheckConstraint(
                condition=(Q(outcome="FOUND") & ~Q(facts={})) | Q(outcome__in=["UNKNOWN", "DOWN"], facts={}),
                name="registry_answer_has_facts_when_found",
            ),
        ]
        indexes = [models.Index(fields=["application", "-id"], name="registry_answers_by_last")]
        triggers = [append_only("registry_answers_only_grow")]

    def __str__(self) -> str:
        return f"{self.application}: {self.get_outcome_display()}"
