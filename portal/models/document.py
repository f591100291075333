"""Files that never change: stored by the hash of their bytes, outside the web root."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.models.protect import append_only


class Document(models.Model):
    """A file as it was produced or received; its bytes are found by `sha256`."""

    kind = models.CharField(_("tipo"), max_length=40)
    name = models.CharField(_("nome del file"), max_length=200)
    media_type = models.CharField(_("formato"), max_length=80)
    size = models.PositiveBigIntegerField(_("dimensione in byte"))
    sha256 = models.CharField(_("impronta SHA-256"), max_length=64)
    key = models.CharField(max_length=120, unique=True, help_text=_("ciò di cui è il documento, una volta sola"))
    created_at = models.DateTimeField(_("creato il"))

    class Meta:
        verbose_name = _("documento")
        verbose_name_plural = _("documenti")
        constraints = [
            models.CheckConstraint(condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="document_sha256_form")
        ]
        indexes = [models.Index(fields=["sha256"], name="document_sha256")]
        triggers = [append_only("document_is_immutable")]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """Where the bytes lie in the document storage."""
        return f"{self.sha256[:2]}/{self.sha256}"
