"""The documents of an application: what is asked, what there is, and the files themselves."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from applications.domain import attachments, forms_to_sign, scanning
from applications.domain.attachments import NotAsked, NotOpenable, Untouchable
from applications.domain.calls import terms_at
from applications.domain.mandates import OutOfScope, limits_of
from applications.domain.model_papers import NoModel
from applications.domain.readiness import document_findings
from applications.domain.wrong_client import warnings_for
from applications.forms.attachments import AttachmentForm
from applications.models import Application, Attachment, FormToSign
from applications.phrases import SCANS, Phrase
from applications.rules.attachments import DOCUMENT, Verdict, verdict
from applications.rules.guidance import Guide, guides_from
from applications.rules.signing import TO_SIGN
from applications.rules.states import ApplicationState
from applications.rules.terms import RequiredDocument
from applications.views.kept import signed_in_or_kept
from applications.views.mine import own_application
from portal.kernel.signing import SignatureReport
from portal.services import uploads
from portal.views.documents import serve

MOST_BESIDE = 64 * 1024
"""What may come with the files: the fields of the form and the names (bytes)."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is there, in words."""

    attachment: Attachment
    scan: Phrase
    verdict: Verdict | None
    form: AttachmentForm
    other_client: str


@dataclass(frozen=True, slots=True)
class Row:
    """A document asked and the files received for it."""

    wanted: RequiredDocument
    formats: str
    state: Phrase
    files: list[Kept]
    form: AttachmentForm
    guide: Guide | None
    to_sign: bool
    has_paper: bool
    paper: FormToSign | None


