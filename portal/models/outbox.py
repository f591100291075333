"""What must happen outside the database: mails, papers, calls. A promise lives in the act's own transaction."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Promise(models.Model):
    """A job that must run at least once. The row is the fact; the broker's message is only a hint of it."""

    class State(models.TextChoices):
        PENDING = "PENDING", _("da eseguire")
        DONE = "DONE", _("eseguito")
        FAILED = "FAILED", _("non riuscito")

    job = models.CharField(_("lavoro"), max_length=80)
    key = models.CharField(max_length=120, unique=True)
    arguments = models.JSONField(default=dict)
    state = models.CharField(_("stato"), max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(_("tentativi"), default=0)
    created_at = models.DateTimeField(_("promesso il"))
    next_try_at = models.DateTimeField(_("prossimo tentativo"))
    done_at = models.DateTimeField(_("eseguito il"), null=True)
    error = models.TextField(_("errore"), blank=True)

    class Meta:
        verbose_name = _("lavoro promesso")
        verbose_name_plural = _("lavori promessi")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="DONE") | models.Q(done_at__isnull=False),
                name="promise_done_has_instant",
            )
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=models.Q(state="PENDING"), name="promise_pending_by_time")
        ]

    def __str__(self) -> str:
        return f"{self.job} ({self.key})"


class Mail(models.Model):
    """A message to somebody, kept as it was written; its delivery is a promise."""

    class State(models.TextChoices):
        QUEUED = "QUEUED", _("in partenza")
        SENT = "SENT", _("inviata")
        FAILED = "FAILED", _("non recapitata")

    to = models.EmailField(_("destinatario"))
    subject = models.CharField(_("oggetto"), max_length=200)
    body = models.TextField(_("testo"))
    about = models.CharField(_("riguarda"), max_length=80, help_text=_("tipo:identificativo"))
    message_id = models.CharField(max_length=120, unique=True)
    state = models.CharField(_("stato"), max_length=10, choices=State, default=State.QUEUED)
    created_at = models.DateTimeField(_("scritta il"))
    sent_at = models.DateTimeField(_("inviata il"), null=True)

    class Meta:
        verbose_name = _("comunicazione")
        verbose_name_plural = _("comunicazioni")
        indexes = [models.Index(fields=["about"], name="mail_about")]

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"
