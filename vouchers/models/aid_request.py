"""What was asked of the State-aid register (RNA) for a voucher, and what it answered."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AidRequest(models.Model):
    """One request for one COR code: the row is the fact, the register may be slow, deaf or say things twice."""

    class State(models.TextChoices):
        """How far it is."""

        ASKED = "ASKED", _("da inviare")
        SENT = "SENT", _("inviata, in attesa del codice")
        ANSWERED = "ANSWERED", _("codice ottenuto")
        REFUSED = "REFUSED", _("rifiutata")
        DROPPED = "DROPPED", _("non serve più")

    award = models.ForeignKey("Award", models.PROTECT, related_name="aid_requests", verbose_name=_("voucher"))
    amount = models.DecimalField(_("importo"), max_digits=12, decimal_places=2)
    state = models.CharField(_("stato"), max_length=10, choices=State, default=State.ASKED)
    ticket = models.CharField(_("ricevuta del Registro"), max_length=80, blank=True)
    cor = models.CharField(_("codice COR"), max_length=20, blank=True)
    problem = models.TextField(_("che cosa non va"), blank=True)
    asked_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+", verbose_name=_("chiesto da"))
    asked_at = models.DateTimeField(_("chiesto il"))
    tried_at = models.DateTimeField(_("ultimo tentativo"), null=True)
    is_deaf = models.BooleanField(_("il Registro non ha risposto"), default=False)
    ended_at = models.DateTimeField(_("concluso il"), null=True)

    class Meta:
        verbose_name = _("richiesta al Registro aiuti")
        verbose_name_plural = _("richieste al Registro aiuti")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["award"], condition=Q(ended_at__isnull=True), name="one_open_aid_request_per_award"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["ASKED", "SENT"], ended_at__isnull=True)
                | Q(state__in=["ANSWERED", "REFUSED", "DROPPED"], ended_at__isnull=False),
                name="aid_request_is_open_or_ended",
            ),
            models.CheckConstraint(condition=~Q(state="SENT") | ~Q(ticket=""), name="sent_aid_request_has_a_ticket"),
            models.CheckConstraint(condition=~Q(state="ANSWERED") | ~Q(cor=""), name="answered_aid_request_has_a_code"),
            models.CheckConstraint(
                condition=~Q(state__in=["REFUSED", "DROPPED"]) | ~Q(problem=""), name="failed_aid_request_says_why"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="aid_request_asks_for_money"),
        ]

    def __str__(self) -> str:
        return f"{self.award}: {self.get_state_display()}"
