"""Whose dossier it is: every passage from hand to hand, the conflicts of interest, the provinces of each officer."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.models.protect import append_only


class Assignment(models.Model):
    """A dossier given to an officer or left by one: rows that only grow, the latest is the one that holds."""

    class Why(models.TextChoices):
        """How it passed."""

        AUTOMATIC = "AUTOMATIC", _("assegnata in automatico")
        CLAIMED = "CLAIMED", _("presa dalla coda")
        TAKEN_OVER = "TAKEN_OVER", _("presa al posto di altri")
        RELEASED = "RELEASED", _("lasciata")
        CONFLICT = "CONFLICT", _("lasciata per conflitto di interessi")
        ENDED = "ENDED", _("tolta a chi non è più istruttore")

    application = models.ForeignKey(
        "Application", models.PROTECT, related_name="assignments", verbose_name=_("domanda")
    )
    officer = models.ForeignKey(
        "portal.User", models.PROTECT, null=True, related_name="+", verbose_name=_("istruttore")
    )
    previous = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+", verbose_name=_("prima di"))
    by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+", verbose_name=_("per mano di"))
    at = models.DateTimeField(_("dal"))
    why = models.CharField(_("come"), max_length=20, choices=Why)
    reason = models.TextField(_("motivo"), blank=True)
    trace = models.JSONField(_("come è stato scelto"), null=True)

    class Meta:
        verbose_name = _("assegnazione")
        verbose_name_plural = _("assegnazioni")
        constraints = [
            models.CheckConstraint(
                condition=Q(why__in=["AUTOMATIC", "CLAIMED", "TAKEN_OVER"], officer__isnull=False)
                | Q(why__in=["RELEASED", "CONFLICT", "ENDED"], officer__isnull=True, previous__isnull=False),
                name="assignment_gives_or_takes",
            ),
            models.CheckConstraint(
                condition=~Q(why__in=["TAKEN_OVER", "RELEASED"]) | ~Q(reason=""), name="assignment_by_hand_says_why"
            ),
            models.CheckConstraint(
                condition=Q(why="AUTOMATIC", trace__isnull=False) | ~Q(why="AUTOMATIC") & Q(trace__isnull=True),
                name="automatic_assignment_has_trace",
            ),
            models.CheckConstraint(
                condition=~Q(officer=F("previous")) | Q(officer__isnull=True) | Q(previous__isnull=True),
                name="assignment_changes_hands",
            ),
            models.CheckConstraint(
                condition=~Q(why="TAKEN_OVER") | Q(previous__isnull=False), name="taken_over_from_somebody"
            ),
        ]
        indexes = [
            models.Index(fields=["application", "-id"], name="assignments_of_application"),
            models.Index(fields=["officer", "-at"], name="assignments_of_officer"),
            models.Index(fields=["previous", "-at"], name="assignments_from_officer"),
        ]
        triggers = [append_only("assignment_only_grows")]

    def __str__(self) -> str:
        return f"{self.application}: {self.get_why_display()}"


class ConflictOfInterest(models.Model):
    """An officer declares that a firm's dossiers are not for them (art. 6-bis L. 241/1990)."""

    officer = models.ForeignKey("portal.User", models.PROTECT, related_name="+", verbose_name=_("dichiarato da"))
    firm = models.ForeignKey("Firm", models.PROTECT, related_name="+", verbose_name=_("impresa"))
    reason = models.TextField(_("motivo"))
    declared_at = models.DateTimeField(_("dichiarato il"))
    withdrawn_at = models.DateTimeField(_("ritirato il"), null=True)
    withdrawn_by = models.ForeignKey(
        "portal.User", models.PROTECT, null=True, related_name="+", verbose_name=_("ritirato da")
    )

    class Meta:
        verbose_name = _("conflitto di interessi")
        verbose_name_plural = _("conflitti di interessi")
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "firm"], condition=Q(withdrawn_at__isnull=True), name="one_open_conflict_per_firm"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="conflict_says_why"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__gte=F("declared_at"), withdrawn_by__isnull=False),
                name="conflict_withdrawn_by_somebody_later",
            ),
        ]
        indexes = [models.Index(fields=["firm"], name="conflicts_of_firm")]

    def __str__(self) -> str:
        return f"{self.officer}: {self.firm}"


class OfficerProvinces(models.Model):
    """The provinces an officer looks after first; an officer without a row looks after all of them."""

    officer = models.OneToOneField("portal.User", models.PROTECT, related_name="+", verbose_name=_("istruttore"))
    provinces = ArrayField(models.CharField(max_length=2), verbose_name=_("province"))
    set_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+", verbose_name=_("deciso da"))
    set_at = models.DateTimeField(_("deciso il"))

    class Meta:
        verbose_name = _("province di un istruttore")
        verbose_name_plural = _("province degli istruttori")

    def __str__(self) -> str:
        return f"{self.officer}: {', '.join(self.provinces)}"
