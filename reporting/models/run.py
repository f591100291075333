"""A report that was asked for: its parameters, the instant its figures stand at, and its file."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from reporting.rules.formats import FORMATS
from reporting.rules.periods import in_words


class ReportRun(models.Model):
    """One making of a report; the same parameters always give the same figures."""

    report = models.CharField(_("rapporto"), max_length=40)
    call = models.ForeignKey("applications.Call", models.PROTECT, related_name="+", verbose_name=_("avviso"))
    as_of = models.DateTimeField(_("dati al"))
    format = models.CharField(_("formato"), max_length=10, choices=FORMATS)
    requested_by = models.ForeignKey(
        "portal.User", models.PROTECT, null=True, related_name="+", verbose_name=_("chiesto da")
    )
    requested_at = models.DateTimeField(_("chiesto il"))
    progress = models.OneToOneField("portal.Progress", models.PROTECT, verbose_name=_("avanzamento"))
    document = models.OneToOneField(
        "portal.Document", models.PROTECT, null=True, related_name="+", verbose_name=_("file")
    )
    figures_sha256 = models.CharField(_("impronta delle cifre"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("rapporto richiesto")
        verbose_name_plural = _("rapporti richiesti")
        ordering = ["-requested_at"]

    def __str__(self) -> str:
        return f"{self.report} {self.as_of:%Y-%m-%d} {self.format}"

    @property
    def as_of_words(self) -> str:
        """The instant of the figures as people say it: the day alone when it is counted whole."""
        return in_words(self.as_of)
