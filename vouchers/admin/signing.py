"""The signature at the desk, and the discarding of a draft."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.admin.desk import screen
from portal.kernel.machine import IllegalTransition
from portal.kernel.roles import READS_DOSSIERS, Role
from portal.services.clock import database_clock
from vouchers.admin.decrees import decree_named, page
from vouchers.domain import decrees, signing
from vouchers.domain.lifecycle import roles_of_office
from vouchers.forms.desk import ReasonForm
from vouchers.rules.decree_content import DecreeMismatch, UnknownVariable


@screen("decreti/<int:pk>/firma/", name="decree_sign", readers=READS_DOSSIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: what the signature would do, asked again. POST: it is signed, or the page says why not, row by row."""
    item = decree_named(pk, request.user)
    if request.method != "POST":
        return page(request, item, confirm=True, seen=signing.fingerprint(item))
    try:
        seen = request.POST.get("visto", "")
        signed = signing.sign(item, actor=request.user, clock=database_clock, seen=seen)
    except signing.DecreeRefused:
        return page(
            request,
            decree_named(pk, request.user),
            problem=_("Il decreto non si può firmare: gli ostacoli sono elencati."),
        )
    except (signing.DraftChanged, IllegalTransition, DecreeMismatch, UnknownVariable) as error:
        fresh = decree_named(pk, request.user)
        if fresh.signed_by_id == request.user.pk:
            messages.info(request, _("Era già firmato: il pulsante è arrivato due volte, conta la prima."))
            return redirect("admin:decree", pk)
        answer = page(request, fresh, problem=str(error))
        may_sign = Role.SIGNATORY in roles_of_office(request.user, timezone.now(), item.call_id)
        answer.status_code = 200 if may_sign else 403
        return answer
    messages.success(request, _("Il decreto n. %(number)s è firmato.") % {"number": signed.protocol})
    return redirect("admin:decree", pk)


@screen("decreti/<int:pk>/scarta/", name="decree_discard", readers=READS_DOSSIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: the reason is asked. POST: the draft is thrown away and its rows are free for another."""
    item = decree_named(pk, request.user)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            decrees.discard(item, actor=request.user, reason=form.cleaned_data["motivo"], now=timezone.now())
        except IllegalTransition as error:
            return page(request, decree_named(pk, request.user), problem=str(error), form=form)
        messages.success(request, _("La bozza è scartata: le sue righe possono entrare in un altro decreto."))
        return redirect("admin:decrees")
    return page(request, item, form=form)
