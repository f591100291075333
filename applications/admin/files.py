"""The files of an application at the desk: listed in the dossier, opened as downloads; every opening is recorded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from applications.domain import attachments, openings
from applications.domain.attachments import NotAsked, NotOpenable
from applications.domain.calls import terms_at
from applications.domain.reopening import ENCLOSED
from applications.models import Application, Attachment
from applications.phrases import SCANS, Phrase
from applications.rules.attachments import Verdict, verdict
from applications.rules.evidence import Paper
from applications.rules.states import ApplicationState
from portal.admin.desk import screen
from portal.kernel.roles import READS_DOSSIERS
from portal.kernel.signing import SignatureReport
from portal.models import Document, User
from portal.services.visible import within
from portal.views.documents import SHOWABLE, serve, show_framed


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file with the title of its document, what the antivirus said and what its signatures are worth."""

    title: str
    attachment: Attachment
    scan: Phrase
    verdict: Verdict | None

    @property
    def showable(self) -> bool:
        """Whether the dossier can show it in a frame: the others are downloaded."""
        may_open = self.attachment.scan not in (Attachment.Scan.WAITING, Attachment.Scan.INFECTED)
        return may_open and self.attachment.document.media_type in SHOWABLE


def looked_at(files: list[FileRow], asked: str) -> FileRow | None:
    """The file that an address asks to look at; None when it cannot be shown."""
    return next((row for row in files if str(row.attachment.pk) == asked and row.showable), None)


def files_of(item: Application) -> list[FileRow]:
    """The live files of a presented application, in the order of its documents (one query).

    One that was asked later, or is not asked any more, is called as the terms call it.
    """
    now = timezone.now()
    wanted = [one.code for one in attachments.documents_asked(item, now)]
    titles = {one.code: one.title for one in (*terms_at(item, now).documents, ENCLOSED)}
    order = wanted + [code for code in titles if code not in wanted]
    rows = sorted(attachments.live(item), key=lambda one: order.index(one.code) if one.code in order else len(order))
    code = item.firm.representative_tax_code
    return [
        FileRow(
            titles.get(one.code, one.code),
            one,
            SCANS[Attachment.Scan(one.scan)],
            verdict(SignatureReport.from_json(one.signatures), code) if one.signatures else None,
        )
        for one in rows
    ]


def papers_of(item: Application, files: Sequence[FileRow]) -> list[Paper]:
    """The same files as evidence, then the documents that a guided application asks and does not have."""
    found = [
        Paper(
            row.attachment.code,
            row.title,
            row.attachment.pk,
            f"{row.verdict.label}. {' '.join(row.verdict.sentences)}" if row.verdict else row.attachment.document.name,
            bool(row.verdict and row.verdict.tone == "bad"),
        )
        for row in files
    ]
    there = {paper.code for paper in found}
    wanted = attachments.documents_asked(item, timezone.now()) if item.guided else ()
    return found + [Paper(one.code, one.title, None) for one in wanted if one.code not in there]


def _presented(user: User, now: datetime) -> QuerySet[Application]:
    return Application.objects.filter(within(user, now)).exclude(status=ApplicationState.DRAFT)


@screen("domande/<int:pk>/allegati/<int:attachment>/", name="dossier_file", readers=READS_DOSSIERS)
@require_safe
def file(request: HttpRequest, pk: int, attachment: int) -> HttpResponse | FileResponse:
    """A file of a presented application, handed out. Raises Http404 for a draft's and for another application's."""
    return _opened(request, pk, attachment, serve)


@screen("domande/<int:pk>/allegati/<int:attachment>/guarda/", name="dossier_look", readers=READS_DOSSIERS)
@require_safe
def look(request: HttpRequest, pk: int, attachment: int) -> HttpResponse | FileResponse:
    """The same file for a frame of the dossier. Raises Http404 also for what no browser draws."""
    return _opened(request, pk, attachment, show_framed)


def _opened(
    request: HttpRequest, pk: int, attachment: int, give: Callable[[Document], FileResponse]
) -> HttpResponse | FileResponse:
    item = _presented(request.user, timezone.now()).filter(pk=pk).first()
    if item is None:
        raise Http404
    try:
        found = attachments.to_open(item, attachment)
        answer = give(found.document)  # what cannot be given was not opened
    except NotOpenable as error:
        messages.warning(request, str(error))
        return redirect("admin:dossier", pk)
    except (NotAsked, FileNotFoundError, ValueError) as error:
        raise Http404 from error
    now = timezone.now()
    attachments.opened_by_the_office(found, actor=request.user, now=now)
    openings.opened(item, openings.What.FILE, reader=request.user, now=now, name=found.document.name)
    return answer
