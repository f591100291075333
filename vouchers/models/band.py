"""Bands of employees and their amounts, per version of the terms and action."""

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import IntegerRangeField, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.models.protect import append_only

COMPLETE_TABLE = """
    -- The whole table of a version is judged when the transaction that writes it ends.
    IF EXISTS (
        SELECT 1 FROM (
            SELECT upper(headcount) AS ends,
                   lead(lower(headcount)) OVER (PARTITION BY action_id ORDER BY lower(headcount)) AS next_starts
            FROM vouchers_headcountband WHERE terms_id = NEW.terms_id
        ) AS bands WHERE ends IS DISTINCT FROM next_starts
    ) THEN
        RAISE EXCEPTION 'bands of terms % have a gap or a closed end', NEW.terms_id
            USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM vouchers_headcountband AS band
        JOIN applications_action AS action ON action.id = band.action_id
        WHERE band.terms_id = NEW.terms_id AND action.requires_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM vouchers_headcountband AS base
            WHERE base.terms_id = band.terms_id AND base.action_id = action.requires_id
              AND base.headcount = band.headcount
        )
    ) THEN
        RAISE EXCEPTION 'terms % have a band without the band of the action it requires', NEW.terms_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""


class HeadcountBand(models.Model):
    """The ceiling in euro for firms whose headcount in Lombardy falls in the range."""

    terms = models.ForeignKey("applications.CallTerms", models.PROTECT, related_name="bands", verbose_name=_("termini"))
    action = models.ForeignKey("applications.Action", models.PROTECT, verbose_name=_("azione"))
    headcount = IntegerRangeField(_("dipendenti"), help_text=_("minimo compreso, massimo escluso"))
    amount = models.DecimalField(_("importo"), max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = _("fascia")
        verbose_name_plural = _("fasce")
        ordering = ["action", "headcount"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="band_amount_is_positive"),
            models.CheckConstraint(condition=models.Q(headcount__startswith__gte=1), name="band_starts_with_somebody"),
            ExclusionConstraint(
                name="bands_never_overlap",
                expressions=[
                    ("terms", RangeOperators.EQUAL),
                    ("action", RangeOperators.EQUAL),
                    ("headcount", RangeOperators.OVERLAPS),
                ],
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="bands_without_gaps",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                func=COMPLETE_TABLE,
            ),
            append_only("bands_are_frozen"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.headcount}: {self.amount}"
