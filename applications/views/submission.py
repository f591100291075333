"""Check, sign and submit; and what to say when the answer was lost."""

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.domain import readiness, submission
from applications.domain.arrivals import NotYourTurn
from applications.domain.calls import WindowClosed, opening_of
from applications.domain.drafting import NoLongerDraft
from applications.domain.login import LoginTooWeak, check_login
from applications.domain.mandates import Limits, NotForYou, OutOfScope, limits_of
from applications.domain.submission import AlreadySubmitted, KeyOfAnother, NotSubmittable, TermsChanged
from applications.models import Application
from applications.permissions import applications_visible_to
from applications.rules.attachments import DOCUMENT
from applications.rules.desk import Desk, desk_at
from applications.rules.eligibility import Finding
from applications.rules.facts import BadAnswers
from applications.views.mine import own_application
from applications.views.wizard import answered, own_draft, pages_of, reread_in
from applications.wizard import Page, StepState, page_of
from portal.accounts.strength import session_strength
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

    def in_the_file(self) -> "SignForm":
        """The same, where the signature is in the signed paper and the tick only confirms."""
        field = self.fields["firmo"]
        field.label = _("Conferma")
        field.choices = [("si", _("Ho letto la domanda e la presento: la sottoscrizione è nel documento firmato."))]  # type: ignore[attr-defined]
        field.error_messages["required"] = _("Per presentare la domanda serve la conferma.")
        return self


@dataclass(frozen=True, slots=True)
class Missing:
    """Something to do before the application may be presented: a sentence, and where it is done."""

    text: str
    address: str


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
    limits = limits_of(request.user, item.firm_id, now)
    missing = _within(limits, missing_of(item, pages, now))
    desk = desk_at(list(item.call.windows.all()), now)
    answers = item.answers
    terms = pages[0].form.situation.terms
    if not terms.signing.on_line:
        form.in_the_file()
    asked = urlencode({"dipendenti": answers.get("headcount", ""), "azioni": answers.get("actions", [])}, doseq=True)
    context = {
        "item": item,
        "pages": [answered(page) for page in pages],
        "missing": missing,
        "ready": not missing,
        "weak": _weak(request, item, now),
        "signing": terms.signing,
        "declarations": terms.declarations_for(answers.get("path", terms.paths[0].code)),
        "estimate": f"/avvisi/{item.call.slug}/stima/?{asked}" if answers.get("actions") else "",
        "is_open": desk.desk is Desk.OPEN,
        "has_room": desk.window is not None and opening_of(desk.window).waiting_room,
        "is_coming": desk.desk is Desk.COMING,
        "desk_window": desk.window,
        "form": form,
        "key": form["chiave"].value(),
        "limits": limits,
    }
    return render(request, "applications/wizard/review.html", context | reread_in(item, pages, now), status=status)


def missing_of(item: Application, pages: list[Page], now: datetime) -> list[Missing]:
    """What is missing, each with its place; the answer is kept, for the page of the opening."""
    found = readiness.missing(item, now)
    rows = [
        Missing(
            _("La pagina «%(title)s» non è completa.") % {"title": page.step.title},
            f"{reverse('application_step', args=[item.pk, page.step.slug])}?torna=controlla" if page.is_open else "",
        )
        for page in pages
        if page.state is not StepState.DONE
    ]
    unfinished = {page.step.slug for page in pages if page.state is not StepState.DONE}
    rows += [
        Missing(_sentence(finding), place_of(finding, item))
        for finding in found
        if finding.code.startswith(DOCUMENT) or page_of(finding.code) not in unfinished
    ]
    readiness.remember(item, not rows)
    return rows


def _within(limits: Limits, rows: list[Missing]) -> list[Missing]:
    """The same sentences, without the way to what the mandate leaves out."""
    left_out = [("/documenti/", limits.upload), ("", limits.fill)]
    return [
        replace(row, address="") if next(why for part, why in left_out if part in row.address) else row for row in rows
    ]


def place_of(finding: Finding, item: Application) -> str:
    """The address of the page on which a finding is mended."""
    if finding.code.startswith(DOCUMENT):
        return f"{reverse('application_documents', args=[item.pk])}#{finding.code.removeprefix(DOCUMENT)}"
    slug = page_of(finding.code)
    if not slug:
        return reverse("edit_firm", args=[item.firm_id])
    return f"{reverse('application_step', args=[item.pk, slug])}?torna=controlla"


def _sentence(finding: Finding) -> str:
    text = f"{finding.reason[:1].upper()}{finding.reason[1:]}"
    return f"{text} ({finding.article})." if finding.article else f"{text}."


def _weak(request: HttpRequest, item: Application, now: datetime) -> str:
    """What to do when this session is not sure enough to submit; empty when it is."""
    try:
        check_login(item.call, session_strength(request), now)
    except LoginTooWeak as error:
        return str(error)
    return ""


@login_required
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Present the application: however many times it is asked, one protocol number and one receipt.

    Who comes back here from the sign-in finds the summary.
    """
    if request.method != "POST":
        return redirect("application_review", own_application(request, pk).pk)
    form = SignForm(request.POST)
    if not form.is_valid():
        item = own_application(request, pk)
        if item.submitted_at:
            return redirect("application_receipt", pk)
        if "chiave" in form.errors:
            return redirect("application_review", pk)
        return _reviewed(request, item, form, timezone.now())
    status = 200
    try:
        submission.submit(
            Application(pk=pk),
            actor=request.user,
            clock=database_clock,
            client_key=form.cleaned_data["chiave"],
            signed=True,
            held=session_strength(request),
        )
    except NotForYou:
        raise Http404 from None
    except KeyOfAnother as error:
        form = SignForm(initial={"chiave": uuid4()}, data={"chiave": uuid4()})
        form.add_error(None, str(error))
        status = 409
    except AlreadySubmitted:
        return redirect("application_receipt", pk)
    except NotYourTurn as error:
        messages.warning(request, str(error))
        return redirect("application_opening", pk)
    except NotSubmittable as error:
        for finding in error.findings:
            form.add_error(None, _sentence(finding))
    except BadAnswers as error:
        for text in error.problems.values():
            form.add_error(None, text)
    except (WindowClosed, TermsChanged, LoginTooWeak, OutOfScope) as error:
        form.add_error(None, str(error))
    else:
        return redirect("application_receipt", pk)
    return _reviewed(request, own_application(request, pk), form, timezone.now(), status=status)


@login_required
def outcome(request: HttpRequest, key: UUID) -> HttpResponse:
    """Whether a submission whose answer was lost has arrived. Another's key is as one never used."""
    now = timezone.now()
    found = applications_visible_to(request.user, now).select_related("call", "firm").filter(client_key=key).first()
    template = "outcome_piece" if request.htmx else "outcome"
    title = _("La domanda è presentata") if found else _("Non risulta ancora presentata")
    return render(request, f"applications/wizard/{template}.html", {"found": found, "key": key, "title": title})
