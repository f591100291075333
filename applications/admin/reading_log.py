"""Who opened a dossier, for who leads the work and for who checks it: a page, and the same as a file."""

import csv
from collections.abc import Iterator

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from applications.admin.reviewing import presented
from applications.domain.openings import READERS, openings_of
from applications.models import Application
from portal.admin.desk import screen, show
from portal.kernel.cells import neutral
from portal.kernel.scopes import of_call
from portal.models import User

PER_PAGE = 50


def may_read(user: User, item: Application) -> bool:
    """Whether somebody may know who read a dossier of this call."""
    return bool(user.roles_in(of_call(item.call_id)) & READERS)


@screen("domande/<int:pk>/letture/", name="dossier_readings", readers=READERS)
@require_safe
def readings(request: HttpRequest, pk: int) -> HttpResponse:
    """The openings, the newest first, fifty a page. Raises Http404, PermissionDenied for a role of another call."""
    item = _item(request, pk)
    page = Paginator(openings_of(item), PER_PAGE).get_page(request.GET.get("pagina"))
    title = _("Chi ha letto la domanda %(protocol)s") % {"protocol": item.protocol}
    return show(request, "admin/readings.html", title, item=item, page=page)


@screen("domande/<int:pk>/letture.csv", name="dossier_readings_csv", readers=READERS)
@require_safe
def sheet(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Every opening (UTF-8 with its mark, semicolons)."""
    item = _item(request, pk)
    response = StreamingHttpResponse(_lines(item), content_type="text/csv; charset=utf-8")
    name = f"letture-{item.protocol_year}-{item.protocol_number:07d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


class _Line:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _lines(item: Application) -> Iterator[str]:
    writer = csv.writer(_Line(), delimiter=";", lineterminator="\r\n")
    yield "\ufeff"
    yield writer.writerow([_("Istante"), _("Chi"), _("Indirizzo"), _("Che cosa"), _("Nome del file")])
    for row in openings_of(item).iterator(chunk_size=1000):
        at = f"{localtime(row.at):%d/%m/%Y %H:%M:%S}"
        cells = [at, str(row.reader), row.reader.email, row.get_what_display(), row.name]
        yield writer.writerow([neutral(cell) for cell in cells])


def _item(request: HttpRequest, pk: int) -> Application:
    item = presented(pk, request.user, timezone.now())
    if not may_read(request.user, item):
        raise PermissionDenied
    return item
