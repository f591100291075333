"""Check, sign and submit; and what to say when the answer was lost."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from applications.domain import submission
from applications.domain.calls import WindowClosed
from applications.domain.drafting import NoLongerDraft
from applications.domain.submission import AlreadySubmitted, NotSubmittable, TermsChanged
from applications.forms.step import StepForm
from applications.models import Application
from applications.permissions import applications_visible_to
from applications.rules.desk import Desk, desk_at
from applications.rules.facts import BadAnswers
from applications.views.mine import own_application
from applications.views.wizard import documents_address, own_draft, pages_of
from applications.wizard import Page, StepState
from portal.services.clock import database_clock


class SignForm(forms.Form):
    """The signature of the declarations, and the key that makes a submission one."""

    use_required_attribute = False
    chiave = forms.UUIDField(widget=forms.HiddenInput)
    firmo = forms.MultipleChoiceField(
        label=gettext_lazy("Sottoscrizione"),
        choices=[
            ("si", gettext_lazy("Ho letto la domanda e le dichiarazioni qui sopra: le sottoscrivo e le presento."))
        ],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Per presentare la domanda serve la sottoscrizione.")},
    )


@dataclass(frozen=True, slots=True)
class Answered:
    """A page with its answers in words."""

    page: Page
    rows: list[tuple[str, str]]


def answered(page: Page) -> Answered:
    """Every field that was filled in, as it will be read."""
    return Answered(page, [(str(f.label), text) for f in page.form if (text := _words(page.form, f))])


def _words(form: StepForm, field: Any) -> str:
    value = form.data.getlist(field.name) if form.is_bound else []  # type: ignore[attr-defined]
    choices = {str(code): str(label) for code, label in getattr(field.field, "choices", [])}
    return "; ".join(choices.get(item, item) for item in value if item)


@login_required
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole application to read once more, and the button that presents it."""
    try:
        item = own_draft(request, pk)
    except NoLongerDraft:
        return redirect("application_receipt", pk)
    return _reviewed(request, item, SignForm(initial={"chiave": uuid4()}), timezone.now())


def _reviewed(
    request: HttpRequest, item: Application, form: SignForm, now: datetime, *, status: int = 200
) -> HttpResponse:
    pages = pages_of(item, now)
    desk = desk_at(list(item.call.windows.all()), now)
    answers = item.answers
    terms = pages[0].form.situation.terms
    asked = urlencode({"dipendenti": answers.get("headcount", ""), "azioni": answers.get("actions", [])}, doseq=True)
    context = {
        "item": item,
        "pages": [answered(page) for page in pages],
        "ready": all(page.state is StepState.DONE for page in pages),
        "declarations": terms.declarations_for(answers.get("path", terms.paths[0].code)),
        "estimate": f"/avvisi/{item.call.slug}/stima/?{asked}" if answers.get("actions") else "",
        "documents": documents_address(item.pk),
        "is_open": desk.desk is Desk.OPEN,
        "is_coming": desk.desk is Desk.COMING,
        "desk_window": desk.window,
        "form": form,
        "key": form["chiave"].value(),
    }
    return render(request, "applications/wizard/review.html", context, status=status)


@login_required
@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Present the application: however many times it is asked, one protocol number and one receipt."""
    item = own_application(request, pk)
    form = SignForm(request.POST)
    if not form.is_valid():
        if item.submitted_at:
            return redirect("application_receipt", pk)
        if "chiave" in form.errors:
            return redirect("application_review", pk)
        return _reviewed(request, item, form, timezone.now())
    try:
        submission.submit(
            item, actor=request.user, clock=database_clock, client_key=form.cleaned_data["chiave"], signed=True
        )
    except AlreadySubmitted:
        return redirect("application_receipt", pk)
    except NotSubmittable as error:
        for finding in error.findings:
            text = f"{finding.reason[:1].upper()}{finding.reason[1:]}"
            form.add_error(None, f"{text} ({finding.article})." if finding.article else f"{text}.")
    except BadAnswers as error:
        for text in error.problems.values():
            form.add_error(None, text)
    except (WindowClosed, TermsChanged) as error:
        form.add_error(None, str(error))
    else:
        return redirect("application_receipt", pk)
    item.refresh_from_db()
    return _reviewed(request, item, form, timezone.now())


@login_required
def outcome(request: HttpRequest, key: UUID) -> HttpResponse:
    """Whether a submission whose answer was lost has arrived. Another's key is as one never used."""
    now = timezone.now()
    found = applications_visible_to(request.user, now).select_related("call", "firm").filter(client_key=key).first()
    template = "outcome_piece" if request.htmx else "outcome"
    title = _("La domanda è presentata") if found else _("Non risulta ancora presentata")
    return render(request, f"applications/wizard/{template}.html", {"found": found, "key": key, "title": title})
