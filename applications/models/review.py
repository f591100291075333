"""What the office asks and writes while it reviews: integrations, notices, proposals."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


def moves_the_term(name: str, *columns: str) -> pgtrigger.Trigger:
    """Whatever stops the clock of the decision, or starts it again, has `Application.late_from` computed again."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Row,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf(*columns) | pgtrigger.Delete,
        func="""
            UPDATE applications_application SET late_from = NULL
            WHERE id = COALESCE(NEW.application_id, OLD.application_id);
            RETURN NULL;
        """,
    )


class Question(models.Model):
    """What the office waits for from the firm: what is being typed, and what was sent, beside the presented facts."""

    typed = models.JSONField(_("risposta come si scrive"), default=dict)
    given = models.JSONField(_("risposta inviata, con il prima e il dopo"), null=True)
    answered_by = models.ForeignKey(
        "portal.User", models.PROTECT, null=True, related_name="+", verbose_name=_("risposta di")
    )

    class Meta:
        abstract = True


class IntegrationRequest(Question):
    """Missing facts or files asked to the firm; it stops the clock of the decision until answered."""

    application = models.ForeignKey(
        "Application", models.PROTECT, related_name="integrations", verbose_name=_("domanda")
    )
    asked_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+", verbose_name=_("chiesta da"))
    asked_at = models.DateTimeField(_("chiesta il"))
    due_at = models.DateTimeField(_("scade"))
    items = ArrayField(models.TextField(), verbose_name=_("cosa manca"))
    asked = models.JSONField(_("dati, documenti e domande chiesti"), default=list)
    answer = models.TextField(_("risposta"), blank=True)
    answered_at = models.DateTimeField(_("risposta il"), null=True)
    expired_at = models.DateTimeField(_("scaduta il"), null=True)

    class Meta:
        verbose_name = _("richiesta di integrazione")
        verbose_name_plural = _("richieste di integrazione")
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(answered_at__isnull=True, expired_at__isnull=True),
                name="one_open_integration_per_application",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(answered_at__lt=F("due_at")),
                name="integration_answered_in_time",
            ),
            models.CheckConstraint(condition=Q(items__len__gt=0), name="integration_asks_something"),
            models.CheckConstraint(
                condition=Q(given__isnull=True) | Q(answered_by__isnull=False, answered_at__isnull=False),
                name="integration_given_by_somebody",
            ),
        ]
        triggers = [moves_the_term("integration_moves_the_term", "asked_at", "answered_at", "expired_at")]

    def __str__(self) -> str:
        return f"{self.application}: {', '.join(self.items)}"


class RejectionNotice(Question):
    """The notice before a rejection (art. 10-bis L. 241/1990): the firm has ten days for observations."""

    application = models.ForeignKey("Application", models.PROTECT, related_name="notices", verbose_name=_("domanda"))
    sent_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+", verbose_name=_("inviato da"))
    sent_at = models.DateTimeField(_("inviato il"))
    due_at = models.DateTimeField(_("scade"))
    reason_codes = ArrayField(models.CharField(max_length=40), verbose_name=_("motivi"))
    observations = models.TextField(_("osservazioni"), blank=True)
    closed_at = models.DateTimeField(_("chiuso il"), null=True)

    class Meta:
        verbose_name = _("preavviso di rigetto")
        verbose_name_plural = _("preavvisi di rigetto")
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(closed_at__isnull=True),
                name="one_open_notice_per_application",
            ),
            models.CheckConstraint(condition=Q(reason_codes__len__gt=0), name="notice_says_why"),
            models.CheckConstraint(
                condition=Q(given__isnull=True) | Q(answered_by__isnull=False, closed_at__isnull=False),
                name="observations_given_by_somebody",
            ),
        ]
        triggers = [moves_the_term("notice_moves_the_term", "sent_at", "closed_at")]

    def __str__(self) -> str:
        return f"{self.application}: {', '.join(self.reason_codes)}"


class Proposal(models.Model):
    """What the officer proposes and somebody else approves or sends back: four eyes."""

    class Outcome(models.TextChoices):
        ADMIT = "ADMIT", _("ammissione")
        REJECT = "REJECT", _("non ammissione")

    application = models.ForeignKey("Application", models.PROTECT, related_name="proposals", verbose_name=_("domanda"))
    outcome = models.CharField(_("esito proposto"), max_length=10, choices=Outcome)
    reason_codes = ArrayField(models.CharField(max_length=40), verbose_name=_("motivi"), default=list)
    note = models.TextField(_("nota"), blank=True)
    proposed_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+", verbose_name=_("proposto da"))
    proposed_at = models.DateTimeField(_("proposto il"))
    decided_by = models.ForeignKey(
        "portal.User", models.PROTECT, null=True, related_name="+", verbose_name=_("deciso da")
    )
    decided_at = models.DateTimeField(_("deciso il"), null=True)
    approved = models.BooleanField(_("approvato"), null=True)
    hold = models.CharField(_("comunicazioni trattenute con"), max_length=40, blank=True)
    voided_by = models.ForeignKey(
        "portal.User", models.PROTECT, null=True, related_name="+", verbose_name=_("annullato da")
    )
    voided_at = models.DateTimeField(_("annullato il"), null=True)
    void_reason = models.TextField(_("motivo dell'annullamento"), blank=True)

    class Meta:
        verbose_name = _("proposta")
        verbose_name_plural = _("proposte")
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(decided_at__isnull=True),
                name="one_open_proposal_per_application",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="proposer_is_not_approver",
            ),
            models.CheckConstraint(
                condition=Q(outcome="ADMIT") | Q(reason_codes__len__gt=0), name="proposed_rejection_says_why"
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, voided_by__isnull=True, void_reason="")
                | Q(voided_at__isnull=False, voided_by__isnull=False, decided_at__isnull=False) & ~Q(void_reason=""),
                name="voided_proposal_says_who_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application}: {self.outcome}"
