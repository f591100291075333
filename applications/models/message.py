"""What a firm and the office write to each other about an application, and what stays inside the firm."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.models.protect import append_only


class Message(models.Model):
    """A message of an application, for the office too or for those who act for the firm alone. It never changes."""

    class Circle(models.TextChoices):
        """Who reads it."""

        OFFICE = "OFFICE", _("impresa e ufficio")
        FIRM = "FIRM", _("chi agisce per l'impresa")

    class Side(models.TextChoices):
        """Who wrote it, or who read it."""

        FIRM = "FIRM", _("impresa")
        OFFICE = "OFFICE", _("ufficio")

    application = models.ForeignKey("Application", models.PROTECT, related_name="messages", verbose_name=_("domanda"))
    circle = models.CharField(_("chi legge"), max_length=10, choices=Circle)
    page = models.SlugField(_("pagina della domanda"), max_length=60, blank=True)
    side = models.CharField(_("parte"), max_length=10, choices=Side)
    author = models.ForeignKey("portal.User", models.PROTECT, related_name="+", verbose_name=_("scritto da"))
    body = models.TextField(_("testo"))
    written_at = models.DateTimeField(_("scritto il"))
    client_key = models.UUIDField(unique=True)

    class Meta:
        verbose_name = _("messaggio")
        verbose_name_plural = _("messaggi")
        constraints = [
            models.CheckConstraint(condition=~Q(body=""), name="message_says_something"),
            models.CheckConstraint(condition=Q(circle="OFFICE") | Q(side="FIRM"), name="inside_message_is_the_firms"),
            models.CheckConstraint(condition=Q(circle="FIRM") | Q(page=""), name="message_on_a_page_stays_inside"),
        ]
        indexes = [models.Index(fields=["application", "circle", "page"], name="messages_of_application")]
        triggers = [append_only("message_only_grows")]

    def __str__(self) -> str:
        return f"{self.author}: {self.body[:40]}"


class Reading(models.Model):
    """Somebody has read a message, for their side: the first time."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="readings", verbose_name=_("messaggio"))
    reader = models.ForeignKey("portal.User", models.PROTECT, related_name="+", verbose_name=_("letto da"))
    side = models.CharField(_("parte"), max_length=10, choices=Message.Side)
    at = models.DateTimeField(_("letto il"))

    class Meta:
        verbose_name = _("lettura")
        verbose_name_plural = _("letture")
        constraints = [models.UniqueConstraint(fields=["message", "reader"], name="one_reading_per_reader")]
        triggers = [append_only("reading_only_grows")]

    def __str__(self) -> str:
        return f"{self.reader}: {self.message_id}"
