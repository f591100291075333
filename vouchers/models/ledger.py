"""The ledger: append-only entries, one arrow each. The columns of `Allocation` are their sum."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.models.protect import append_only
from vouchers.rules.ledger import Kind


class LedgerEntry(models.Model):
    """A move of money between two buckets of a line; `key` makes a repeated move impossible."""

    allocation = models.ForeignKey("Allocation", models.PROTECT, related_name="entries", verbose_name=_("dotazione"))
    kind = models.CharField(_("movimento"), max_length=20, choices=[(kind, kind) for kind in Kind])
    amount = models.DecimalField(_("importo"), max_digits=14, decimal_places=2)
    key = models.CharField(max_length=120, unique=True)
    award = models.ForeignKey("Award", models.PROTECT, null=True, related_name="entries", verbose_name=_("voucher"))
    decree = models.ForeignKey("Decree", models.PROTECT, null=True, related_name="entries", verbose_name=_("decreto"))
    at = models.DateTimeField(_("istante"))

    class Meta:
        verbose_name = _("movimento contabile")
        verbose_name_plural = _("movimenti contabili")
        ordering = ["id"]
        indexes = [models.Index(fields=["allocation", "at"], name="ledger_by_time")]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="entry_amount_is_positive"),
            models.CheckConstraint(
                condition=models.Q(kind=Kind.APPROPRIATE) | models.Q(award__isnull=False),
                name="entry_belongs_to_an_award",
            ),
        ]
        triggers = [append_only("ledger_append_only")]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"
