"""Jobs of the ground floor."""

from celery import shared_task
from django.utils import timezone

from portal.services import leftovers, mail, outbox, staff_invitations
from portal.services.jobs import PromisedTask


class MailTask(PromisedTask):
    """A delivery: the message says when it was given up, or is tried again."""

    abstract = True

    def given_up(self, *, mail_id: int) -> None:
        """The message was not delivered."""
        mail.give_up(mail_id)

    def revived(self, *, mail_id: int) -> None:
        """The message is about to leave again."""
        mail.requeue(mail_id)


@shared_task(name="portal.deliver_mail", base=MailTask)
def deliver_mail(*, mail_id: int) -> None:
    """Send one message of the outbox."""
    mail.deliver(mail_id, now=timezone.now())


@shared_task(name="portal.reconcile")
def reconcile() -> None:
    """Send again what was promised and is late."""
    outbox.reconcile(timezone.now())


@shared_task(name="portal.sweep_files")
def sweep_files() -> None:
    """Remove the files that no document names."""
    leftovers.remove(timezone.now())


class StaffInvitationTask(PromisedTask):
    """A sending: the invitation says when it was given up, or is tried again."""

    abstract = True

    def given_up(self, *, invitation_id: int) -> None:
        """The invitation did not leave."""
        staff_invitations.not_delivered(invitation_id)

    def revived(self, *, invitation_id: int) -> None:
        """The invitation is about to leave again."""
        staff_invitations.not_delivered(invitation_id, undelivered=False)


@shared_task(name="portal.send_staff_invitation", base=StaffInvitationTask)
def send_staff_invitation(*, invitation_id: int) -> None:
    """Send the link of an invitation to work for the office."""
    staff_invitations.deliver(invitation_id, now=timezone.now())
