"""What a firm gave up: the whole voucher, or the money of one action; and whether it thought again."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vouchers.rules.states import AwardState


class Renunciation(models.Model):
    """A choice of the firm, kept beside the frozen application; without `action` it is the whole voucher.

    `award` is empty when the choice came before the amount was computed. It stands until `undone_at`. `decree` is
    the re-determination that took note of it: from then on there is no second thought.
    """

    application = models.ForeignKey(
        "applications.Application", models.PROTECT, related_name="renunciations", verbose_name=_("domanda")
    )
    award = models.ForeignKey(
        "Award", models.PROTECT, null=True, related_name="renunciations", verbose_name=_("voucher")
    )
    action = models.ForeignKey("applications.Action", models.PROTECT, null=True, verbose_name=_("azione"))
    source = models.CharField(
        _("stato del voucher"),
        max_length=20,
        choices=[(state.value, state.value) for state in AwardState],
        blank=True,
        help_text=_("quello in cui era, e in cui torna con un ripensamento"),
    )
    reason_code = models.CharField(_("motivo"), max_length=40)
    at = models.DateTimeField(_("istante"))
    by = models.ForeignKey("portal.User", models.PROTECT, related_name="+", verbose_name=_("autore"))
    undone_at = models.DateTimeField(_("ripensamento"), null=True)
    undone_by = models.ForeignKey(
        "portal.User", models.PROTECT, null=True, related_name="+", verbose_name=_("chi ci ha ripensato")
    )
    decree = models.ForeignKey("Decree", models.PROTECT, null=True, verbose_name=_("decreto che ne prende atto"))

    class Meta:
        verbose_name = _("rinuncia")
        verbose_name_plural = _("rinunce")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "action"],
                condition=Q(undone_at__isnull=True, action__isnull=False),
                name="one_standing_renunciation_per_action",
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(undone_at__isnull=True, action__isnull=True),
                name="one_standing_renunciation_of_the_whole",
            ),
            models.CheckConstraint(
                condition=Q(action__isnull=False) | Q(award__isnull=False), name="whole_renunciation_has_an_award"
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False, decree__isnull=True),
                name="second_thought_has_an_author_and_no_decree",
            ),
        ]

    def __str__(self) -> str:
        return f"{_('rinuncia')} {self.application.protocol}"
