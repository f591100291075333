"""The outbox of the office, read before it leaves: what goes to whom and why, what did not leave and is sent again."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from applications.domain.correspondence import NotToSendAgain
from applications.domain.outgoing import SENDERS, NotForYou, outgoing, resent, send_out_again, with_jobs
from portal.admin.desk import screen, show
from portal.kernel.roles import READS_DOSSIERS
from portal.models import Mail, User
from portal.services import mail
from portal.services.visible import within
from vouchers.domain import leaving
from vouchers.models import Decree

PER_PAGE = 50
LONGEST_SEARCH = 100
STATES = (
    ("", gettext_lazy("In partenza"), Q(state=Mail.State.QUEUED)),
    ("non-partite", gettext_lazy("Non partite"), Q(state=Mail.State.FAILED)),
    ("partite", gettext_lazy("Partite"), Q(state=Mail.State.SENT)),
    ("annullate", gettext_lazy("Annullate prima di partire"), Q(state=Mail.State.CANCELLED)),
    ("tutte", gettext_lazy("Tutte"), Q()),
)
CHANNELS = (("", gettext_lazy("Tutti")), ("pec", gettext_lazy("PEC")), ("email", gettext_lazy("E-mail")))


@screen(
    "posta-in-uscita/",
    name="outgoing",
    readers=READS_DOSSIERS,
    label=gettext_lazy("Posta in uscita"),
    place=45,
)
@require_http_methods(["GET", "HEAD", "POST"])
def outgoing_list(request: HttpRequest) -> HttpResponse:
    """GET: the messages that are leaving, or those the filters ask (constant queries). POST: one is sent again.

    Raises PermissionDenied for who may not send, Http404 for a message that is not there.
    """
    if request.method == "POST":
        _send(request)
        return redirect(request.get_full_path())
    wanted = {name: request.GET.get(name, "").replace("\0", "").strip() for name in ("stato", "canale", "q", "decreto")}
    text = wanted["q"][:LONGEST_SEARCH]
    found, decree = _asked(outgoing(request.user, timezone.now(), text), wanted, request.user)
    after = request.GET.get("dopo", "")
    if after.isdecimal() and len(after) < 19:
        found = found.filter(pk__lt=int(after))
    rows = list(found[: PER_PAGE + 1])
    more, rows = len(rows) > PER_PAGE, rows[:PER_PAGE]
    again = resent(rows)
    used = [(name, value) for name, value in wanted.items() if value]
    return show(
        request,
        "admin/outgoing.html",
        _("Posta in uscita"),
        rows=[(row, again.get(row.mail.pk)) for row in with_jobs(rows)],
        states=[(value, label, value == wanted["stato"]) for value, label, _where in STATES],
        channels=[(value, label, value == wanted["canale"]) for value, label in CHANNELS],
        text=text,
        decree=decree,
        used=bool(used),
        next=f"?{urlencode([*used, ('dopo', str(rows[-1].pk))])}" if more else "",
        may_send=bool(request.user.roles & SENDERS),
    )


def _asked(found: QuerySet[Mail], wanted: dict[str, str], reader: User) -> tuple[QuerySet[Mail], Decree | None]:
    """The messages of the filters; of a decree: all its letters, whatever their state, unless one is asked."""
    decree: Any = None
    if wanted["decreto"].isdecimal() and len(wanted["decreto"]) < 10:
        decree = (
            Decree.objects.defer("snapshot").filter(within(reader, timezone.now()), pk=int(wanted["decreto"])).first()
        )
    state = wanted["stato"] or ("tutte" if decree else "")
    where = next((where for value, _label, where in STATES if value == state), STATES[0][2])
    if decree is not None:
        found = mail.among(found, leaving.written(decree))
    if wanted["canale"] in ("pec", "email"):
        found = found.filter(channel=wanted["canale"].upper())
    return found.filter(where), decree


def _send(request: HttpRequest) -> None:
    number = request.POST.get("comunicazione", "")
    if request.user.roles.isdisjoint(SENDERS):
        raise PermissionDenied
    try:
        if not number.isdecimal() or len(number) > 18:
            raise Mail.DoesNotExist
        sent = send_out_again(int(number), actor=request.user, now=timezone.now())
    except Mail.DoesNotExist as error:
        raise Http404 from error
    except NotForYou as error:
        raise PermissionDenied from error
    except NotToSendAgain as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("La comunicazione riparte ora verso %(to)s.") % {"to": sent.to})
