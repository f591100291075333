"""A call being written at the desk: its content, who wrote it, who proposed it, who published it."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.models.lifecycle import LifecycleEvent
from portal.models.protect import append_only
from vouchers.rules.states import OPEN_DRAFTS, CallDraftState

C = CallDraftState


class CallDraft(models.Model):
    """A new call, or a new version of a published one. Its content is plain JSON in the shape of a call's file."""

    call = models.ForeignKey(
        "applications.Call", models.PROTECT, null=True, related_name="drafts", verbose_name=_("avviso"),
        help_text=_("l'avviso pubblicato che cambia; di un avviso nuovo, dalla pubblicazione"),
    )  # fmt: skip
    title = models.CharField(_("titolo"), max_length=300)
    content = models.JSONField(_("contenuto"))
    base_sha256 = models.CharField(
        _("impronta di partenza"), max_length=64, blank=True,
        help_text=_("dell'avviso pubblicato com'era quando la bozza è cominciata; vuota per un avviso nuovo"),
    )  # fmt: skip
    status = models.CharField(
        _("stato"), max_length=20, choices=[(state.value, state.value) for state in C], default=C.DRAFT
    )
    composed_by = models.ForeignKey("portal.User", models.PROTECT, related_name="+", verbose_name=_("cominciata da"))
    composed_at = models.DateTimeField(_("cominciata il"))
    editors = ArrayField(models.BigIntegerField(), verbose_name=_("chi l'ha scritta"), default=list)
    edited_at = models.DateTimeField(_("ultima modifica"))
    proposed_by = models.ForeignKey(
        "portal.User", models.PROTECT, null=True, related_name="+", verbose_name=_("proposta da")
    )
    published_by = models.ForeignKey(
        "portal.User", models.PROTECT, null=True, related_name="+", verbose_name=_("pubblicata da")
    )
    published_at = models.DateTimeField(_("pubblicata il"), null=True)

    class Meta:
        verbose_name = _("bozza di avviso")
        verbose_name_plural = _("bozze di avviso")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["call"], condition=Q(status__in=sorted(OPEN_DRAFTS)), name="one_open_draft_per_call"
            ),
            models.CheckConstraint(
                name="proposed_call_draft_has_a_proposer",
                condition=~Q(status=C.PROPOSED) | Q(proposed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="published_call_draft_is_complete",
                condition=~Q(status=C.PUBLISHED)
                | Q(
                    call__isnull=False, proposed_by__isnull=False, published_by__isnull=False,
                    published_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="unpublished_call_draft_has_no_publisher",
                condition=Q(status=C.PUBLISHED) | Q(published_by__isnull=True, published_at__isnull=True),
            ),
            models.CheckConstraint(
                name="who_wrote_a_call_does_not_publish_it",
                condition=Q(published_by__isnull=True)
                | (~Q(published_by=F("proposed_by")) & ~Q(published_by=F("composed_by"))),
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Trigger(
                name="editors_do_not_publish",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__published_by__isnull=False),
                func="""
                    IF NEW.published_by_id = ANY (NEW.editors) THEN
                        RAISE EXCEPTION 'who wrote call draft % cannot publish it', NEW.id
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="only_open_drafts_are_edited",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF OLD.status IN ('PUBLISHED', 'DISCARDED') OR (OLD.status <> 'DRAFT' AND (
                        (OLD.content, OLD.editors) IS DISTINCT FROM (NEW.content, NEW.editors)
                    )) OR NOT (NEW.editors @> OLD.editors) THEN
                        RAISE EXCEPTION 'call draft % is % and cannot change', OLD.id, OLD.status
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(name="call_drafts_are_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.title


class CallDraftEvent(LifecycleEvent):
    """A step in the life of a draft."""

    subject = models.ForeignKey(CallDraft, models.PROTECT, related_name="events", verbose_name=_("bozza"))

    class Meta(LifecycleEvent.Meta):
        abstract = False


class CallDraftEdit(models.Model):
    """A part of a draft written once more: who, when, which, and how it was before."""

    draft = models.ForeignKey(CallDraft, models.PROTECT, related_name="edits", verbose_name=_("bozza"))
    part = models.CharField(_("parte"), max_length=40)
    by = models.ForeignKey("portal.User", models.PROTECT, related_name="+", verbose_name=_("autore"))
    at = models.DateTimeField(_("istante"))
    before = models.JSONField(_("com'era"), help_text=_("il testo delle parti cambiate, prima"))

    class Meta:
        verbose_name = _("modifica di una bozza")
        verbose_name_plural = _("modifiche delle bozze")
        ordering = ["pk"]
        triggers = [append_only("edits_append_only")]

    def __str__(self) -> str:
        return f"{self.part}: {self.at}"
