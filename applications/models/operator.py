"""The register of accredited operators, and the lists that the office loads into it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AccreditedOperator(models.Model):
    """An operator with its number in each regional register; who goes out is closed, never deleted."""

    tax_code = models.CharField(_("codice fiscale"), max_length=16, unique=True)
    name = models.CharField(_("denominazione"), max_length=200)
    training_number = models.CharField(_("numero nell'albo della formazione"), max_length=20, blank=True)
    labour_number = models.CharField(_("numero nell'albo dei servizi al lavoro"), max_length=20, blank=True)
    since = models.DateField(_("iscritto dal"), null=True)
    until = models.DateField(_("non più iscritto dal"), null=True)
    imported_at = models.DateTimeField(_("caricato il"))

    class Meta:
        verbose_name = _("operatore accreditato")
        verbose_name_plural = _("operatori accreditati")
        constraints = [
            models.CheckConstraint(
                condition=Q(tax_code__regex=r"^([0-9]{11}|[A-Z0-9]{16})$"), name="operator_tax_code_form"
            ),
            models.CheckConstraint(
                condition=~Q(training_number="", labour_number=""), name="operator_is_in_a_register"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OperatorImport(models.Model):
    """A list as it was read: its rows wait for a confirmation, which writes them all at once and only once."""

    uploaded_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+", verbose_name=_("caricato da"))
    uploaded_at = models.DateTimeField(_("caricato il"))
    name = models.CharField(_("nome del file"), max_length=130)
    sha256 = models.CharField(_("impronta del file"), max_length=64)
    rows = models.JSONField(_("righe come scritte"))
    confirmed_at = models.DateTimeField(_("confermato il"), null=True)

    class Meta:
        verbose_name = _("elenco di operatori")
        verbose_name_plural = _("elenchi di operatori")

    def __str__(self) -> str:
        return self.name
