"""Filling in an application: the choice of the firm, the task list, one page a step, what saves itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from applications.domain import drafting
from applications.domain.calls import UnknownCall, call_named
from applications.domain.drafting import AlreadyApplied, DraftChanged, NoLongerDraft
from applications.domain.mandates import OutOfScope, limits_of
from applications.domain.prefill import first_answers
from applications.domain.readiness import document_findings
from applications.domain.rereading import to_reread
from applications.models import Application, Firm
from applications.permissions import memberships_at
from applications.phrases import Phrase
from applications.rules.desk import desk_at
from applications.rules.precheck import prefill_from
from applications.rules.states import ApplicationState
from applications.views.kept import shown_again, signed_in_or_kept, take_kept
from applications.views.mine import own_application
from applications.wizard import Page, StepState, read_pages, reader, situation_of

RETURN = "controlla"


class FirmForm(forms.Form):
    """For which firm one applies; the only one is chosen already, as the one that came with the address."""

    use_required_attribute = False
    impresa = forms.ModelChoiceField(Firm.objects.none(), widget=forms.RadioSelect, empty_label=None)

    def __init__(self, firms: Any, data: Any = None, chosen: str = "") -> None:
        super().__init__(data)
        known = [str(firm.pk) for firm in firms[:2]] if not chosen else [chosen]
        self.initial = {"impresa": known[0]} if len(known) == 1 else {}
        field = self.fields["impresa"]
        field.queryset = firms  # type: ignore[attr-defined]
        field.label = _("Per quale impresa presenti la domanda?")
        field.error_messages = {
            "required": _("Scegli l'impresa."),
            "invalid_choice": _("Scegli una delle imprese dell'elenco."),
        }
        field.label_from_instance = lambda firm: f"{firm.name}, codice fiscale {firm.tax_code}"  # type: ignore[attr-defined]


@signed_in_or_kept
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose the firm and begin the draft; a live application is said, with its address."""
    now = timezone.now()
    try:
        call = call_named(slug)
    except UnknownCall as error:
        raise Http404(str(error)) from None
    firms = Firm.objects.filter(pk__in=memberships_at(request.user, now).values("firm")).order_by("name")
    form = FirmForm(firms, request.POST if request.method == "POST" else None, request.GET.get("impresa", ""))
    live = None
    if request.method == "POST" and form.is_valid():
        try:
            draft = drafting.draft(
                call,
                form.cleaned_data["impresa"],
                actor=request.user,
                now=now,
                answers=first_answers(form.cleaned_data["impresa"], prefill_from(request.session, slug)),
                guided=True,
            )
        except AlreadyApplied as error:
            form.add_error("impresa", str(error))
            live = error.application
        except OutOfScope as error:
            form.add_error("impresa", str(error))
        else:
            return redirect("application_tasks", draft.pk)
    shown_again(request, form)
    context = {"call": call, "form": form, "live": live, "acts_for_somebody": firms.exists()}
    return render(request, "applications/wizard/start.html", context)


def own_draft(request: HttpRequest, pk: int) -> Application:
    """One's own application while it may be written. Raises Http404 for others'; NoLongerDraft once submitted."""
    item = own_application(request, pk)
    if item.status != ApplicationState.DRAFT:
        raise NoLongerDraft
    return item


def pages_of(item: Application, now: datetime) -> list[Page]:
    """The pages of a draft as they stand."""
    return read_pages(situation_of(item, now), item.typed)[0]


def documents_phrase(item: Application, pages: list[Page]) -> Phrase:
    """How the documents stand, in words."""
    lacking = document_findings(item, pages[0].form.situation.terms)
    if not lacking:
        return Phrase(_("Completi"), "good", "")
    return Phrase(_("Da completare: %(n)d") % {"n": len(lacking)}, "", "")


@dataclass(frozen=True, slots=True)
class Answered:
    """A page with its answers in words."""

    page: Page
    rows: list[tuple[str, str]]


def answered(page: Page) -> Answered:
    """Every field that was filled in, as it will be read."""
    return Answered(page, [(str(f.label), text) for f in page.form if (text := _words(page.form, f))])


def _words(form: Any, field: Any) -> str:
    value = form.data.getlist(field.name) if form.is_bound else []
    choices = {str(code): str(label) for code, label in getattr(field.field, "choices", [])}
    return str(form.in_words(field.name, "\n".join(choices.get(item, item) for item in value if item)))


@login_required
def tasks(request: HttpRequest, pk: int) -> HttpResponse:
    """What is done, what is missing, in one list."""
    try:
        item = own_draft(request, pk)
    except NoLongerDraft:
        return redirect("my_application", pk)
    now = timezone.now()
    pages = pages_of(item, now)
    done = sum(page.state is StepState.DONE for page in pages)
    context = {
        "item": item,
        "pages": pages,
        "done": done,
        "all_done": done == len(pages),
        "documents": documents_phrase(item, pages),
        "desk": desk_at(list(item.call.windows.all()), now),
        "limits": limits_of(request.user, item.firm_id, now),
    }
    return render(request, "applications/wizard/tasks.html", context | reread_in(item, pages, now))


