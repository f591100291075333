"""The shape shared by every life cycle: a status that only moves with an event, and the list of events."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.models.protect import append_only


class LifecycleEvent(models.Model):
    """One step of a record's life. Concrete tables add a foreign key named `subject`."""

    event = models.CharField(_("evento"), max_length=40)
    source = models.CharField(_("da"), max_length=30)
    target = models.CharField(_("a"), max_length=30)
    at = models.DateTimeField(_("istante"))
    actor = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+", verbose_name=_("autore"))
    in_place_of = models.ForeignKey(
        "portal.User", models.PROTECT, null=True, related_name="+", verbose_name=_("in sostituzione di")
    )
    reason = models.TextField(_("motivo"), blank=True)

    class Meta:
        abstract = True
        ordering = ["id"]
        verbose_name = _("passaggio")
        verbose_name_plural = _("passaggi")
        indexes = [models.Index(fields=["subject", "at", "id"], name="%(class)s_by_time")]
        triggers = [append_only("events_append_only")]

    def __str__(self) -> str:
        return f"{self.event}: {self.source} → {self.target}"
