"""The firms one acts for: registering one, its page, its data, its sites."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from applications.domain import drafting, firms, identifiers, invitations, registry
from applications.domain.lifecycle import standing
from applications.domain.mandates import Scope, limits_of
from applications.forms.firms import (
    LEGAL_FORMS,
    DomainForm,
    FirmUpdateForm,
    RegistrationForm,
    SiteForm,
    firm_answers,
    site_answers,
)
from applications.models import Firm, Site
from applications.permissions import firms_visible_to
from applications.phrases import SIZES
from applications.rules.facts import BadAnswers
from applications.rules.firm import LegalForm
from applications.rules.lists import ateco_like, ateco_titles, municipalities_like
from applications.views.kept import shown_again, signed_in_or_kept


@login_required
def firm_list(request: HttpRequest) -> HttpResponse:
    """The firms one acts for now."""
    now = timezone.now()
    rows = list(firms_visible_to(request.user, now).order_by("name", "pk"))
    invited = invitations.addressed_to(request.user, now)
    return render(request, "applications/firms/list.html", {"firms": rows, "invited": invited})


@signed_in_or_kept
def new(request: HttpRequest) -> HttpResponse:
    """Register a firm. `cerca` fills the form in from Registro Imprese, when it answers: a code is in no address."""
    if request.method == "POST" and "cerca" in request.POST:
        return render(request, "applications/firms/new.html", prefilled(request.POST.get("tax_code", "")))
    if request.method == "POST":
        form = RegistrationForm(request.POST)
        firm = attempt(form, lambda typed: firms.register_firm(typed, actor=request.user, now=timezone.now()))
        if firm:
            messages.success(request, _("L'impresa è registrata. Ora aggiungi le sedi con i loro dipendenti."))
            return redirect("firm", firm.pk)
        return render(request, "applications/firms/new.html", {"form": form})
    context = prefilled(None)
    shown_again(request, context["form"])
    return render(request, "applications/firms/new.html", context)


def prefilled(typed: str | None) -> dict[str, Any]:
    """The form as Registro Imprese can fill it in, what to say of the search, and whether one may search (again)."""
    source = registry.registry()
    if typed is None or source is None:
        return {"form": RegistrationForm(initial={"tax_code": typed or ""}), "connected": source is not None}
    again: dict[str, Any] = {"connected": True}
    try:
        code = identifiers.tax_code(typed)
    except ValueError as error:
        return again | {"form": RegistrationForm(initial={"tax_code": typed}), "searched": "wrong", "sentence": error}
    try:
        found = source.find(code)
    except registry.RegistryDown:
        return again | {"form": RegistrationForm(initial={"tax_code": code}), "searched": "down"}
    if found is None:
        return again | {"form": RegistrationForm(initial={"tax_code": code}), "searched": "unknown"}
    return {"form": RegistrationForm(initial=dict(found)), "searched": "found"}


@login_required
def firm(request: HttpRequest, pk: int) -> HttpResponse:
    """A firm's data and sites. Somebody else's does not exist (404)."""
    item, now = own_firm(request, pk), timezone.now()
    force = firms.workforce_of(item)
    scopes = standing(request.user, pk, now).scopes
    context = {
        "firm": item,
        "legal_form": LEGAL_FORMS.get(item.legal_form, item.legal_form),  # type: ignore[call-overload]
        "ateco_title": ateco_titles().get(item.ateco, ""),
        "force": force,
        "size": SIZES.get(force.size or "", ""),
        "sites": item.sites.all(),
        "may_write": Scope.FILL in scopes,
        "to_begin": drafting.to_begin(item, now) if Scope.FILL in scopes and item.sites.all() else [],
        "one_person": item.legal_form in (LegalForm.DI, LegalForm.LAV),
    }
    return render(request, "applications/firms/firm.html", context)


@signed_in_or_kept
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the firm's data."""
    item = own_firm(request, pk)
    form = FirmUpdateForm(request.POST if request.method == "POST" else None, initial=firm_answers(item))
    if request.method == "POST" and attempt(
        form, lambda typed: firms.update_firm(item, typed, actor=request.user, now=timezone.now())
    ):
        messages.success(request, _("I dati dell'impresa sono salvati."))
        return redirect("firm", pk)
    return _shown(request, "applications/firms/edit.html", item, form)


@signed_in_or_kept
def site(request: HttpRequest, pk: int, site_pk: int | None = None) -> HttpResponse:
    """Add a site, or correct one."""
    item = own_firm(request, pk)
    row = own_site(item, site_pk) if site_pk else None
    form = SiteForm(request.POST if request.method == "POST" else None, initial=site_answers(row) if row else None)
    if request.method == "POST" and attempt(
        form, lambda typed: firms.save_site(item, row, typed, actor=request.user, now=timezone.now())
    ):
        messages.success(request, _("La sede è salvata."))
        return redirect("firm", pk)
    return _shown(request, "applications/firms/site.html", item, form, site=row)


def _shown(request: HttpRequest, template: str, item: Firm, form: DomainForm, **more: Any) -> HttpResponse:
    """The page with its form, or with the facts alone for a delegate who may not write them."""
    why = limits_of(request.user, item.pk, timezone.now()).fill
    told = form.told() if why else []
    if not why:
        shown_again(request, form)
    return render(request, template, {"form": form, "firm": item, "why": why, "told": told} | more)


@login_required
@require_POST
def remove_site(request: HttpRequest, pk: int, site_pk: int) -> HttpResponse:
    """Take a site away."""
    item = own_firm(request, pk)
    firms.remove_site(item, own_site(item, site_pk), actor=request.user, now=timezone.now())
    messages.success(request, _("La sede è stata tolta."))
    return redirect("firm", pk)


@login_required
def ateco_options(request: HttpRequest) -> HttpResponse:
    """Suggestions for an ATECO code, as options of a list."""
    options = [f"{code} {title}" for code, title in ateco_like(request.GET.get("ateco", ""))]
    return render(request, "applications/firms/options.html", {"options": options})


@login_required
def municipality_options(request: HttpRequest) -> HttpResponse:
    """Suggestions for a municipality of the province chosen."""
    options = municipalities_like(request.GET.get("province", ""), request.GET.get("municipality", ""))
    return render(request, "applications/firms/options.html", {"options": options})


def attempt(form: DomainForm, do: Callable[[dict[str, Any]], Any]) -> Any:
    """Hand what was typed to an act; None when it was refused, and then the form says why."""
    form.full_clean()
    try:
        return do(form.cleaned_data)
    except BadAnswers as error:
        form.refuse(error.problems)
    except firms.FirmTaken as error:
        form.add_error("tax_code", str(error))
    except firms.NotForOffice as error:
        raise PermissionDenied from error
    return None


def own_firm(request: HttpRequest, pk: int) -> Firm:
    """The firm if one acts for it now. Raises Http404, the same for all other cases."""
    found = firms_visible_to(request.user, timezone.now()).filter(pk=pk).prefetch_related("sites").first()
    if found is None:
        raise Http404
    return found


def own_site(item: Firm, pk: int) -> Site:
    """One of the firm's sites. Raises Http404."""
    found = next((row for row in item.sites.all() if row.pk == pk), None)
    if found is None:
        raise Http404
    return found
