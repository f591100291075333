"""The audit register: append-only, each entry chained to the one before by its hash."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.models.protect import append_only


class AuditHead(models.Model):
    """The one row that is locked to append: the number and the hash of the last entry."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_audit_head")]

    def __str__(self) -> str:
        return f"n. {self.number}"


class AuditEntry(models.Model):
    """Who did what to which record, when, and the hash of all that came before."""

    number = models.BigIntegerField(_("numero"), primary_key=True)
    at = models.DateTimeField(_("istante"))
    actor = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+", verbose_name=_("autore"))
    act = models.CharField(_("atto"), max_length=60)
    target = models.CharField(_("oggetto"), max_length=80, help_text=_("tipo:identificativo"))
    detail = models.JSONField(_("dettaglio"), default=dict)
    previous_sha256 = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("registrazione")
        verbose_name_plural = _("registro delle operazioni")
        indexes = [models.Index(fields=["target", "number"], name="audit_target")]
        triggers = [append_only("audit_append_only")]

    def __str__(self) -> str:
        return f"{self.number} {self.act} {self.target}"
