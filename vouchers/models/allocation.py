"""The money of a call, line by line, and the acts that brought it."""

from decimal import Decimal
from functools import reduce
from operator import add

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from vouchers.rules.ledger import Balance, Bucket

BUCKETS = tuple(bucket.value for bucket in Bucket if bucket is not Bucket.OUTSIDE)


def _euro(label: str) -> "models.DecimalField[Decimal | int, Decimal]":
    return models.DecimalField(label, max_digits=14, decimal_places=2, default=0)


class Allocation(models.Model):
    """The line of one action: each euro appropriated is in exactly one bucket, none is ever negative."""

    action = models.OneToOneField("applications.Action", models.PROTECT, verbose_name=_("azione"))
    appropriated = _euro(_("stanziato"))
    available = _euro(_("disponibile"))
    reserved = _euro(_("prenotato"))
    committed = _euro(_("impegnato"))
    settled = _euro(_("liquidato"))
    paid = _euro(_("pagato"))
    saved = _euro(_("economie"))
    recovered = _euro(_("recuperato"))

    class Meta:
        verbose_name = _("dotazione")
        verbose_name_plural = _("dotazioni")
        constraints = [
            *[
                models.CheckConstraint(condition=Q(**{f"{bucket}__gte": 0}), name=f"line_{bucket}_never_negative")
                for bucket in BUCKETS
            ],
            models.CheckConstraint(
                condition=Q(appropriated=reduce(add, [F(bucket) for bucket in BUCKETS])),
                name="line_buckets_sum_to_appropriated",
            ),
        ]

    def __str__(self) -> str:
        return f"{_('Dotazione')} {self.action}"

    @property
    def balance(self) -> Balance:
        """The buckets as a pure value."""
        return Balance(**{bucket: getattr(self, bucket) for bucket in BUCKETS})


class MoneyAct(models.Model):
    """An act that brings money to a call (opening, refinancing), with its split by action."""

    call = models.ForeignKey("applications.Call", models.PROTECT, related_name="money_acts", verbose_name=_("avviso"))
    code = models.CharField(_("codice"), max_length=40)
    act = models.CharField(_("atto"), max_length=300)
    effective_at = models.DateTimeField(_("efficace dal"))
    split = models.JSONField(_("ripartizione"), help_text=_("importo in euro per azione"))
    applied_at = models.DateTimeField(_("contabilizzato il"), null=True)
    decree = models.OneToOneField(
        "Decree", models.PROTECT, null=True, related_name="money_act", verbose_name=_("decreto di rifinanziamento")
    )

    class Meta:
        verbose_name = _("atto di dotazione")
        verbose_name_plural = _("atti di dotazione")
        ordering = ["effective_at"]
        constraints = [models.UniqueConstraint(fields=["call", "code"], name="one_money_act_per_code")]

    def __str__(self) -> str:
        return self.act
