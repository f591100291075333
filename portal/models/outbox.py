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
        CANCELLED = "CANCELLED", _("annullata prima di partire")

    class Channel(models.TextChoices):
        """By which account it leaves: certified mail for what has legal effect, ordinary mail for the rest."""

        PEC = "PEC", _("PEC")
        EMAIL = "EMAIL", _("posta elettronica")

    class Failure(models.TextChoices):
        """Why it did not leave."""

        NO_ADDRESS = "NO_ADDRESS", _("manca l'indirizzo")
        BAD_ADDRESS = "BAD_ADDRESS", _("l'indirizzo non è valido")
        REFUSED = "REFUSED", _("il server di posta ha rifiutato l'indirizzo")
        UNREACHABLE = "UNREACHABLE", _("il server di posta non ha risposto")
        OTHER = "OTHER", _("il server di posta non ha accettato il messaggio")

    to = models.EmailField(_("destinatario"))
    channel = models.CharField(_("canale"), max_length=10, choices=Channel, default=Channel.PEC)
    subject = models.CharField(_("oggetto"), max_length=200)
    body = models.TextField(_("testo"))
    about = models.CharField(_("riguarda"), max_length=80, help_text=_("tipo:identificativo"))
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(_("stato"), max_length=10, choices=State, default=State.QUEUED)
    failure = models.CharField(_("perché non è partita"), max_length=20, choices=Failure, blank=True)
    created_at = models.DateTimeField(_("scritta il"))
    sent_at = models.DateTimeField(_("inviata il"), null=True)
    delivered_at = models.DateTimeField(_("consegnata il"), null=True)
    hold = models.CharField(_("trattenuta con"), max_length=40, blank=True, help_text=_("tipo:identificativo"))
    held_until = models.DateTimeField(_("trattenuta fino alle"), null=True)
    again_of = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="again", verbose_name=_("nuovo invio di")
    )

    class Meta:
        verbose_name = _("comunicazione")
        verbose_name_plural = _("comunicazioni")
        indexes = [
            models.Index(fields=["about"], name="mail_about"),
            models.Index(fields=["hold"], condition=~models.Q(hold=""), name="mail_held_together"),
            models.Index(fields=["-id"], condition=~models.Q(state="SENT"), name="mail_not_sent"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="SENT") | models.Q(sent_at__isnull=False), name="sent_mail_has_instant"
            ),
            models.CheckConstraint(
                condition=models.Q(delivered_at__isnull=True) | models.Q(state="SENT"), name="delivered_mail_was_sent"
            ),
            models.CheckConstraint(
                condition=models.Q(hold="", held_until__isnull=True)
                | ~models.Q(hold="") & models.Q(held_until__isnull=False),
                name="held_mail_says_until_when",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="CANCELLED") | ~models.Q(hold=""), name="only_held_mail_is_cancelled"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"
