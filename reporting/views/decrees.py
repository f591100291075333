"""The files of signed decrees: the act, and its copy for publication."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.views.documents import serve
from reporting.views.access import management_only, of_my_calls
from vouchers.models import Decree
from vouchers.rules.states import DecreeState

COPIES = {"decreto": "document", "pubblicazione": "publication"}


@require_safe
@management_only
def decree_file(request: HttpRequest, pk: int, copy: str) -> HttpResponse:
    """One of the two files; the act with its digital signature as soon as it has one.

    Raises Http404 for a draft, or while the file is being made.
    """
    decree = get_object_or_404(
        Decree.objects.filter(of_my_calls(request)).select_related("document", "signed_document", "publication"),
        pk=pk,
        status=DecreeState.SIGNED,
    )
    document = getattr(decree, COPIES[copy])
    if copy == "decreto":
        document = decree.signed_document or document
    if document is None:
        raise Http404(_("Il file del decreto è ancora in preparazione."))
    return serve(document)
