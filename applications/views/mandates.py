"""Who acts for a firm: mandates, invitations, and what the delegates did."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from applications.domain import delegates, invitations
from applications.domain import mandates as acts
from applications.domain.invitations import AlreadyMember, DeadLink, NotYourInvitation, TooSoon
from applications.domain.mandates import LastRepresentative, NotForOffice, NotForYou, OutOfScope
from applications.forms.mandates import InvitationForm, scope_labels
from applications.models import Firm, FirmMember, Invitation
from applications.permissions import firms_visible_to
from applications.rules.facts import BadAnswers
from applications.rules.mandates import proposed_end
from applications.views.kept import shown_again, signed_in_or_kept
from portal.kernel.roles import Role

PER_PAGE = 25


class OutOfScopeSaid:
    """Wherever a delegate meets the limits of the mandate, the same page says so; nothing was written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Lets the request through."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The sentence of OutOfScope as a page (403)."""
        if not isinstance(exception, OutOfScope):
            return None
        context = {"sentence": str(exception), "title": _("La tua delega non lo comprende")}
        return render(request, "applications/mandates/said.html", context, status=403)


@signed_in_or_kept
def mandates(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: who acts for the firm and what its delegates did. POST: an invitation, by whoever represents the firm."""
    item, now = own_firm(request, pk), timezone.now()
    form = InvitationForm(request.POST if request.method == "POST" else None, initial={"until": proposed_end(now)})
    if request.method == "POST":
        form.full_clean()
        try:
            invitations.invite(item, form.cleaned_data, actor=request.user, now=now)
        except BadAnswers as error:
            form.refuse(error.problems)
        except NotForYou:
            raise Http404 from None
        else:
            messages.success(
                request, _("L'invito è in partenza: vale quattordici giorni e si può usare una volta sola.")
            )
            return redirect("mandates", pk)
    shown_again(request, form)
    open_now = Q(until=None) | Q(until__gt=now)
    people = list(item.members.filter(open_now, since__lte=now).select_related("user", "given_by").order_by("pk"))
    own = next((row for row in people if row.user_id == request.user.pk), None)
    done = Paginator(delegates.acts_of_delegates(item), PER_PAGE).get_page(request.GET.get("pagina"))
    context = {
        "firm": item,
        "people": [(row, scope_labels(row.scopes), row.role == Role.APPLICANT) for row in people],
        "own": own,
        "represents": own is not None and own.role == Role.APPLICANT,
        "invited": [
            (row, scope_labels(row.scopes), row.expires_at > now)
            for row in item.invitations.filter(accepted_at=None, cancelled_at=None).order_by("-pk")
        ],
        "form": form,
        "page": done,
        "told": delegates.told(item, done.object_list),
    }
    return render(request, "applications/mandates/mandates.html", context)


@login_required
def revoke(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """GET: what revoking means. POST: the mandate is over."""
    item, now = own_firm(request, pk), timezone.now()
    represented(request, item)
    row = item.members.filter(Q(until=None) | Q(until__gt=now), pk=member, role=Role.DELEGATE)
    found = row.select_related("user").first()
    if found is None:
        raise Http404
    if request.method == "POST":
        acts.revoke(found, actor=request.user, now=now)
        messages.success(request, _("La delega è revocata: da adesso %(who)s non può più agire per l'impresa.")
                         % {"who": found.user})  # fmt: skip
        return redirect("mandates", pk)
    return render(request, "applications/mandates/revoke.html", {"firm": item, "member": found})


@login_required
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: what leaving a firm means. POST: one acts for it no more."""
    item = own_firm(request, pk)
    sentence = ""
    if request.method == "POST":
        try:
            acts.give_back(item, actor=request.user, now=timezone.now())
        except LastRepresentative as error:
            sentence = str(error)
        else:
            messages.success(request, _("Da adesso non agisci più per %(firm)s.") % {"firm": item.name.rstrip(".")})
            return redirect("my_firms")
    return render(request, "applications/mandates/leave.html", {"firm": item, "sentence": sentence})


@login_required
@require_POST
def send_again(request: HttpRequest, pk: int, invitation: int) -> HttpResponse:
    """Send a new link; the old one dies."""
    return _managed(request, pk, invitation, invitations.send_again, _("L'invito riparte con un collegamento nuovo."))


@login_required
@require_POST
def cancel(request: HttpRequest, pk: int, invitation: int) -> HttpResponse:
    """Take an invitation back."""
    return _managed(
        request, pk, invitation, invitations.cancel, _("L'invito è annullato: il collegamento non vale più.")
    )


def _managed(request: HttpRequest, pk: int, number: int, do: Callable[..., Any], done: str) -> HttpResponse:
    item = own_firm(request, pk)
    represented(request, item)
    found = Invitation.objects.filter(firm=item, pk=number).first()
    if found is None:
        raise Http404
    try:
        do(found, actor=request.user, now=timezone.now())
    except TooSoon as error:
        messages.warning(request, str(error))
    except DeadLink:
        messages.warning(request, _("Questo invito è già stato usato o annullato."))
    else:
        messages.success(request, done)
    return redirect("mandates", pk)


@never_cache
@login_required
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a link: whoever is not its addressee learns nothing of the firm."""
    try:
        found = invitations.by_token(token, timezone.now())
    except DeadLink as error:
        return _said(request, error)
    return _offered(request, found, token)


@never_cache
@login_required
def own_invitation(request: HttpRequest, invitation: int) -> HttpResponse:
    """The same for who finds the invitation among their firms."""
    found = invitations.addressed_to(request.user, timezone.now()).filter(pk=invitation).first()
    if found is None:
        raise Http404
    return _offered(request, found)


def _offered(request: HttpRequest, found: Invitation, token: str = "") -> HttpResponse:
    now = timezone.now()
    try:
        if request.method == "POST":
            member = invitations.accept(found, actor=request.user, now=now, token=token)
            messages.success(request, _("Da adesso agisci per %(firm)s.") % {"firm": found.firm.name.rstrip(".")})
            return redirect("firm", member.firm_id)
        invitations.check_addressee(found, request.user, now, token=token)
    except (DeadLink, NotYourInvitation, NotForOffice, AlreadyMember) as error:
        return _said(request, error)
    context = {"item": found, "scopes": scope_labels(found.scopes), "delegate": found.role == Role.DELEGATE}
    return render(request, "applications/mandates/invitation.html", context)


def _said(request: HttpRequest, error: Exception) -> HttpResponse:
    context = {"sentence": str(error), "title": _("Invito"), "other_account": isinstance(error, NotYourInvitation)}
    return render(
        request, "applications/mandates/said.html", context, status=410 if isinstance(error, DeadLink) else 403
    )


def own_firm(request: HttpRequest, pk: int) -> Firm:
    """The firm if one acts for it now. Raises Http404."""
    found = firms_visible_to(request.user, timezone.now()).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def represented(request: HttpRequest, item: Firm) -> FirmMember:
    """One's own row as the firm's representative. Raises Http404 to delegates, as to strangers."""
    now = timezone.now()
    found = item.members.filter(
        Q(until=None) | Q(until__gt=now), since__lte=now, user=request.user, role=Role.APPLICANT
    ).first()
    if found is None:
        raise Http404
    return found
