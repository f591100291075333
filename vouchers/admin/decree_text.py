"""The text of a draft at the desk: adapted section by section, compared with the words of the call."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.admin.desk import screen, show
from portal.kernel.machine import IllegalTransition
from portal.kernel.roles import READS_DOSSIERS
from portal.models import User
from vouchers.admin.decrees import decree_named
from vouchers.domain import adapting
from vouchers.domain.lifecycle import DECREES, roles_of_office
from vouchers.forms.decree_text import DecreeTextForm
from vouchers.models import Decree
from vouchers.rules.decree_texts import BadText


@screen("decreti/<int:pk>/testo/", name="decree_text", readers=READS_DOSSIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def text(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: the text and how it differs from the call's. POST: it is adapted, or the form says why not.

    Raises PermissionDenied for who does not compose.
    """
    item = decree_named(pk, request.user)
    left = adapting.left_behind(item)
    start = left if left and "riprendi" in request.GET else item
    form = DecreeTextForm(
        request.POST if request.method == "POST" else None,
        blocks=adapting.blocks_of(start),
        seen=adapting.fingerprint(item),
    )
    if request.method == "POST":
        if not _may(request.user, item):
            raise PermissionDenied
        if form.is_valid() and _done(request, item, form):
            return redirect("admin:decree_text", pk)
    return show(
        request,
        "admin/decree_text.html",
        _("Testo del decreto"),
        decree=item,
        form=form,
        changes=adapting.changes_of(item),
        personal=adapting.personal_in(item),
        names=adapting.names_for(item).items(),
        left=left,
        taken_up=start is not item,
        may_adapt=_may(request.user, item),
    )


def _may(user: User, item: Decree) -> bool:
    roles = roles_of_office(user, timezone.now(), item.call_id)
    return "adapt" in {step.event for step in DECREES.machine.offers(item.status, roles)}


def _done(request: HttpRequest, item: Decree, form: DecreeTextForm) -> bool:
    """Whether the text was kept; otherwise the form says why not."""
    back = "avviso" in request.POST
    wanted = adapting.sections(adapting.call_text(item)) if back else form.blocks()
    try:
        kept = adapting.adapt(item, wanted, seen=form.cleaned_data["visto"], actor=request.user, now=timezone.now())
    except BadText as error:
        form.refuse(error.problems)
        return False
    except (adapting.TextChanged, IllegalTransition) as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("Il testo è di nuovo quello dell'avviso.") if back else _("Il testo è salvato."))
    if adapting.personal_in(kept):
        messages.warning(request, _("Nel testo ci sono parole che dicono di una persona: sono elencate, guardale."))
    return True
