"""The opening of a window: places in the waiting room, the published order of arrival, the draw. They only grow."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.models.protect import append_only

SHA256 = r"^[0-9a-f]{64}$"


class WaitingRoom(models.Model):
    """The counter of a window's waiting room: the last place given, and from when the next turn is free."""

    window = models.OneToOneField("DeskWindow", models.PROTECT, related_name="room", verbose_name=_("sportello"))
    last = models.PositiveBigIntegerField(_("ultimo posto"), default=0)
    free_from = models.DateTimeField(_("prossimo turno libero"), null=True)

    class Meta:
        verbose_name = _("sala d'attesa")
        verbose_name_plural = _("sale d'attesa")

    def __str__(self) -> str:
        return f"{self.window}: {self.last}"


class Arrival(models.Model):
    """A place of an application in the waiting room. Coming back after a turn that is over gives another one."""

    window = models.ForeignKey("DeskWindow", models.PROTECT, related_name="arrivals", verbose_name=_("sportello"))
    application = models.ForeignKey("Application", models.PROTECT, related_name="arrivals", verbose_name=_("domanda"))
    number = models.PositiveBigIntegerField(_("posto"))
    arrived_at = models.DateTimeField(_("in fila dal"))
    admitted_at = models.DateTimeField(_("turno dal"))
    kept_until = models.DateTimeField(_("turno fino al"))

    class Meta:
        verbose_name = _("posto in fila")
        verbose_name_plural = _("posti in fila")
        constraints = [
            models.UniqueConstraint(fields=["window", "number"], name="one_arrival_per_place"),
            models.CheckConstraint(
                condition=Q(admitted_at__gte=F("arrived_at"), kept_until__gt=F("admitted_at")),
                name="arrival_waits_then_has_its_turn",
            ),
        ]
        indexes = [models.Index(fields=["application", "-number"], name="arrival_of_application")]
        triggers = [append_only("arrivals_append_only")]

    def __str__(self) -> str:
        return f"{self.window}: {self.number}"


class PublishedOrder(models.Model):
    """The order of arrival of a closed window, published once: a file that proves itself line by line."""

    window = models.OneToOneField(
        "DeskWindow", models.PROTECT, related_name="published_order", verbose_name=_("sportello")
    )
    document = models.ForeignKey("portal.Document", models.PROTECT, related_name="+", verbose_name=_("file"))
    count = models.PositiveIntegerField(_("domande"))
    head = models.CharField(_("ultimo anello"), max_length=64)
    published_at = models.DateTimeField(_("pubblicato il"))

    class Meta:
        verbose_name = _("ordine pubblicato")
        verbose_name_plural = _("ordini pubblicati")
        constraints = [models.CheckConstraint(condition=Q(head__regex=SHA256), name="published_order_head_form")]
        triggers = [append_only("published_order_append_only")]

    def __str__(self) -> str:
        return f"{self.window}: {self.count}"


class DrawCommitment(models.Model):
    """The secret of a draw, fixed before its window closes: until the draw only its fingerprint is shown."""

    window = models.OneToOneField(
        "DeskWindow", models.PROTECT, related_name="draw_commitment", verbose_name=_("sportello")
    )
    secret = models.CharField(max_length=64)
    sha256 = models.CharField(_("impronta del segreto"), max_length=64)
    committed_at = models.DateTimeField(_("fissato il"))

    class Meta:
        verbose_name = _("impegno del sorteggio")
        verbose_name_plural = _("impegni dei sorteggi")
        constraints = [models.CheckConstraint(condition=Q(sha256__regex=SHA256), name="draw_commitment_form")]
        triggers = [append_only("draw_commitment_append_only")]

    def __str__(self) -> str:
        return f"{self.window}: {self.sha256}"


class Draw(models.Model):
    """The draw of a window, made once."""

    window = models.OneToOneField("DeskWindow", models.PROTECT, related_name="draw", verbose_name=_("sportello"))
    seed = models.CharField(_("seme"), max_length=64)
    document = models.ForeignKey("portal.Document", models.PROTECT, related_name="+", verbose_name=_("file"))
    drawn_at = models.DateTimeField(_("sorteggiato il"))

    class Meta:
        verbose_name = _("sorteggio")
        verbose_name_plural = _("sorteggi")
        constraints = [models.CheckConstraint(condition=Q(seed__regex=SHA256), name="draw_seed_form")]
        triggers = [append_only("draw_append_only")]

    def __str__(self) -> str:
        return f"{self.window}: {self.seed}"


class DrawnPlace(models.Model):
    """The place that a draw gave to an application."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="places", verbose_name=_("sorteggio"))
    application = models.OneToOneField(
        "Application", models.PROTECT, related_name="drawn_place", verbose_name=_("domanda")
    )
    rank = models.PositiveIntegerField(_("posto"))

    class Meta:
        verbose_name = _("posto sorteggiato")
        verbose_name_plural = _("posti sorteggiati")
        constraints = [models.UniqueConstraint(fields=["draw", "rank"], name="one_application_per_drawn_place")]
        triggers = [append_only("drawn_place_append_only")]

    def __str__(self) -> str:
        return f"{self.draw}: {self.rank}"
