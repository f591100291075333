"""An application as the base of another one: choose for whom, look at what passes, begin the draft."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from applications.domain import cloning
from applications.domain.drafting import AlreadyApplied
from applications.domain.mandates import NotForYou, OutOfScope
from applications.forms.cloning import CloneForm
from applications.models import Application, Call
from applications.permissions import firms_visible_to
from applications.rules.cloning import NEVER
from applications.views.mine import own_application
from applications.wizard import STEPS, read_pages, situation_of


@login_required
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """For whom and for which call; once they are chosen, what passes and what does not. Nothing is written."""
    item, now = own_application(request, pk), timezone.now()
    form = _form(request, request.GET if "impresa" in request.GET else None, now)
    return _shown(request, item, form, now)


@login_required
@require_POST
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the draft with what passes."""
    item, now = own_application(request, pk), timezone.now()
    form = _form(request, request.POST, now)
    if not form.is_valid():
        return _shown(request, item, form, now)
    firm, call = form.cleaned_data["impresa"], form.cleaned_data["avviso"]
    try:
        draft = cloning.clone(
            item,
            call,
            firm,
            answers=lambda draft: read_pages(situation_of(draft, now), draft.typed)[1],
            actor=request.user,
            now=now,
        )
    except AlreadyApplied as error:
        form.add_error("impresa", str(error))
        return _shown(request, item, form, now, live=error.application)
    except (NotForYou, OutOfScope) as error:
        form.add_error("impresa", str(error))
        return _shown(request, item, form, now)
    messages.success(request, _("La bozza è cominciata. Rileggi ogni pagina: ti appartiene quello che presenti."))
    return redirect("application_tasks", draft.pk)


def _form(request: HttpRequest, data: Any, now: datetime) -> CloneForm:
    firms = firms_visible_to(request.user, now).order_by("name", "pk").prefetch_related("sites")
    return CloneForm(firms, _calls(now), data)


def _calls(now: datetime) -> QuerySet[Call]:
    return Call.objects.filter(windows__closes_at__gt=now, terms__valid_from__lte=now).distinct().order_by("title")


def _shown(request: HttpRequest, item: Application, form: CloneForm, now: datetime, **more: Any) -> HttpResponse:
    found = None
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        found = cloning.passage(item, data["avviso"], data["impresa"], actor=request.user, now=now)
    titles = {step.slug: step.title for step in STEPS}
    context = {
        "item": item,
        "form": form,
        "passage": found,
        "pages": [titles[slug] for slug in found.pages] if found else [],
        "naming": [titles[slug] for slug in found.naming] if found else [],
        "never": NEVER,
    } | more
    return render(request, "applications/board/clone.html", context)
