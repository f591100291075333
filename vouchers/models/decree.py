"""Decrees: composed as drafts, frozen at the signature, rendered later from what was frozen."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.models.lifecycle import LifecycleEvent
from vouchers.rules.states import DecreeState

FROZEN = (
    "call_id kind split rectifies_id texts ordinal status year number snapshot snapshot_sha256 composed_by_id "
    "signed_by_id signed_at to_be_signed"
)
ONCE = ("document_id", "publication_id", "signed_document_id", "signatures")
"""What may still be attached to a signed decree, each once."""


def _changed(names: str) -> str:
    """SQL: whether any of the columns is being changed."""
    columns = names.split()
    old, new = (", ".join(f"{row}.{name}" for name in columns) for row in ("OLD", "NEW"))
    return f"({old}) IS DISTINCT FROM ({new})"


def _replaced(name: str) -> str:
    """SQL: whether a column that already has a value is being changed."""
    return f"(OLD.{name} IS NOT NULL AND {_changed(name)})"


class Decree(models.Model):
    """An act of the office. Once signed only its rendered files may still be attached to it."""

    class Kind(models.TextChoices):
        GRANT = "GRANT", _("approvazione degli esiti e concessione")
        REJECTION = "REJECTION", _("non ammissione")
        FORFEITURE = "FORFEITURE", _("decadenza con economia")
        REDETERMINATION = "REDETERMINATION", _("presa d'atto di rinunce e rideterminazione")
        REFINANCING = "REFINANCING", _("rifinanziamento")
        RECTIFICATION = "RECTIFICATION", _("rettifica di un decreto di concessione")

    call = models.ForeignKey("applications.Call", models.PROTECT, related_name="decrees", verbose_name=_("avviso"))
    kind = models.CharField(_("tipo"), max_length=20, choices=Kind)
    ordinal = models.PositiveSmallIntegerField(
        _("provvedimento n."), null=True, help_text=_("n-esimo del suo tipo, dato alla firma")
    )
    status = models.CharField(
        _("stato"),
        max_length=20,
        choices=[(state.value, state.value) for state in DecreeState],
        default=DecreeState.DRAFT,
    )
    split = models.JSONField(
        _("risorse che porta"), null=True, help_text=_("importo in euro per azione, in un rifinanziamento")
    )
    rectifies = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="rectifications", verbose_name=_("decreto che rettifica")
    )
    texts = models.JSONField(
        _("testo adattato"), null=True, help_text=_("le sezioni che non sono quelle dell'avviso, blocco per blocco")
    )
    composed_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+", verbose_name=_("composto da"))
    composed_at = models.DateTimeField(_("composto il"))
    year = models.PositiveSmallIntegerField(_("anno"), null=True)
    number = models.PositiveBigIntegerField(_("numero"), null=True)
    signed_by = models.ForeignKey(
        "portal.User", models.PROTECT, null=True, related_name="+", verbose_name=_("firmato da")
    )
    signed_at = models.DateTimeField(_("firmato il"), null=True)
    snapshot = models.JSONField(_("contenuto"), null=True)
    snapshot_sha256 = models.CharField(_("impronta"), max_length=64, blank=True)
    to_be_signed = models.BooleanField(
        _("con firma digitale"),
        default=False,
        help_text=_("le lettere e il termine per accettare aspettano il file firmato"),
    )
    document = models.OneToOneField(
        "portal.Document", models.PROTECT, null=True, related_name="+", verbose_name=_("decreto in PDF")
    )
    signed_document = models.OneToOneField(
        "portal.Document", models.PROTECT, null=True, related_name="+", verbose_name=_("decreto firmato digitalmente")
    )
    signatures = models.JSONField(_("firme del file"), null=True)
    publication = models.OneToOneField(
        "portal.Document",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("copia per la pubblicazione"),
    )

    class Meta:
        verbose_name = _("decreto")
        verbose_name_plural = _("decreti")
        ordering = ["year", "number"]
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="one_decree_per_number"),
            models.UniqueConstraint(
                fields=["call", "kind", "ordinal"], name="one_decree_per_ordinal"
            ),
            models.CheckConstraint(
                name="signed_decree_is_complete",
                condition=~Q(status=DecreeState.SIGNED)
                | Q(
                    number__isnull=False, year__isnull=False, signed_at__isnull=False, signed_by__isnull=False,
                    ordinal__isnull=False, snapshot__isnull=False, snapshot_sha256__regex=r"^[0-9a-f]{64}$",
                ),
            ),
            models.CheckConstraint(
                name="signed_file_comes_with_its_signatures",
                condition=Q(signed_document__isnull=True, signatures__isnull=True)
                | Q(signed_document__isnull=False, signatures__isnull=False, document__isnull=False),
            ),
            models.CheckConstraint(
                name="refinancing_brings_money",
                condition=Q(kind="REFINANCING", split__isnull=False) | (~Q(kind="REFINANCING") & Q(split__isnull=True)),
            ),
            models.CheckConstraint(
                name="rectification_names_its_decree",
                condition=Q(kind="RECTIFICATION", rectifies__isnull=False)
                | (~Q(kind="RECTIFICATION") & Q(rectifies__isnull=True)),
            ),
            models.UniqueConstraint(
                fields=["rectifies"], condition=Q(status=DecreeState.DRAFT), name="one_open_rectification_per_decree"
            ),
            models.CheckConstraint(
                name="unsigned_decree_has_no_number",
                condition=Q(status=DecreeState.SIGNED) | Q(number__isnull=True, document__isnull=True),
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Trigger(
                name="signed_decree_is_immutable",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status="SIGNED"),
                func=f"""
                    IF {_changed(FROZEN)} OR {" OR ".join(map(_replaced, ONCE))} THEN
                        RAISE EXCEPTION 'decree % is signed and cannot change', OLD.id
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(name="decrees_are_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.protocol or f"{self.get_kind_display()} ({_('bozza')})"

    @property
    def protocol(self) -> str:
        """Number and year as they are written; empty for a draft."""
        return f"{self.number}/{self.year}" if self.number else ""

    @property
    def is_held(self) -> bool:
        """Whether it was signed but waits for its digital signature: until then nobody is told."""
        return self.status == DecreeState.SIGNED and self.to_be_signed and self.signed_document_id is None


class DecreeRow(models.Model):
    """A line of an annex: A admitted and financed, B admitted and waiting, C not admitted, D forfeited, E given up.

    F corrects a row of another decree: `corrections` are what changes in it (`rules/rectification.py`).
    """

    class Annex(models.TextChoices):
        A = "A", _("ammesse e finanziate")
        B = "B", _("ammesse e non finanziate")
        C = "C", _("non ammesse")
        D = "D", _("decadute")
        E = "E", _("rinunce e rideterminazioni")
        F = "F", _("rettifiche")

    decree = models.ForeignKey(Decree, models.PROTECT, related_name="rows", verbose_name=_("decreto"))
    annex = models.CharField(_("allegato"), max_length=1, choices=Annex)
    position = models.PositiveIntegerField(_("riga"))
    application = models.ForeignKey(
        "applications.Application", models.PROTECT, related_name="decree_rows", verbose_name=_("domanda")
    )
    award = models.ForeignKey("Award", models.PROTECT, null=True, related_name="decree_rows", verbose_name=_("voucher"))
    renunciation = models.ForeignKey("Renunciation", models.PROTECT, null=True, verbose_name=_("rinuncia"))
    reason_codes = ArrayField(models.CharField(max_length=40), verbose_name=_("motivi"), default=list)
    corrections = models.JSONField(_("correzioni"), null=True)
    standing = models.BooleanField(_("non scartata"), default=True)

    class Meta:
        verbose_name = _("riga di allegato")
        verbose_name_plural = _("righe di allegato")
        ordering = ["decree", "annex", "position"]
        constraints = [
            models.UniqueConstraint(fields=["decree", "annex", "position"], name="one_row_per_position"),
            models.UniqueConstraint(
                fields=["application", "annex"],
                condition=Q(standing=True) & ~Q(annex__in=["B", "E", "F"]),
                name="one_decree_per_application_and_annex",
            ),
            models.UniqueConstraint(
                fields=["renunciation"], condition=Q(standing=True), name="one_decree_per_renunciation"
            ),
            models.CheckConstraint(
                condition=Q(annex="E", renunciation__isnull=False) | (~Q(annex="E") & Q(renunciation__isnull=True)),
                name="annex_e_lists_renunciations",
            ),
            models.CheckConstraint(
                condition=Q(annex="F", corrections__isnull=False) | (~Q(annex="F") & Q(corrections__isnull=True)),
                name="annex_f_lists_corrections",
            ),
            models.UniqueConstraint(
                fields=["decree", "application"], condition=Q(annex="F"), name="one_correction_per_application"
            ),
            models.CheckConstraint(condition=Q(annex="C") | Q(award__isnull=False), name="financed_row_has_an_award"),
        ]

    def __str__(self) -> str:
        return f"{self.annex}{self.position}"


class DecreeEvent(LifecycleEvent):
    """A step in the life of a decree."""

    subject = models.ForeignKey(Decree, models.PROTECT, related_name="events", verbose_name=_("decreto"))

    class Meta(LifecycleEvent.Meta):
        abstract = False
