"""An application (domanda) for a call: a draft until it is submitted, then a fact with its protocol number."""

from datetime import date

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from applications.rules.states import UNDECIDED, ApplicationState
from portal.models.lifecycle import LifecycleEvent

STATES = [(state.value, state.value) for state in ApplicationState]
OPEN = Q(status__in=sorted(state.value for state in UNDECIDED))
NO_LAST_DAY = date(9999, 12, 31)
LAST_DAY = Coalesce("late_from", Value(NO_LAST_DAY))
"""The first day past the term; an application whose term stands still comes after all the others."""
LATE_FROM = """
IF NEW.submitted_at IS NULL OR NEW.decided_at IS NOT NULL OR NEW.status = 'WITHDRAWN' THEN
    NEW.late_from = NULL;
ELSE
    NEW.late_from = applications_first_late_day(NEW.id, NEW.submitted_at, NEW.terms_id);
END IF;
RETURN NEW;
"""
SUBMITTED_FACTS = (
    "protocol_number", "protocol_year", "submitted_at", "terms", "headcount", "total_employees", "size_class",
    "province", "division", "snapshot", "snapshot_sha256",
)  # fmt: skip


class Application(models.Model):
    """What a firm asks. From submission on, its declared facts are frozen in columns and in `snapshot`."""

    call = models.ForeignKey("Call", models.PROTECT, related_name="applications", verbose_name=_("avviso"))
    firm = models.ForeignKey("Firm", models.PROTECT, related_name="applications", verbose_name=_("impresa"))
    status = models.CharField(_("stato"), max_length=30, choices=STATES, default=ApplicationState.DRAFT)
    created_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+", verbose_name=_("compilata da"))
    created_at = models.DateTimeField(_("iniziata il"))
    answers = models.JSONField(_("risposte"), default=dict)
    typed = models.JSONField(_("pagine come scritte"), default=dict)
    version = models.PositiveIntegerField(_("salvataggi"), default=0)
    guided = models.BooleanField(_("compilata con il percorso guidato"), default=False)
    ready_version = models.PositiveIntegerField(_("salvataggio a cui nulla mancava"), null=True)

    actions = ArrayField(models.CharField(max_length=10), verbose_name=_("azioni"), default=list)
    path = models.CharField(_("percorso"), max_length=20, default="ORDINARY")
    headcount = models.PositiveIntegerField(_("dipendenti nelle sedi lombarde"), null=True)
    total_employees = models.PositiveIntegerField(_("dipendenti in totale"), null=True)
    size_class = models.CharField(_("classe dimensionale UE"), max_length=10, blank=True)
    province = models.CharField(_("provincia"), max_length=2, blank=True)
    division = models.CharField(_("divisione ATECO"), max_length=2, blank=True)

    terms = models.ForeignKey("CallTerms", models.PROTECT, null=True, verbose_name=_("termini applicati"))
    protocol_year = models.PositiveSmallIntegerField(_("anno di protocollo"), null=True)
    protocol_number = models.PositiveBigIntegerField(_("numero di protocollo"), null=True)
    submitted_at = models.DateTimeField(_("presentata il"), null=True)
    submitted_by = models.ForeignKey(
        "portal.User", models.PROTECT, null=True, related_name="+", verbose_name=_("presentata da")
    )
    client_key = models.UUIDField(null=True, unique=True)
    snapshot = models.JSONField(_("domanda come presentata"), null=True)
    snapshot_sha256 = models.CharField(_("impronta della domanda"), max_length=64, blank=True)
    receipt_code = models.CharField(_("codice della ricevuta"), max_length=26, null=True, unique=True)
    receipt = models.ForeignKey(
        "portal.Document", models.PROTECT, null=True, related_name="+", verbose_name=_("ricevuta")
    )

    officer = models.ForeignKey(
        "portal.User", models.PROTECT, null=True, related_name="+", verbose_name=_("istruttore")
    )
    left_at = models.DateTimeField(_("senza istruttore dal"), null=True)
    decided_at = models.DateTimeField(_("decisa il"), null=True)
    reason_codes = ArrayField(models.CharField(max_length=40), verbose_name=_("motivi"), default=list)
    late_from = models.DateField(
        _("oltre il termine dal"), null=True, editable=False,
        help_text=_("primo giorno oltre il termine; nessuno se decisa, ritirata o con il termine sospeso"),
    )  # fmt: skip

    class Meta:
        verbose_name = _("domanda")
        verbose_name_plural = _("domande")
        constraints = [
            models.UniqueConstraint(
                fields=["protocol_year", "protocol_number"], name="one_application_per_protocol_number"
            ),
            models.UniqueConstraint(
                fields=["call", "firm"],
                condition=~Q(status__in=[ApplicationState.WITHDRAWN, ApplicationState.REJECTED]),
                name="one_live_application_per_firm",
            ),
            models.CheckConstraint(
                name="submitted_application_is_complete",
                condition=Q(status=ApplicationState.DRAFT)
                | Q(
                    protocol_number__isnull=False, protocol_year__isnull=False, submitted_at__isnull=False,
                    submitted_by__isnull=False, terms__isnull=False, headcount__isnull=False,
                    total_employees__isnull=False, snapshot__isnull=False, actions__len__gt=0,
                ) & ~Q(size_class="") & ~Q(province="") & ~Q(division="") & ~Q(snapshot_sha256=""),
            ),
            models.CheckConstraint(
                name="draft_has_no_protocol",
                condition=~Q(status=ApplicationState.DRAFT)
                | Q(protocol_number__isnull=True, submitted_at__isnull=True),
            ),
            models.CheckConstraint(
                name="decided_application_has_instant",
                condition=~Q(status__in=[ApplicationState.ADMITTED, ApplicationState.REJECTED])
                | Q(decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="rejected_application_says_why",
                condition=~Q(status=ApplicationState.REJECTED) | Q(reason_codes__len__gt=0),
            ),
            models.CheckConstraint(
                name="application_in_review_has_officer",
                condition=~Q(status__in=[
                    ApplicationState.IN_REVIEW, ApplicationState.INTEGRATION, ApplicationState.REJECTION_NOTICE,
                    ApplicationState.PROPOSED_ADMISSION, ApplicationState.PROPOSED_REJECTION,
                ]) | Q(officer__isnull=False) | Q(left_at__isnull=False, status__in=[
                    ApplicationState.IN_REVIEW, ApplicationState.INTEGRATION, ApplicationState.REJECTION_NOTICE,
                ]),
            ),
            models.CheckConstraint(
                name="application_left_has_no_officer",
                condition=Q(left_at__isnull=True) | Q(officer__isnull=True),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["status", "protocol_year", "protocol_number"], name="application_queue"),
            models.Index(fields=["protocol_year", "protocol_number"], condition=OPEN, name="open_applications"),
            models.Index(
                fields=["officer", "protocol_year", "protocol_number"],
                include=["status", "province"],
                condition=OPEN,
                name="open_by_officer",
            ),
            models.Index(
                fields=["province", "protocol_year", "protocol_number"],
                include=["status"],
                condition=~Q(status=ApplicationState.DRAFT.value),
                name="applications_by_province",
            ),
            models.Index(fields=["late_from"], condition=OPEN, name="late_applications"),
            models.Index(LAST_DAY, "protocol_year", "protocol_number", condition=OPEN, name="open_by_days"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="application_term_is_kept",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=LATE_FROM,
            )
        ]

    def __str__(self) -> str:
        return self.protocol or f"{_('bozza')} {self.pk}"

    @property
    def protocol(self) -> str:
        """The protocol as it is written: year and at least seven digits; empty for a draft."""
        return f"{self.protocol_year}/{self.protocol_number:07d}" if self.protocol_number else ""


class ApplicationEvent(LifecycleEvent):
    """A step in the life of an application."""

    subject = models.ForeignKey(Application, models.PROTECT, related_name="events", verbose_name=_("domanda"))

    class Meta(LifecycleEvent.Meta):
        abstract = False


class DeclaredAid(models.Model):
    """A de minimis aid that the firm, or one tied to it by control, declares to have received."""

    application = models.ForeignKey(
        Application, models.PROTECT, related_name="declared_aids", verbose_name=_("domanda")
    )
    granted_on = models.DateField(_("concesso il"))
    amount = models.DecimalField(_("importo"), max_digits=14, decimal_places=2)
    granted_to = models.CharField(_("codice fiscale del beneficiario"), max_length=16)

    class Meta:
        verbose_name = _("aiuto de minimis dichiarato")
        verbose_name_plural = _("aiuti de minimis dichiarati")
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="declared_aid_is_positive")]
        indexes = [models.Index(fields=["granted_to"], name="declared_aid_granted_to")]

    def __str__(self) -> str:
        return f"{self.granted_on}: {self.amount}"
