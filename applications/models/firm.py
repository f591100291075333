"""Firms (imprese), their sites, and who may act for them."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from applications.rules.mandates import Scope
from portal.kernel.roles import Role


def every_scope() -> list[Scope]:
    """All that may be done for a firm."""
    return list(Scope)


class Firm(models.Model):
    """A firm or self-employed person, known once by its codice fiscale."""

    tax_code = models.CharField(_("codice fiscale"), max_length=16, unique=True)
    vat_number = models.CharField(_("partita IVA"), max_length=11, blank=True)
    name = models.CharField(_("denominazione"), max_length=200)
    legal_form = models.CharField(_("forma giuridica"), max_length=20)
    rea = models.CharField("REA", max_length=20, blank=True)
    ateco = models.CharField(_("codice ATECO"), max_length=10)
    province = models.CharField(_("provincia"), max_length=2)
    municipality = models.CharField(_("comune"), max_length=100)
    address = models.CharField(_("indirizzo"), max_length=200, blank=True)
    pec = models.EmailField("PEC", blank=True)
    road_freight = models.BooleanField(_("trasporto di merci su strada per conto terzi"), default=False)
    total_employees = models.PositiveIntegerField(_("dipendenti in totale"), null=True)
    total_employees_on = models.DateField(_("dipendenti contati il"), null=True)
    representative_name = models.CharField(_("legale rappresentante"), max_length=200, blank=True)
    representative_tax_code = models.CharField(_("codice fiscale del legale rappresentante"), max_length=16, blank=True)
    created_at = models.DateTimeField(_("registrata il"))

    class Meta:
        verbose_name = _("impresa")
        verbose_name_plural = _("imprese")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(tax_code__regex=r"^([0-9]{11}|[A-Z0-9]{16})$"), name="firm_tax_code_form"
            ),
            models.CheckConstraint(
                condition=models.Q(vat_number="") | models.Q(vat_number__regex=r"^[0-9]{11}$"),
                name="firm_vat_number_form",
            ),
            models.CheckConstraint(
                condition=models.Q(total_employees__isnull=True) | models.Q(total_employees_on__isnull=False),
                name="firm_employees_have_their_day",
            ),
        ]
        indexes = [
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="firm_name_pieces"),
            models.Index(fields=["vat_number"], name="firm_vat_number"),
            models.Index(
                fields=["representative_tax_code"],
                condition=~models.Q(representative_tax_code=""),
                name="firm_representative",
            ),
            models.Index(fields=["pec"], condition=~models.Q(pec=""), name="firm_pec"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_person(self) -> bool:
        """Whether the tax code is a natural person's (16 characters): then it is personal data."""
        return len(self.tax_code) == 16


class Site(models.Model):
    """A place where the firm works (sede operativa), with its employees on a day."""

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="sites", verbose_name=_("impresa"))
    address = models.CharField(_("indirizzo"), max_length=200)
    municipality = models.CharField(_("comune"), max_length=100)
    province = models.CharField(_("provincia"), max_length=2)
    employees = models.PositiveIntegerField(_("dipendenti"))
    employees_on = models.DateField(_("contati il"))

    class Meta:
        verbose_name = _("sede operativa")
        verbose_name_plural = _("sedi operative")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["firm", "municipality", "address"], name="one_site_per_address")]

    def __str__(self) -> str:
        return f"{self.address}, {self.municipality} ({self.province})"


class FirmMember(models.Model):
    """A person who acts for a firm, as its representative or as its delegate, from an instant on.

    `scopes` limit a delegate only; `given_by` is who of the firm gave the mandate, nobody when it was declared by the
    delegate who registered the firm.
    """

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="members", verbose_name=_("impresa"))
    user = models.ForeignKey("portal.User", models.PROTECT, related_name="firms", verbose_name=_("persona"))
    role = models.CharField(_("ruolo"), max_length=20)
    scopes = ArrayField(models.CharField(max_length=10), verbose_name=_("che cosa può fare"), default=every_scope)
    given_by = models.ForeignKey(
        "portal.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("delega data da")
    )
    since = models.DateTimeField(_("dal"))
    until = models.DateTimeField(_("al"), null=True, blank=True)

    class Meta:
        verbose_name = _("persona che agisce per l'impresa")
        verbose_name_plural = _("persone che agiscono per le imprese")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=[Role.APPLICANT, Role.DELEGATE]),
                name="member_is_applicant_or_delegate",
            ),
            models.CheckConstraint(
                condition=models.Q(scopes__len__gt=0, scopes__contained_by=list(Scope)), name="member_has_known_scopes"
            ),
            models.UniqueConstraint(
                fields=["firm", "user"], condition=models.Q(until__isnull=True), name="one_open_membership"
            ),
            ExclusionConstraint(
                name="one_membership_at_a_time",
                expressions=[
                    (models.Func("since", "until", function="tstzrange", output_field=DateTimeRangeField()), "&&"),
                    ("firm", RangeOperators.EQUAL),
                    ("user", RangeOperators.EQUAL),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.firm}"
