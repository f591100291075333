"""The employees of many firms, read from one file: judged first, written when confirmed."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class HeadcountImport(models.Model):
    """A file as it was read: its rows wait for a confirmation, which writes them all at once and only once."""

    uploaded_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+", verbose_name=_("caricato da"))
    uploaded_at = models.DateTimeField(_("caricato il"))
    name = models.CharField(_("nome del file"), max_length=130)
    rows = models.JSONField(_("righe come scritte"))
    confirmed_at = models.DateTimeField(_("confermato il"), null=True)
    firms_written = models.PositiveIntegerField(_("imprese aggiornate"), null=True)

    class Meta:
        verbose_name = _("importazione dei dipendenti")
        verbose_name_plural = _("importazioni dei dipendenti")
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, firms_written__isnull=True)
                | Q(confirmed_at__isnull=False, firms_written__isnull=False),
                name="confirmed_import_says_what_it_wrote",
            ),
        ]

    def __str__(self) -> str:
        return self.name
