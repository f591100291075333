"""The story's letters left in the story's time: on a machine that has just begun nobody waits behind old post."""

from django.db.models import F

from portal.models import Mail, Promise


def last_letter() -> int:
    """The newest letter there is; 0 when there is none."""
    return Mail.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def send_off(*, after: int) -> int:
    """Mark every letter written after one as sent at its own instant, and its promise as kept; how many they were.

    The letters stay, with their delivery; only the mail server never sees them.
    """
    letters = Mail.objects.filter(pk__gt=after, state=Mail.State.QUEUED)
    keys = [f"mail:{pk}" for pk in letters.values_list("pk", flat=True)]
    Promise.objects.filter(key__in=keys, state=Promise.State.PENDING).update(
        state=Promise.State.DONE, done_at=F("created_at")
    )
    return letters.update(state=Mail.State.SENT, sent_at=F("created_at"))
