"""The award (concessione, voucher): the amount computed for an admitted application, and its life."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.models.lifecycle import LifecycleEvent
from portal.models.protect import append_only
from vouchers.rules.states import AwardState


class Calculation(models.Model):
    """How an amount came out, for ever: inputs, explained lines, version of the terms and of the rule."""

    application = models.ForeignKey(
        "applications.Application", models.PROTECT, related_name="calculations", verbose_name=_("domanda")
    )
    terms = models.ForeignKey("applications.CallTerms", models.PROTECT, verbose_name=_("termini"))
    rule_version = models.CharField(_("versione della regola"), max_length=20)
    inputs = models.JSONField(_("dati usati"))
    lines = models.JSONField(_("righe spiegate"))
    amounts = models.JSONField(_("importi per azione"))
    total = models.DecimalField(_("totale"), max_digits=12, decimal_places=2)
    sha256 = models.CharField(_("impronta"), max_length=64)
    computed_at = models.DateTimeField(_("calcolato il"))

    class Meta:
        verbose_name = _("calcolo")
        verbose_name_plural = _("calcoli")
        triggers = [append_only("calculations_are_kept")]

    def __str__(self) -> str:
        return f"{self.application}: {self.total}"


class Award(models.Model):
    """A voucher: computed, then funded or waiting, granted by decree, accepted, perhaps given back."""

    application = models.OneToOneField(
        "applications.Application", models.PROTECT, related_name="award", verbose_name=_("domanda")
    )
    call = models.ForeignKey("applications.Call", models.PROTECT, related_name="awards", verbose_name=_("avviso"))
    calculation = models.OneToOneField(Calculation, models.PROTECT, verbose_name=_("calcolo"))
    status = models.CharField(
        _("stato"),
        max_length=20,
        choices=[(state.value, state.value) for state in AwardState],
        default=AwardState.COMPUTED,
    )
    protocol_year = models.PositiveSmallIntegerField(_("anno di protocollo"))
    protocol_number = models.PositiveBigIntegerField(_("numero di protocollo"))
    cor = models.CharField(_("codice COR"), max_length=20, blank=True, help_text=_("codice del Registro aiuti"))
    grant_decree = models.ForeignKey(
        "Decree", models.PROTECT, null=True, related_name="awards", verbose_name=_("decreto di concessione")
    )
    granted_at = models.DateTimeField(_("concesso il"), null=True)
    acceptance_due_at = models.DateTimeField(_("accettazione entro"), null=True)
    accepted_at = models.DateTimeField(_("accettato il"), null=True)
    ended_at = models.DateTimeField(_("cessato il"), null=True)
    end_reason = models.CharField(_("motivo della cessazione"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("voucher")
        verbose_name_plural = _("voucher")
        ordering = ["protocol_year", "protocol_number"]
        constraints = [
            models.CheckConstraint(
                name="granted_award_has_decree",
                condition=~Q(status__in=[AwardState.GRANTED, AwardState.ACCEPTED, AwardState.FORFEITED])
                | Q(grant_decree__isnull=False, granted_at__isnull=False, acceptance_due_at__isnull=False),
            ),
            models.CheckConstraint(
                name="accepted_award_has_instant",
                condition=~Q(status=AwardState.ACCEPTED) | Q(accepted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="ended_award_says_why",
                condition=~Q(status__in=[AwardState.RENOUNCED, AwardState.FORFEITED, AwardState.EXCLUDED])
                | (Q(ended_at__isnull=False) & ~Q(end_reason="")),
            ),
            models.UniqueConstraint(fields=["cor"], condition=~Q(cor=""), name="one_award_per_cor"),
        ]
        indexes = [
            models.Index(fields=["call", "status", "protocol_year", "protocol_number"], name="award_queue"),
            models.Index(fields=["acceptance_due_at"], condition=Q(status="GRANTED"), name="award_acceptance_due"),
            models.Index(fields=["status", "application"], name="award_by_status"),
        ]

    def __str__(self) -> str:
        return f"{_('voucher')} {self.protocol_year}/{self.protocol_number:07d}"


class StandingLines(models.Manager["AwardLine"]):
    """The lines that were not given up: what an award amounts to now."""

    def get_queryset(self) -> models.QuerySet["AwardLine"]:
        """Without the lines of the actions the firm gave up."""
        return super().get_queryset().filter(renunciation=None)


class AwardLine(models.Model):
    """What the award takes from the line of one action.

    Whoever asks for the lines of an award gets those that stand; a line that the firm gave up is seen by `every`
    alone, which history and controls read.
    """

    award = models.ForeignKey(Award, models.PROTECT, related_name="lines", verbose_name=_("voucher"))
    allocation = models.ForeignKey("Allocation", models.PROTECT, verbose_name=_("dotazione"))
    amount = models.DecimalField(_("importo"), max_digits=12, decimal_places=2)
    renunciation = models.ForeignKey(
        "Renunciation", models.PROTECT, null=True, related_name="+", verbose_name=_("rinuncia")
    )

    objects = StandingLines()
    every = models.Manager["AwardLine"]()

    class Meta:
        verbose_name = _("importo per azione")
        verbose_name_plural = _("importi per azione")
        ordering = ["allocation"]
        constraints = [
            models.UniqueConstraint(fields=["award", "allocation"], name="one_line_per_award_and_action"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="award_line_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.award}: {self.amount}"


class AwardEvent(LifecycleEvent):
    """A step in the life of an award."""

    subject = models.ForeignKey(Award, models.PROTECT, related_name="events", verbose_name=_("voucher"))

    class Meta(LifecycleEvent.Meta):
        abstract = False
