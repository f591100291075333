"""When somebody of the office is away, and who works in their place."""

from datetime import datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Absence(models.Model):
    """A stretch of time in which a substitute works in somebody's place (start included, end excluded).

    It gives no role: the substitute holds theirs already. One that was called off counts for nothing.
    """

    user = models.ForeignKey("portal.User", models.PROTECT, related_name="absences", verbose_name=_("persona assente"))
    substitute = models.ForeignKey(
        "portal.User", models.PROTECT, related_name="substitutions", verbose_name=_("sostituto")
    )
    since = models.DateTimeField(_("dal"))
    until = models.DateTimeField(_("al"))
    reason = models.TextField(_("motivo"))
    declared_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+", verbose_name=_("scritta da"))
    declared_at = models.DateTimeField(_("scritta il"))
    called_off_at = models.DateTimeField(_("annullata il"), null=True, blank=True)

    class Meta:
        verbose_name = _("assenza")
        verbose_name_plural = _("assenze")
        ordering = ["since", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(since__lt=F("until")), name="absence_ends_after_it_begins"),
            models.CheckConstraint(condition=~Q(user=F("substitute")), name="nobody_is_their_own_substitute"),
            models.CheckConstraint(condition=~Q(reason=""), name="absence_says_why"),
            ExclusionConstraint(
                name="one_absence_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    (models.Func("since", "until", function="tstzrange", output_field=DateTimeRangeField()), "&&"),
                ],
                condition=Q(called_off_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.substitute}"

    def covers(self, instant: datetime) -> bool:
        """Whether the person is away at the instant."""
        return self.called_off_at is None and self.since <= instant < self.until
