"""Jobs of the second floor: each takes ids, makes one call, and is harmless when repeated."""

from celery import shared_task
from django.utils.translation import gettext as _

from portal.services.jobs import PromisedTask
from vouchers.documents import decrees
from vouchers.models import Decree


@shared_task(name="vouchers.render_decree", base=PromisedTask)
def render_decree(*, decree_id: int) -> None:
    """Make the papers of a signed decree. Raises Decree.DoesNotExist for an id that nobody has."""
    decree = Decree.objects.filter(pk=decree_id).first()
    if decree is None:
        raise Decree.DoesNotExist(_("Il decreto %(id)s non esiste: nessun documento da produrre.") % {"id": decree_id})
    decrees.render(decree)
