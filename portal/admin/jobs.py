"""Jobs, messages and files at the desk: what the portal promised to do, and what did not work."""

from datetime import datetime

from django.contrib import admin
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from portal.admin.desk import Box, box
from portal.admin.records import ReadOnlyAdmin, instant_column
from portal.kernel.roles import READS_DOSSIERS, READS_MANAGEMENT, STAFF, Role
from portal.kernel.scopes import EVERYWHERE
from portal.models import Document, Mail, Progress, Promise, User

JOB_READERS = READS_MANAGEMENT | {Role.SYSTEM_ADMIN}


@admin.register(Promise)
class PromiseAdmin(ReadOnlyAdmin):
    """The outbox: jobs that must run at least once."""

    readers = JOB_READERS
    list_display = ("job", "key", "state", "attempts", instant_column("created_at", _("promesso il")))
    fields = ("job", "key", "arguments", "state", "attempts", "created_at", "next_try_at", "done_at", "error")
    list_filter = ("state",)
    search_fields = ("key", "job")
    ordering = ("-pk",)


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin):
    """Messages as they were written, with their delivery."""

    readers = READS_DOSSIERS
    list_display = ("subject", "to", "state", instant_column("created_at", _("scritta il")))
    fields = ("subject", "to", "about", "body", "state", "created_at", "sent_at", "message_id")
    list_filter = ("state",)
    search_fields = ("to", "=about")
    search_help_text = _("Per indirizzo, o per oggetto: application:12.")
    ordering = ("-pk",)


@admin.register(Progress)
class ProgressAdmin(ReadOnlyAdmin):
    """Long jobs and how far they are."""

    readers = JOB_READERS
    list_display = ("title", "state", "done", "total", "failed", instant_column("created_at", _("chiesto il")))
    fields = ("title", "state", "done", "total", "failed", "message", "created_at", "finished_at")
    list_filter = ("state",)
    ordering = ("-pk",)


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    """Files as they were made or received: what they are, never their content."""

    readers = READS_DOSSIERS
    list_display = ("name", "kind", "size", instant_column("created_at", _("creato il")))
    fields = ("name", "kind", "media_type", "size", "sha256", "key", "created_at")
    search_fields = ("name", "=sha256")
    ordering = ("-pk",)


@box(place=40, readers=STAFF)
def failures(user: User, now: datetime) -> Box:
    """Jobs and messages that wait for a person (two counting queries), each with its list when one may read it."""
    jobs = Promise.objects.aggregate(
        failed=Count("pk", filter=Q(state=Promise.State.FAILED)),
        pending=Count("pk", filter=Q(state=Promise.State.PENDING)),
        retried=Count("pk", filter=Q(state=Promise.State.PENDING, attempts__gt=1)),
    )
    mails = Mail.objects.filter(state=Mail.State.FAILED).count()
    return Box(
        _("Lavori e messaggi"),
        "admin/boxes/failures.html",
        {
            **jobs,
            "mails": mails,
            "reads_jobs": bool(user.roles_in(EVERYWHERE) & JOB_READERS),
            "reads_mails": bool(user.roles_in(EVERYWHERE) & READS_DOSSIERS),
        },
    )
