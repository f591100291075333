"""Many applications moved together: a selection frozen as it was seen, and what became of each of its rows."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class BulkRun(models.Model):
    """A selection of applications and the one act asked for all of them, by one person."""

    class Kind(models.TextChoices):
        """What is done to each."""

        APPROVE = "APPROVE", _("approvazione delle proposte")
        PROPOSE = "PROPOSE", _("proposta di ammissione")

    kind = models.CharField(_("operazione"), max_length=10, choices=Kind)
    asked_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+", verbose_name=_("preparata da"))
    asked_at = models.DateTimeField(_("preparata il"))
    note = models.TextField(_("nota"), blank=True)
    confirmed_at = models.DateTimeField(_("confermata il"), null=True)
    finished_at = models.DateTimeField(_("finita il"), null=True)
    undo_until = models.DateTimeField(_("si annulla fino alle"), null=True)
    undo_asked_at = models.DateTimeField(_("annullamento chiesto il"), null=True)

    class Meta:
        verbose_name = _("operazione su più domande")
        verbose_name_plural = _("operazioni su più domande")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["APPROVE", "PROPOSE"]), name="bulk_kind_is_known"),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(confirmed_at__isnull=False), name="bulk_ends_after_its_word"
            ),
            models.CheckConstraint(
                condition=Q(undo_asked_at__isnull=True) | Q(undo_until__isnull=False), name="bulk_undone_after_its_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.get_kind_display()}"


class BulkRow(models.Model):
    """An application of a selection: what was seen of it, what a trial said, what was done, what was undone."""

    class Result(models.TextChoices):
        """What became of a row."""

        DONE = "DONE", _("fatta")
        REFUSED = "REFUSED", _("non possibile")

    run = models.ForeignKey(BulkRun, models.PROTECT, related_name="rows", verbose_name=_("operazione"))
    application = models.ForeignKey("Application", models.PROTECT, related_name="+", verbose_name=_("domanda"))
    place = models.PositiveIntegerField(_("posto"))
    step_seen = models.BigIntegerField(_("ultimo passaggio visto"))
    work_seen = models.BigIntegerField(_("proposta o ultimo controllo visto"))
    trial = models.CharField(_("esito della prova"), max_length=10, choices=Result, blank=True)
    trial_message = models.TextField(_("messaggio della prova"), blank=True)
    result = models.CharField(_("esito"), max_length=10, choices=Result, blank=True)
    message = models.TextField(_("messaggio"), blank=True)
    done_at = models.DateTimeField(_("decisa il"), null=True)
    undone_at = models.DateTimeField(_("annullata il"), null=True)
    undo_message = models.TextField(_("perché non si annulla"), blank=True)

    class Meta:
        verbose_name = _("riga di un'operazione")
        verbose_name_plural = _("righe di un'operazione")
        ordering = ("run", "place")
        constraints = [
            models.UniqueConstraint(fields=["run", "application"], name="one_row_per_application_and_bulk"),
            models.CheckConstraint(
                condition=Q(result__in=["", "DONE", "REFUSED"], trial__in=["", "DONE", "REFUSED"]),
                name="bulk_result_is_known",
            ),
            models.CheckConstraint(
                condition=Q(result="", done_at__isnull=True) | ~Q(result="") & Q(done_at__isnull=False),
                name="bulk_result_has_instant",
            ),
            models.CheckConstraint(condition=~Q(result="REFUSED") | ~Q(message=""), name="bulk_refusal_says_why"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undo_message="") | Q(result="DONE"), name="bulk_undoes_what_it_did"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run}: {self.application}"
