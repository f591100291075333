"""What is attached to an application: files received, and the paper that the portal prepares for the signature."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Attachment(models.Model):
    """A file received for a document that the terms ask. Taking it away closes the row, never deletes it."""

    class Scan(models.TextChoices):
        """What the antivirus said."""

        CLEAN = "CLEAN", _("scansione pulita")
        WAITING = "WAITING", _("in attesa della scansione")
        NOT_SCANNED = "NOT_SCANNED", _("scansione non eseguita")
        INFECTED = "INFECTED", _("contiene un virus")

    application = models.ForeignKey(
        "Application", models.PROTECT, related_name="attachments", verbose_name=_("domanda")
    )
    code = models.CharField(_("documento"), max_length=40)
    document = models.OneToOneField("portal.Document", models.PROTECT, related_name="+", verbose_name=_("file"))
    format = models.CharField(_("formato"), max_length=10)
    received_at = models.DateTimeField(_("ricevuto il"))
    received_from = models.ForeignKey("portal.User", models.PROTECT, related_name="+", verbose_name=_("caricato da"))
    scan = models.CharField(_("antivirus"), max_length=20, choices=Scan.choices)
    scanned_at = models.DateTimeField(_("scansione del"), null=True)
    signatures = models.JSONField(_("firme"), null=True)
    form = models.ForeignKey(
        "FormToSign", models.PROTECT, null=True, related_name="+", verbose_name=_("documento del portale che contiene")
    )
    seems_of = models.ForeignKey(
        "Firm", models.PROTECT, null=True, related_name="+", verbose_name=_("sembra di un'altra impresa")
    )
    carried_from = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", verbose_name=_("ripreso da un'altra domanda")
    )
    removed_at = models.DateTimeField(_("tolto il"), null=True)
    removed_by = models.ForeignKey(
        "portal.User", models.PROTECT, null=True, related_name="+", verbose_name=_("tolto da")
    )

    class Meta:
        verbose_name = _("allegato")
        verbose_name_plural = _("allegati")
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="removed_attachment_says_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(scan__in=["CLEAN", "INFECTED"]) | Q(scanned_at__isnull=False),
                name="scanned_attachment_has_instant",
            ),
        ]
        indexes = [models.Index(fields=["application", "code"], condition=Q(removed_at=None), name="live_attachments")]

    def __str__(self) -> str:
        return self.document.name


class FormToSign(models.Model):
    """A paper prepared by the portal for a document, as the answers were when it was asked.

    The same answers have one paper for each document, made from `snapshot`.
    """

    application = models.ForeignKey("Application", models.PROTECT, related_name="forms", verbose_name=_("domanda"))
    code = models.CharField(_("documento"), max_length=40, default="APPLICATION_FORM")
    snapshot = models.JSONField(_("contenuto"))
    snapshot_sha256 = models.CharField(_("impronta del contenuto"), max_length=64)
    asked_at = models.DateTimeField(_("chiesto il"))
    document = models.OneToOneField("portal.Document", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("domanda da firmare")
        verbose_name_plural = _("domande da firmare")
        constraints = [
            models.UniqueConstraint(fields=["application", "code", "snapshot_sha256"], name="one_form_per_content"),
        ]

    def __str__(self) -> str:
        return f"{self.application}: {self.snapshot_sha256[:12]}"