@signed_in_or_kept
def documents(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: the documents asked, computed from the answers. POST: files for one of them, each on its own fate."""
    item, now = own_application(request, pk), timezone.now()
    if request.method != "POST":
        return _page(request, item, now)
    form = _form(request.POST.get("documento", ""), request.POST.get("sostituisce", ""), request)
    alone = "X-One-File" in request.headers
    if not (arrived := whole(request)):
        form.errors.pop("file", None)
        form.add_error("file", _("I file non sono arrivati interi: la linea è caduta. Caricali di nuovo."))
    elif form.is_valid():
        data = form.cleaned_data
        try:
            outcomes = attachments.receive(
                item, data["documento"], form.sent(), actor=request.user, now=now, instead_of=data["sostituisce"]
            )
        except (NotAsked, Untouchable, OutOfScope) as error:
            form.add_error(None, str(error))
        else:
            form.refuse(outcomes)
            for outcome in outcomes:
                if outcome.attachment and not alone:
                    messages.success(request, _("Caricato: %(name)s") % {"name": outcome.attachment.document.name})
    if alone:
        return one_file([str(text) for texts in form.errors.values() for text in texts], again=not arrived)
    return _page(request, item, now, form) if form.errors else _back(item, form.cleaned_data["documento"])


@login_required
@require_POST
def remove(request: HttpRequest, pk: int, attachment: int) -> HttpResponse:
    """Take a file away from a draft."""
    item = own_application(request, pk)
    try:
        gone = attachments.remove(item, attachment, actor=request.user, now=timezone.now())
    except NotAsked as error:
        raise Http404(str(error)) from None
    except (Untouchable, OutOfScope) as error:
        messages.error(request, str(error))
        return _back(item)
    messages.success(request, _("Tolto: %(name)s") % {"name": gone.document.name})
    return _back(item, gone.code)


@login_required
@require_POST
def scan(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the antivirus again for the files that wait."""
    item = own_application(request, pk)
    if scanning.scan_waiting(item, now=timezone.now()):
        messages.warning(request, _("L'antivirus non risponde ancora: i file restano in attesa. Riprova più tardi."))
    else:
        messages.success(request, _("I file in attesa sono stati controllati."))
    return _back(item)


@login_required
def download(request: HttpRequest, pk: int, attachment: int) -> HttpResponse | FileResponse:
    """A file of one's own application, as a download."""
    item = own_application(request, pk)
    try:
        return serve(attachments.to_open(item, attachment).document)
    except (NotAsked, FileNotFoundError) as error:
        raise Http404 from error
    except NotOpenable as error:
        messages.warning(request, str(error))
        return _back(item)


@login_required
def form_to_sign(request: HttpRequest, pk: int, paper: str = TO_SIGN) -> HttpResponse | FileResponse:
    """POST: have the paper for a document prepared. GET: the paper, when it is ready."""
    item, now = own_application(request, pk), timezone.now()
    try:
        if request.method == "POST":
            forms_to_sign.ask_form(item, actor=request.user, now=now, code=paper)
            return _back(item, paper)
        form = forms_to_sign.form_of(item, now, paper)
    except NoModel as error:
        raise Http404(str(error)) from None
    except OutOfScope as error:
        messages.error(request, str(error))
        return _back(item, paper)
    if form is None or form.document is None:
        messages.warning(request, _("Il documento non è ancora pronto: qui sotto puoi farlo preparare."))
        return _back(item, paper)
    return serve(form.document)


def one_file(said: list[str], *, again: bool) -> JsonResponse:
    """The answer to a file that the page sends by itself: what is wrong with it, and whether to send it again."""
    return JsonResponse({"taken": not said, "text": " ".join(said), "again": again})


def whole(request: HttpRequest) -> bool:
    """Whether all that was announced has arrived: a line that drops leaves the last file half as long."""
    arrived = sum(file.size or 0 for files in request.FILES.lists() for file in files[1])
    return int(request.META.get("CONTENT_LENGTH") or 0) - arrived <= MOST_BESIDE


def _back(item: Application, code: str = "") -> HttpResponse:
    return redirect(reverse("application_documents", args=[item.pk]) + (f"#{code}" if code else ""))


def _form(code: str, replaces: object = "", request: HttpRequest | None = None) -> AttachmentForm:
    auto_id = f"{code}-{replaces}-%s" if replaces else f"{code}-%s"
    if request is not None:
        return AttachmentForm(request.POST, request.FILES, auto_id=auto_id)
    return AttachmentForm(initial={"documento": code, "sostituisce": replaces or None}, auto_id=auto_id)


def _page(request: HttpRequest, item: Application, now: datetime, bound: AttachmentForm | None = None) -> HttpResponse:
    there = attachments.live(item)
    doubts = warnings_for(there, viewer=request.user, now=now)
    wanted = attachments.documents_asked(item, now)
    guides = guides_from(item.call.source)
    papers = forms_to_sign.papers_of(item, [one.code for one in wanted], now)
    lacking = {one.code.removeprefix(DOCUMENT) for one in document_findings(item, terms_at(item, now))}
    limits = limits_of(request.user, item.firm_id, now)
    context = {
        "item": item,
        "is_draft": item.status == ApplicationState.DRAFT,
        "may_send": item.status == ApplicationState.DRAFT and not limits.upload,
        "limits": limits,
        "rows": [
            Row(
                wanted=one,
                formats=_formats(one),
                state=_state(files, one.code in lacking),
                files=files,
                form=_chosen(bound, _form(one.code)),
                guide=guides.get(one.code),
                to_sign=one.code == TO_SIGN,
                has_paper=one.code in papers,
                paper=papers.get(one.code),
            )
            for one in wanted
            for files in [[_kept(item, f, bound, doubts.get(f.pk, "")) for f in there if f.code == one.code]]
        ],
        "form": bound,
        "largest": uploads.LARGEST,
        "waiting": any(one.scan == Attachment.Scan.WAITING for one in there),
        "size": sum(one.document.size for one in there),
    }
    return render(request, "applications/attachments/documents.html", context)


def _formats(wanted: RequiredDocument) -> str:
    return ", ".join(form.upper() if form != "p7m" else "P7M (PDF firmato)" for form in wanted.formats)


def _state(files: list[Kept], lacking: bool) -> Phrase:
    if not files:
        return Phrase(_("Da caricare"), "", "")
    return Phrase(_("Da correggere"), "bad", "") if lacking else Phrase(_("Caricato"), "good", "")


def _kept(item: Application, one: Attachment, bound: AttachmentForm | None, doubt: str) -> Kept:
    report = SignatureReport.from_json(one.signatures) if one.signatures else None
    said = verdict(report, item.firm.representative_tax_code) if report else None
    return Kept(one, SCANS[Attachment.Scan(one.scan)], said, _chosen(bound, _form(one.code, one.pk)), doubt)


def _chosen(bound: AttachmentForm | None, fresh: AttachmentForm) -> AttachmentForm:
    """The form with its errors, in the place it was sent from."""
    return bound if bound is not None and bound.auto_id == fresh.auto_id else fresh
