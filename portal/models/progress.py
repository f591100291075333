"""How far a long job has come: a row that pages poll and that survives reloads and restarts."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Progress(models.Model):
    """The advance of one long job, in units of its own (awards, papers, pages)."""

    class State(models.TextChoices):
        WAITING = "WAITING", _("in coda")
        RUNNING = "RUNNING", _("in corso")
        DONE = "DONE", _("completato")
        FAILED = "FAILED", _("non riuscito")

    key = models.CharField(max_length=120, unique=True)
    title = models.CharField(_("lavoro"), max_length=200)
    state = models.CharField(_("stato"), max_length=10, choices=State, default=State.WAITING)
    total = models.PositiveIntegerField(_("da fare"), default=0)
    done = models.PositiveIntegerField(_("fatti"), default=0)
    failed = models.PositiveIntegerField(_("non riusciti"), default=0)
    message = models.TextField(_("messaggio"), blank=True)
    created_at = models.DateTimeField(_("chiesto il"))
    finished_at = models.DateTimeField(_("finito il"), null=True)

    class Meta:
        verbose_name = _("avanzamento")
        verbose_name_plural = _("avanzamenti")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(done__lte=models.F("total") - models.F("failed")),
                name="progress_within_total",
            )
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.done}/{self.total}"

    @property
    def percent(self) -> int:
        """Whole percent done, 0 to 100."""
        return 100 if self.state == self.State.DONE else 100 * (self.done + self.failed) // max(self.total, 1)
