"""The employer's own applications: the list and one application, read only."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from applications.domain.calls import typed_terms
from applications.models import Application
from applications.permissions import applications_visible_to, memberships_at
from applications.phrases import EVENTS, INTERNAL, MAIL_STATES, PATHS, SIZES, STATES, Happening, Words
from applications.rules.states import ApplicationState
from portal.models import Mail

PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Step:
    """An event as the timeline tells it."""

    happening: Happening
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A message sent to the firm, with its delivery in words."""

    mail: Mail
    state: Words


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """The applications of the firms one acts for, the newest first."""
    now = timezone.now()
    visible = applications_visible_to(request.user, now).select_related("firm", "call").order_by("-created_at", "-pk")
    page = Paginator(visible, PER_PAGE).get_page(request.GET.get("pagina"))
    rows = [(item, STATES[ApplicationState(item.status)]) for item in page]
    acts_for = memberships_at(request.user, now).exists()
    return render(request, "applications/mine.html", {"rows": rows, "page": page, "acts_for_somebody": acts_for})


@login_required
def application(request: HttpRequest, pk: int) -> HttpResponse:
    """One application: its facts, its story, its messages. Another firm's does not exist (404)."""
    item = own_application(request, pk)
    notice = item.notices.filter(closed_at=None).first()
    codes = item.reason_codes or (notice.reason_codes if notice else [])
    context = {
        "item": item,
        "phrase": STATES[ApplicationState(item.status)],
        "path": PATHS.get(item.path, item.path),
        "size": SIZES.get(item.size_class, ""),
        "integration": item.integrations.filter(answered_at=None, expired_at=None).first(),
        "notice": notice,
        "reasons": reasons(item, codes),
        "steps": story(item),
        "letters": [
            Letter(mail, MAIL_STATES[mail.state])
            for mail in Mail.objects.filter(about=f"application:{item.pk}").order_by("-created_at", "-pk")
        ],
    }
    return render(request, "applications/application.html", context)


def own_application(request: HttpRequest, pk: int) -> Application:
    """The application if its firm is one the person acts for now. Raises Http404, the same for all other cases."""
    visible = applications_visible_to(request.user, timezone.now())
    found = visible.select_related("firm", "call", "terms").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def story(item: Application) -> list[Step]:
    """The events, the newest first; notes inside the office stay there."""
    return [
        Step(EVENTS[event.event], event.at, "" if event.event in INTERNAL else event.reason)
        for event in item.events.order_by("-id")
    ]


def reasons(item: Application, codes: list[str]) -> list[str]:
    """The reason codes in the words of the application's own terms, each with its article."""
    if item.terms is None or not codes:
        return []
    known = {row.code: f"{row.reason} ({row.article})" for row in typed_terms(item.terms).requirements}
    return [known.get(code, code) for code in codes]
