"""The letter (lettera, comunicazione) with which a decree speaks to a firm: what it says, frozen when it left."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.models.protect import append_only


class AwardLetter(models.Model):
    """The letter about one row of a decree; its PDF is made from `content` alone, under the key of the row."""

    award = models.ForeignKey("Award", models.PROTECT, related_name="letters", verbose_name=_("voucher"))
    row = models.OneToOneField("DecreeRow", models.PROTECT, related_name="letter", verbose_name=_("riga del decreto"))
    content = models.JSONField(_("contenuto"))
    sha256 = models.CharField(_("impronta del contenuto"), max_length=64)
    written_at = models.DateTimeField(_("scritta il"))

    class Meta:
        verbose_name = _("lettera di un decreto")
        verbose_name_plural = _("lettere dei decreti")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="award_letter_sha256"),
        ]
        triggers = [append_only("award_letters_are_kept")]

    def __str__(self) -> str:
        return f"{self.row}: {self.award}"

    @property
    def key(self) -> str:
        """What makes its file and the job that makes it unique."""
        return f"letter:{self.pk}"
