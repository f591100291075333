"""Jobs of the first floor."""

from celery import shared_task
from django.utils import timezone

from applications.documents import application_form, receipts
from applications.domain import (
    bulk_running,
    closing,
    delegates,
    distribution,
    draw,
    expiry,
    invitation_delivery,
    order_proof,
    reminders,
    scanning,
)
from applications.models import Application, DeskWindow, FormToSign
from portal.services.clock import database_clock
from portal.services.jobs import PromisedTask


@shared_task(name="applications.expire_terms")
def expire_terms() -> None:
    """Close the integrations and notices whose term has expired."""
    expiry.expire_terms(timezone.now())


@shared_task(name="applications.assign_waiting")
def assign_waiting() -> None:
    """Give to officers the dossiers that nobody has, or that their officer may not have any more."""
    distribution.assign_all(timezone.now())


@shared_task(name="applications.scan_waiting")
def scan_waiting() -> None:
    """Ask the antivirus again for the files that wait for it."""
    scanning.rescan(now=timezone.now())


@shared_task(name="applications.remind")
def remind() -> None:
    """Remind whoever has a draft, an integration or a notice of the term that is about to end."""
    reminders.remind(timezone.now())


class InvitationTask(PromisedTask):
    """A sending: the invitation says when it was given up, or is tried again."""

    abstract = True

    def given_up(self, *, invitation_id: int) -> None:
        """The invitation did not leave."""
        invitation_delivery.not_delivered(invitation_id)

    def revived(self, *, invitation_id: int) -> None:
        """The invitation is about to leave again."""
        invitation_delivery.not_delivered(invitation_id, undelivered=False)


@shared_task(name="applications.send_invitation", base=InvitationTask)
def send_invitation(*, invitation_id: int) -> None:
    """Send the link of an invitation."""
    invitation_delivery.deliver(invitation_id, now=timezone.now())


@shared_task(name="applications.tell_firms")
def tell_firms() -> None:
    """Tell the firms what their delegates have just done."""
    delegates.tell(timezone.now())


@shared_task(name="applications.sum_up_for_firms")
def sum_up_for_firms() -> None:
    """Send the firms the daily summary of what their delegates wrote."""
    delegates.sum_up(timezone.now())


@shared_task(name="applications.render_receipt", base=PromisedTask)
def render_receipt(*, application_id: int) -> None:
    """Make the receipt of a submitted application. Raises Application.DoesNotExist for an id that nobody has."""
    receipts.render(Application.objects.select_related("call", "receipt").get(pk=application_id))


@shared_task(name="applications.render_form", base=PromisedTask)
def render_form(*, form_id: int) -> None:
    """Make the paper of an application to be signed. Raises FormToSign.DoesNotExist for an id that nobody has."""
    application_form.render(FormToSign.objects.get(pk=form_id))


class BulkTask(PromisedTask):
    """A step of a bulk run: its progress row says when it was given up, or is tried again."""

    abstract = True

    def given_up(self, *, progress_id: int) -> None:
        """The step did not come to its end."""
        bulk_running.give_up(progress_id, now=timezone.now())

    def revived(self, *, progress_id: int) -> None:
        """The step is about to run again."""
        bulk_running.reopen(progress_id)


@shared_task(name="applications.run_bulk", base=BulkTask)
def run_bulk(*, progress_id: int) -> None:
    """Rehearse, apply or undo a bulk run, row by row, with a progress row that pages poll."""
    bulk_running.run(progress_id, clock=database_clock)


@shared_task(name="applications.tend_windows")
def tend_windows() -> None:
    """Fix the secrets of the draws to come; promise the orders and the draws of the windows that have closed."""
    closing.tend(timezone.now())


@shared_task(name="applications.publish_order", base=PromisedTask)
def publish_order(*, window_id: int) -> None:
    """Publish the order of arrival of a closed window. Raises DeskWindow.DoesNotExist for an id that nobody has."""
    order_proof.publish(DeskWindow.objects.get(pk=window_id), now=timezone.now())


@shared_task(name="applications.draw_order", base=PromisedTask)
def draw_order(*, window_id: int) -> None:
    """Draw the order of a closed window. Raises DeskWindow.DoesNotExist for an id that nobody has."""
    draw.draw(DeskWindow.objects.get(pk=window_id), now=timezone.now())
