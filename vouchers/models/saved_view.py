"""A view of the queue that somebody saved: its filters, under a name."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

MOST = 20
"""Views a person may keep: the queue shows them all, each with its count."""


class SavedView(models.Model):
    """Filters of the queue under a name: of its owner, or for the whole office to read. `slot` bounds how many."""

    owner = models.ForeignKey("portal.User", models.PROTECT, related_name="saved_views", verbose_name=_("di"))
    slot = models.SmallIntegerField(_("posto"))
    name = models.CharField(_("nome"), max_length=60)
    query = models.CharField(_("filtri, come in un indirizzo"), max_length=1000)
    shared = models.BooleanField(_("visibile a tutto l'ufficio"), default=False)
    created_at = models.DateTimeField(_("salvata il"))

    class Meta:
        verbose_name = _("vista salvata")
        verbose_name_plural = _("viste salvate")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="one_view_per_name"),
            models.UniqueConstraint(fields=["owner", "slot"], name="one_view_per_slot"),
            models.CheckConstraint(condition=Q(slot__gte=1, slot__lte=MOST), name="views_are_few"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(query=""), name="view_has_name_and_filters"),
        ]
        indexes = [models.Index(fields=["name"], condition=Q(shared=True), name="shared_views")]

    def __str__(self) -> str:
        return self.name
