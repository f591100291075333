"""The documents of an application: what is asked, what there is, and the files themselves."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from applications.domain import attachments, forms_to_sign
from applications.domain.attachments import NotAsked, NotOpenable, Untouchable
from applications.forms.attachments import AttachmentForm
from applications.models import Application, Attachment
from applications.phrases import Phrase
from applications.rules.attachments import TO_SIGN, Verdict, verdict
from applications.rules.states import ApplicationState
from applications.rules.terms import RequiredDocument
from applications.views.mine import own_application
from portal.kernel.signing import SignatureReport
from portal.views.documents import serve

SCANS = {
    Attachment.Scan.CLEAN: Phrase(gettext_lazy("Scansione antivirus pulita"), "good", ""),
    Attachment.Scan.WAITING: Phrase(gettext_lazy("In attesa della scansione antivirus"), "wait", ""),
    Attachment.Scan.NOT_SCANNED: Phrase(gettext_lazy("Scansione antivirus non eseguita"), "", ""),
    Attachment.Scan.INFECTED: Phrase(gettext_lazy("Contiene un virus"), "bad", ""),
}


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is there, in words."""

    attachment: Attachment
    scan: Phrase
    verdict: Verdict | None
    form: AttachmentForm


@dataclass(frozen=True, slots=True)
class Row:
    """A document asked and the files received for it."""

    wanted: RequiredDocument
    formats: str
    state: Phrase
    files: list[Kept]
    form: AttachmentForm
    to_sign: bool


@login_required
def documents(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: the documents asked, computed from the answers. POST: files for one of them, each on its own fate."""
    item, now = own_application(request, pk), timezone.now()
    if request.method != "POST":
        return _page(request, item, now)
    form = _form(request.POST.get("documento", ""), request.POST.get("sostituisce", ""), request)
    if form.is_valid():
        data = form.cleaned_data
        try:
            outcomes = attachments.receive(
                item, data["documento"], form.sent(), actor=request.user, now=now, instead_of=data["sostituisce"]
            )
        except (NotAsked, Untouchable) as error:
            form.add_error(None, str(error))
        else:
            form.refuse(outcomes)
            for outcome in outcomes:
                if outcome.attachment:
                    messages.success(request, _("Caricato: %(name)s") % {"name": outcome.attachment.document.name})
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
    except Untouchable as error:
        messages.error(request, str(error))
        return _back(item)
    messages.success(request, _("Tolto: %(name)s") % {"name": gone.document.name})
    return _back(item, gone.code)


@login_required
@require_POST
def scan(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the antivirus again for the files that wait."""
    item = own_application(request, pk)
    if attachments.scan_waiting(item, now=timezone.now()):
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
def form_to_sign(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """POST: have the paper of the application prepared. GET: the paper, when it is ready."""
    item, now = own_application(request, pk), timezone.now()
    if request.method == "POST":
        forms_to_sign.ask_form(item, actor=request.user, now=now)
        return _back(item, TO_SIGN)
    form = forms_to_sign.form_of(item, now)
    if form is None or form.document is None:
        messages.warning(request, _("La domanda da firmare non è ancora pronta: qui sotto puoi farla preparare."))
        return _back(item, TO_SIGN)
    return serve(form.document)


def _back(item: Application, code: str = "") -> HttpResponse:
    return redirect(reverse("application_documents", args=[item.pk]) + (f"#{code}" if code else ""))


def _form(code: str, replaces: object = "", request: HttpRequest | None = None) -> AttachmentForm:
    auto_id = f"{code}-{replaces}-%s" if replaces else f"{code}-%s"
    if request is not None:
        return AttachmentForm(request.POST, request.FILES, auto_id=auto_id)
    return AttachmentForm(initial={"documento": code, "sostituisce": replaces or None}, auto_id=auto_id)


def _page(request: HttpRequest, item: Application, now: datetime, bound: AttachmentForm | None = None) -> HttpResponse:
    there = attachments.live(item)
    context = {
        "item": item,
        "is_draft": item.status == ApplicationState.DRAFT,
        "rows": [_row(item, wanted, there, bound) for wanted in attachments.documents_asked(item, now)],
        "form": bound,
        "paper": forms_to_sign.form_of(item, now),
        "waiting": any(one.scan == Attachment.Scan.WAITING for one in there),
        "size": sum(one.document.size for one in there),
    }
    return render(request, "applications/attachments/documents.html", context)


def _row(item: Application, wanted: RequiredDocument, there: list[Attachment], bound: AttachmentForm | None) -> Row:
    files = [_kept(item, one, bound) for one in there if one.code == wanted.code]
    formats = ", ".join(form.upper() if form != "p7m" else "P7M (PDF firmato)" for form in wanted.formats)
    state = Phrase(_("Da caricare"), "", "")
    if any(one.verdict and one.verdict.tone == "bad" for one in files):
        state = Phrase(_("Da correggere"), "bad", "")
    elif files:
        state = Phrase(_("Caricato"), "good", "")
    return Row(wanted, formats, state, files, _chosen(bound, _form(wanted.code)), wanted.code == TO_SIGN)


def _kept(item: Application, one: Attachment, bound: AttachmentForm | None) -> Kept:
    report = SignatureReport.from_json(one.signatures) if one.signatures else None
    said = verdict(report, item.firm.representative_tax_code) if report else None
    return Kept(one, SCANS[Attachment.Scan(one.scan)], said, _chosen(bound, _form(one.code, one.pk)))


def _chosen(bound: AttachmentForm | None, fresh: AttachmentForm) -> AttachmentForm:
    """The form with its errors, in the place it was sent from."""
    return bound if bound is not None and bound.auto_id == fresh.auto_id else fresh
