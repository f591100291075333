"""Jobs of the first floor."""

from celery import shared_task
from django.utils import timezone

from applications.documents import application_form, receipts
from applications.domain import expiry
from applications.models import Application, FormToSign
from portal.services.jobs import PromisedTask


@shared_task(name="applications.expire_terms")
def expire_terms() -> None:
    """Close the integrations and notices whose term has expired."""
    expiry.expire_terms(timezone.now())


@shared_task(name="applications.render_receipt", base=PromisedTask)
def render_receipt(*, application_id: int) -> None:
    """Make the receipt of a submitted application. Raises Application.DoesNotExist for an id that nobody has."""
    receipts.render(Application.objects.select_related("call", "receipt").get(pk=application_id))


@shared_task(name="applications.render_form", base=PromisedTask)
def render_form(*, form_id: int) -> None:
    """Make the paper of an application to be signed. Raises FormToSign.DoesNotExist for an id that nobody has."""
    application_form.render(FormToSign.objects.get(pk=form_id))
