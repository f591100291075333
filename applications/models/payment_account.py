"""The account on which a firm receives its vouchers (conto di accredito). Rows are only added."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.rules.iban import SHAPE
from portal.models.protect import append_only


class PaymentAccount(models.Model):
    """An account that a firm gave: the last row is the one in use, those before it are its history."""

    firm = models.ForeignKey("Firm", models.PROTECT, related_name="payment_accounts", verbose_name=_("impresa"))
    iban = models.CharField("IBAN", max_length=34)
    holder = models.CharField(_("intestatario"), max_length=200)
    since = models.DateTimeField(_("dal"))
    given_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+", verbose_name=_("indicato da"))

    class Meta:
        verbose_name = _("conto di accredito")
        verbose_name_plural = _("conti di accredito")
        constraints = [
            models.CheckConstraint(condition=Q(iban__regex=SHAPE), name="payment_account_iban_form"),
            models.CheckConstraint(condition=~Q(holder=""), name="payment_account_has_a_holder"),
        ]
        indexes = [
            models.Index(fields=["iban"], name="payment_account_iban"),
            models.Index(fields=["firm", "-id"], name="payment_account_last"),
        ]
        triggers = [append_only("payment_accounts_are_kept")]

    def __str__(self) -> str:
        return f"{self.firm}: {self.since:%d/%m/%Y}"
