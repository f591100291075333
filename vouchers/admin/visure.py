"""The visura de minimis at the desk: a button of the dossier asks the State-aid register, and what it says is kept."""

from django.contrib import messages as notes
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from applications.admin.reviewing import back_to_dossier, presented, view_of
from portal.admin.desk import screen, show
from vouchers.domain import aid_visure
from vouchers.domain.aid_requests import NoRegister
from vouchers.domain.aid_visure import Outcome
from vouchers.domain.lifecycle import NotForThisRole
from vouchers.domain.state_aid import RECORDERS

SAID = {
    Outcome.FOUND: (notes.SUCCESS, gettext_lazy("La visura de minimis è arrivata: è accanto agli aiuti dichiarati.")),
    Outcome.DOWN: (notes.WARNING, gettext_lazy("Il Registro degli aiuti non risponde: riprova più tardi.")),
}


@screen("domande/<int:pk>/visura-de-minimis/", name="dossier_visura", readers=RECORDERS)
@require_http_methods(["GET", "HEAD", "POST"])
def ask_visura(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: the button alone. POST: ask the register about the aids. Raises Http404, PermissionDenied."""
    now = timezone.now()
    item = presented(pk, request.user, now)
    if request.method != "POST":
        title = _("Visura de minimis per la domanda %(protocol)s") % {"protocol": item.protocol}
        return show(request, "admin/visura_ask.html", title, item=item, view=view_of(request))
    try:
        answer = aid_visure.ask(item, actor=request.user, now=now)
    except NotForThisRole as error:
        raise PermissionDenied from error
    except NoRegister:
        notes.warning(request, _("Il portale non è collegato al Registro degli aiuti: la visura si chiede lì."))
    else:
        notes.add_message(request, *SAID[Outcome(answer.outcome)])
    return back_to_dossier(request, pk)
