"""The letters of a decree, read before they leave: each firm, its address, the very words."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.admin.desk import screen, show
from portal.kernel.roles import READS_DOSSIERS
from portal.models import Mail
from vouchers.admin.decrees import decree_named
from vouchers.domain import drafts
from vouchers.models import Award, Decree

PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Row:
    """A letter with the firm it goes to; `sent` once it was written for good."""

    award: Award
    to: str
    subject: str
    body: str
    sent: Mail | None


@screen("decreti/<int:pk>/lettere/", name="decree_letters", readers=READS_DOSSIERS)
@require_safe
def letters(request: HttpRequest, pk: int) -> HttpResponse:
    """The letters that will leave, or that left, in protocol order, twenty-five a page (constant queries)."""
    item = decree_named(pk, request.user)
    page = Paginator(drafts.addressees(item), PER_PAGE).get_page(request.GET.get("pagina"))
    found = drafts.letters(item, list(page.object_list), now=timezone.now())
    rows = [
        Row(one.row.award, one.mail.to if one.mail else one.row.award.application.firm.pec, *one.words, one.mail)
        for one in found
    ]
    return show(
        request,
        "admin/decree_letters.html",
        _("Lettere del decreto"),
        decree=item,
        page=page,
        rows=rows,
        terms=item.kind == Decree.Kind.GRANT,
        waits=not item.number or item.is_held,
    )
