"""Bringing more money to a call: a small form composes the draft, the signature brings the money."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.admin.desk import screen, show
from portal.kernel.roles import READS_DOSSIERS
from vouchers.admin.mine import calls_of
from vouchers.domain import refinancing
from vouchers.domain.lifecycle import NotForThisRole
from vouchers.forms.desk import RefinancingForm


@screen("decreti/rifinanzia/<slug:slug>/", name="refinance", readers=READS_DOSSIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def refinance(request: HttpRequest, slug: str) -> HttpResponse:
    """GET: how much on each action. POST: a draft. Raises PermissionDenied for a role that may not compose it."""
    call = get_object_or_404(calls_of(request.user), slug=slug)
    form = RefinancingForm(call, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = refinancing.draft_refinancing(call, form.split(), actor=request.user, now=timezone.now())
        except NotForThisRole as error:
            raise PermissionDenied from error
        except refinancing.BadSplit as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("La bozza è composta: le risorse arrivano con la firma del decreto."))
            return redirect("admin:decree", made.pk)
    return show(
        request,
        "admin/refinance.html",
        _("Rifinanzia: %(call)s") % {"call": call.title},
        call=call,
        form=form,
        may_compose=bool(request.user.roles & refinancing.COMPOSERS),
    )
