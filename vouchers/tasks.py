"""Jobs of the second floor: each takes ids, makes one call, and is harmless when repeated."""

from contextlib import suppress

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.services.clock import database_clock
from portal.services.jobs import PromisedTask
from portal.services.locks import Busy
from vouchers.documents import award_letters, decrees
from vouchers.domain import aid_requests, batches, expiry, funding, reminders, signed_files
from vouchers.models import AwardLetter, Decree


@shared_task(name="vouchers.render_decree", base=PromisedTask)
def render_decree(*, decree_id: int) -> None:
    """Make the papers of a signed decree. Raises Decree.DoesNotExist for an id that nobody has."""
    decree = Decree.objects.filter(pk=decree_id).first()
    if decree is None:
        raise Decree.DoesNotExist(_("Il decreto %(id)s non esiste: nessun documento da produrre.") % {"id": decree_id})
    decrees.render(decree)


@shared_task(name="vouchers.render_letter", base=PromisedTask)
def render_letter(*, letter_id: int) -> None:
    """Make the PDF of a letter. Raises AwardLetter.DoesNotExist for an id that nobody has."""
    award_letters.render(AwardLetter.objects.get(pk=letter_id))


@shared_task(name="vouchers.sign_decree", base=PromisedTask)
def sign_decree(*, decree_id: int) -> None:
    """Sign the file of a decree with the key of the settings. Raises KeyUnusable with the words for the desk."""
    signed_files.sign_with_key(decree_id, now=timezone.now())


class BatchTask(PromisedTask):
    """A batch: its progress row says when it was given up, or is tried again."""

    abstract = True

    def given_up(self, *, progress_id: int) -> None:
        """The batch ended without its awards."""
        batches.give_up(progress_id, now=timezone.now())

    def revived(self, *, progress_id: int) -> None:
        """The batch is about to run again."""
        batches.reopen(progress_id)


@shared_task(name="vouchers.compute_awards", base=BatchTask)
def compute_awards(*, progress_id: int) -> None:
    """Compute and fund the awards of a call, in chunks, with a progress row that pages poll."""
    batches.run(progress_id, clock=database_clock)


@shared_task(name="vouchers.pursue_aid_requests", base=PromisedTask)
def pursue_aid_requests() -> None:
    """Ask the State-aid register for the COR codes that are still wanted; somebody else at it is enough."""
    with suppress(Busy):
        aid_requests.pursue(database_clock)


@shared_task(name="vouchers.expire_terms")
def expire_terms() -> None:
    """Forfeit the awards that nobody accepted in time."""
    expiry.expire_terms(timezone.now())


@shared_task(name="vouchers.apply_money_acts")
def apply_money_acts() -> None:
    """Bring in the money of the acts whose date has come."""
    funding.apply_due_money_acts(timezone.now())


@shared_task(name="vouchers.advance_waiting_lists")
def advance_waiting_lists() -> None:
    """Give the money that became free to whoever is waiting for it."""
    funding.advance_all(timezone.now())


@shared_task(name="vouchers.remind")
def remind() -> None:
    """Remind the firms whose term to accept a voucher is about to end."""
    reminders.remind(timezone.now())
