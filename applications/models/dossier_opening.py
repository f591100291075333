"""The reading of dossiers: who of the office opened which, when. Rows are only added."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.models.protect import append_only


class DossierOpening(models.Model):
    """Somebody of the office opened a dossier or a file of it, or took its row away in a sheet.

    One row for each ten minutes, however often.
    """

    class What(models.TextChoices):
        """What was opened."""

        DOSSIER = "DOSSIER", _("fascicolo")
        PROPOSAL = "PROPOSAL", _("proposta")
        FILE = "FILE", _("file")
        EXPORT = "EXPORT", _("riga di un foglio CSV")

    application = models.ForeignKey("Application", models.PROTECT, related_name="openings", verbose_name=_("domanda"))
    reader = models.ForeignKey("portal.User", models.PROTECT, related_name="+", verbose_name=_("chi"))
    what = models.CharField(_("che cosa"), max_length=10, choices=What.choices)
    name = models.CharField(_("nome"), max_length=255, blank=True)
    at = models.DateTimeField(_("istante"))
    slot = models.PositiveBigIntegerField(_("decina di minuti"))

    class Meta:
        verbose_name = _("lettura di un fascicolo")
        verbose_name_plural = _("letture dei fascicoli")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "reader", "what", "name", "slot"], name="one_opening_in_ten_minutes"
            ),
            models.CheckConstraint(
                condition=models.Q(what="FILE") ^ models.Q(name=""), name="opening_of_a_file_names_it"
            ),
        ]
        triggers = [append_only("openings_append_only")]

    def __str__(self) -> str:
        return f"{self.reader}: {self.application} {self.what}"
