"""The requirements of a dossier: what the portal says of each, and what the officer found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from applications.admin.files import FileRow, files_of, papers_of
from applications.admin.reviewing import back_to_dossier, presented, view_of
from applications.admin.steps import OFFICERS
from applications.domain.checklist import ChecksMoved, NotCheckable, latest, may_check, record_checks
from applications.domain.checks import Check, checks
from applications.domain.evidence import Evidence, evidence_of
from applications.domain.hands import InConflict, NotInYourHands, in_hand
from applications.domain.officers import in_play
from applications.domain.voiding import Bound
from applications.forms.desk_checks import CheckFields, ChecksForm
from applications.models import Application, OfficerCheck
from applications.phrases import FOUND, OUTCOMES, Phrase
from applications.rules.eligibility import Outcome
from applications.rules.states import ApplicationState
from portal.admin.desk import screen, show
from portal.kernel.scopes import of_call
from portal.models import User


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A requirement with its automatic outcome, the one that an officer wrote, and the fields to write it."""

    check: Check
    automatic: Phrase
    found: OfficerCheck | None
    phrase: Phrase | None
    fields: CheckFields | None


@dataclass(frozen=True, slots=True)
class Checklist:
    """All of them; `form` for who may write now; `seen` is the last outcome shown, `done` of `wanted` are written.

    `showable` are the files that the dossier can show beside them: the others are downloaded. `evidence` is all that
    the outcomes come from, with the registers.
    """

    rows: Sequence[CheckRow]
    evidence: Evidence
    form: ChecksForm | None
    seen: int
    done: int
    wanted: int
    voids: bool = False
    showable: frozenset[int] = frozenset()


def checklist(
    item: Application,
    user: User,
    data: Any = None,
    form: ChecksForm | None = None,
    files: Sequence[FileRow] | None = None,
    mine: Callable[[], bool] | None = None,
    *,
    reading: bool = False,
) -> Checklist:
    """What the dossier shows, each outcome with its evidence. What was typed into a dossier that has passed on stays.

    `files` are those of the application, when they have been read already; `mine` says whose it is, when that is known;
    `reading` is for who weighs a proposal, without fields.
    """
    files = files_of(item) if files is None else files
    found = evidence_of(item, papers_of(item, files), timezone.now())
    rows, known = checks(item, found.facts), latest(item)
    asked = [row for row in rows if row.outcome is not Outcome.RELAXED]
    is_officer = not reading and bool(user.roles_in(of_call(item.call_id)) & OFFICERS)
    if (
        form is None
        and is_officer
        and may_check(item)
        and (data is not None or not in_play(item.status) or (mine or partial(in_hand, item, user, timezone.now()))())
    ):
        form = ChecksForm(data, asked, known)
    made = []
    for row in rows:
        wrote = known.get(row.requirement.code)
        fields = form.fields_of(row.requirement.code) if form else None
        made.append(CheckRow(row, OUTCOMES[row.outcome], wrote, FOUND[wrote.outcome] if wrote else None, fields))
    seen = max((row.pk for row in known.values()), default=0)
    done = sum(row.requirement.code in known for row in asked)
    voids = form is not None and item.status != ApplicationState.IN_REVIEW
    showable = frozenset(row.attachment.pk for row in files if row.showable)
    return Checklist(made, found, form, seen, done, len(asked), voids, showable)


@screen("domande/<int:pk>/controlli/", name="dossier_checks", readers=OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def dossier_checks(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: the requirements alone. POST: what the officer found. Raises Http404 for a draft too."""
    now = timezone.now()
    item = presented(pk, request.user, now)
    data = request.POST if request.method == "POST" else None
    todo, seen, refused = checklist(item, request.user, data), 0, ""
    text = request.POST.get("visto", "")[:18]
    seen = int(text) if text.isascii() and text.isdecimal() else 0
    if data is not None and todo.form is None:
        refused = _("I controlli si scrivono in istruttoria, quando la domanda è in carico: non è stato scritto nulla.")
    elif data is not None and todo.form is not None and todo.form.is_valid():
        try:
            written = record_checks(item, todo.form.found(), seen=seen, actor=request.user, now=now)
        except (Bound, ChecksMoved, InConflict, NotCheckable, NotInYourHands) as error:
            todo.form.add_error(None, str(error))
            todo = checklist(item, request.user, form=todo.form)
            refused = str(error)
        else:
            said = ngettext("%(n)d controllo scritto.", "%(n)d controlli scritti.", written) % {"n": written}
            notes.success(request, said if written else _("Nessun controllo è cambiato."))
            if Application.objects.get(pk=pk).status != item.status:
                notes.warning(
                    request, _("La domanda è tornata in istruttoria: chi l'aveva proposta o approvata è avvisato.")
                )
            return back_to_dossier(request, pk)
    title = _("Requisiti della domanda %(protocol)s") % {"protocol": item.protocol}
    shown = todo.seen if data is None or refused else seen
    answer = show(
        request,
        "admin/review_checks.html",
        title,
        item=item,
        todo=todo,
        shown=shown,
        view=view_of(request),
        refused=refused,
    )
    answer.status_code = 409 if refused else 200
    return answer
