"""A call (avviso), its windows and its terms. Published terms are frozen: a change is a new version."""

from datetime import datetime
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.models.protect import append_only


class TsTzRange(models.Func):
    """`tstzrange(opens_at, closes_at, '[)')`: a window whose closing instant is out."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class Call(models.Model):
    """A public call. What it asks and gives is in its terms and, upstairs, in its bands and money."""

    slug = models.SlugField(_("identificativo"), unique=True)
    code = models.CharField(_("codice"), max_length=40)
    title = models.CharField(_("titolo"), max_length=300)
    programme = models.CharField(_("programma"), max_length=300)
    cup = models.CharField("CUP", max_length=15, blank=True)
    source = models.JSONField(_("avviso come scritto"), default=dict)
    assigns_itself = models.BooleanField(_("domande assegnate dal portale"), default=True)

    class Meta:
        verbose_name = _("avviso")
        verbose_name_plural = _("avvisi")

    def __str__(self) -> str:
        return self.title

    @property
    def identity(self) -> dict[str, Any]:
        """How the call presents itself in pages and papers (plain JSON of its file)."""
        return dict(self.source["identity"])

    @property
    def monitoring(self) -> dict[str, Any]:
        """The texts of the monitoring report (plain JSON of its file)."""
        return dict(self.source["monitoring"])


class DeskWindow(models.Model):
    """A stretch of time in which applications may be submitted: opening included, closing excluded."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="windows", verbose_name=_("avviso"))
    number = models.PositiveSmallIntegerField(_("numero"))
    name = models.CharField(_("nome"), max_length=100)
    opens_at = models.DateTimeField(_("apre"))
    closes_at = models.DateTimeField(_("chiude"))

    class Meta:
        verbose_name = _("sportello")
        verbose_name_plural = _("sportelli")
        ordering = ["opens_at"]
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="one_window_per_number"),
            models.CheckConstraint(
                condition=models.Q(opens_at__lt=models.F("closes_at")), name="window_opens_before_closing"
            ),
            ExclusionConstraint(
                name="windows_of_a_call_never_overlap",
                expressions=[
                    ("call", RangeOperators.EQUAL),
                    (TsTzRange("opens_at", "closes_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_open(self, instant: datetime) -> bool:
        """Whether the instant falls in the window."""
        return self.opens_at <= instant < self.closes_at


class Action(models.Model):
    """A part of what a call finances; another action may be compulsory for it (B only with A)."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="actions", verbose_name=_("avviso"))
    code = models.CharField(_("codice"), max_length=10)
    title = models.CharField(_("titolo"), max_length=300)
    compulsory = models.BooleanField(_("obbligatoria"))
    requires = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("solo insieme a")
    )

    class Meta:
        verbose_name = _("azione")
        verbose_name_plural = _("azioni")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["call", "code"], name="one_action_per_code")]

    def __str__(self) -> str:
        return f"{_('Azione')} {self.code}"


class CallTerms(models.Model):
    """A version of the rules of a call, whole, as data. An application is judged by the one it was made under."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="terms", verbose_name=_("avviso"))
    version = models.PositiveSmallIntegerField(_("versione"))
    valid_from = models.DateTimeField(_("in vigore dal"))
    act = models.CharField(_("atto"), max_length=300)
    payload = models.JSONField(_("contenuto"))
    sha256 = models.CharField(_("impronta"), max_length=64)

    class Meta:
        verbose_name = _("versione dei termini")
        verbose_name_plural = _("versioni dei termini")
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(fields=["call", "version"], name="one_terms_per_version"),
            models.UniqueConstraint(fields=["call", "valid_from"], name="one_terms_per_instant"),
        ]
        triggers = [append_only("published_terms_are_frozen")]

    def __str__(self) -> str:
        return f"{self.call} v{self.version}"
