"""Jobs of the ground floor."""

from celery import shared_task
from django.utils import timezone

from portal.services import mail, outbox
from portal.services.jobs import PromisedTask


@shared_task(name="portal.deliver_mail", base=PromisedTask)
def deliver_mail(*, mail_id: int) -> None:
    """Send one message of the outbox."""
    mail.deliver(mail_id, now=timezone.now())


@shared_task(name="portal.reconcile")
def reconcile() -> None:
    """Send again what was promised and is late."""
    outbox.reconcile(timezone.now())