def reread_in(item: Application, pages: list[Page], now: datetime) -> dict[str, Any]:
    """For a page of the draft: how the rules changed since it was written, and the pages to read again."""
    reread = to_reread(item, now)
    return {"reread": reread, "reread_pages": [one for one in pages if reread and one.step.slug in reread.pages]}


@dataclass(frozen=True, slots=True)
class Difference:
    """A field written differently by two windows."""

    label: str
    mine: str
    theirs: str


def _page(pages: list[Page], slug: str) -> Page:
    found = next((page for page in pages if page.step.slug == slug), None)
    if found is None:
        raise Http404
    return found


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _saved_at(page: Page) -> datetime | None:
    return parse_datetime(page.saved["at"]) if page.saved else None


@signed_in_or_kept
def step(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """One page: shown, or written. What was typed is kept even when something in it is wrong."""
    now = timezone.now()
    try:
        item = own_draft(request, pk)
        page = _page(pages_of(item, now), slug)
        if not page.is_open:
            return redirect("application_tasks", pk)
        if request.method == "POST":
            return _written(request, item, page, now)
    except NoLongerDraft:
        return redirect("my_application", pk)
    if kept := take_kept(request):
        form = page.step.form(page.form.situation, kept, quiet=True)
        form.initial |= form.typed_from(MultiValueDict(kept))
        return _shown(request, item, page, form, back=request.GET.get("torna", ""), kept=True)
    form = page.form
    more = "altra" in request.GET
    if more or page.state is not StepState.FIX:
        form = page.step.form(form.situation, page.saved.get("values"), more=int(more), quiet=True)
    return _shown(request, item, page, form, back=request.GET.get("torna", ""))


def _shown(
    request: HttpRequest, item: Application, page: Page, form: Any, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "item": item,
        "page": page,
        "form": form,
        "seen": item.version,
        "window": uuid4(),
        "saved_at": _saved_at(page),
        "limits": limits_of(request.user, item.firm_id, timezone.now()),
        "written": answered(page).rows,
    } | more
    return render(request, "applications/wizard/step.html", context, status=status)


def _save(request: HttpRequest, item: Application, page: Page, now: datetime) -> tuple[Any, Application]:
    form = page.step.form(page.form.situation, dict(request.POST.lists()))
    saved = drafting.save_answers(
        item,
        page.step.slug,
        typed=form.typed_from(request.POST),
        read=reader(situation_of(item, now)),
        seen=_number(request.POST.get("versione", "")),
        page=request.POST.get("finestra", "")[:40],
        actor=request.user,
        now=now,
    )
    return form, saved


def _written(request: HttpRequest, item: Application, page: Page, now: datetime) -> HttpResponse:
    back = request.POST.get("torna", "")
    try:
        form, saved = _save(request, item, page, now)
    except DraftChanged as error:
        form = page.step.form(page.form.situation, dict(request.POST.lists()), quiet=True)
        form.initial |= form.typed_from(request.POST)
        differences = _differences(form, form.typed_from(request.POST), error.saved["values"])
        return _shown(
            request, item, page, form, status=409, back=back, conflict=error.saved, differences=differences,
            conflict_at=parse_datetime(error.saved["at"]),
        )  # fmt: skip
    except OutOfScope as error:
        form = page.step.form(page.form.situation, dict(request.POST.lists()), quiet=True)
        form.initial |= form.typed_from(request.POST)
        return _shown(request, item, page, form, status=403, back=back, refused=str(error))
    here = reverse("application_step", args=[item.pk, page.step.slug])
    if "aggiungi" in request.POST:
        return redirect(f"{here}?altra=1#fine")
    pages = pages_of(saved, now)
    if _page(pages, page.step.slug).state is not StepState.DONE:
        return _shown(request, saved, page, form, back=back)
    if back == RETURN:
        return redirect("application_review", item.pk)
    after = pages[[each.step.slug for each in pages].index(page.step.slug) + 1 :]
    following = next((each for each in after if each.is_open and each.state is not StepState.DONE), None)
    if following is None:
        return redirect("application_tasks", item.pk)
    return redirect("application_step", item.pk, following.step.slug)


def _differences(form: Any, mine: dict[str, Any], theirs: dict[str, Any]) -> list[Difference]:
    def words(value: Any) -> str:
        return ", ".join(value) if isinstance(value, list) else str(value or "")

    return [
        Difference(str(field.label), words(mine.get(name)), words(theirs.get(name)))
        for name, field in form.fields.items()
        if words(mine.get(name)) != words(theirs.get(name))
    ]


@signed_in_or_kept
@require_POST
def save(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """What a page sends by itself while one writes: the answer is a line that says when it was kept."""
    now = timezone.now()
    context: dict[str, Any] = {}
    try:
        item = own_draft(request, pk)
        page = _page(pages_of(item, now), slug)
        _save(request, item, page, now)
        context = {"saved_at": now}
    except (NoLongerDraft, OutOfScope) as error:
        context = {"refused": str(error)}
    except DraftChanged as error:
        context = {"refused": _("%(text)s Premi «Salva e continua» per vedere le differenze.") % {"text": error}}
    return render(request, "applications/wizard/saved.html", context)
