"""Registro Imprese at the desk: a button of the dossier asks it; what it says is kept, and shown there."""

from django.contrib import messages as notes
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from applications.admin.reviewing import back_to_dossier, presented, view_of
from applications.domain import registry_answers
from applications.domain.registry_answers import ASKERS, NoRegistry, NotAsker, Outcome
from portal.admin.desk import screen, show

SAID = {
    Outcome.FOUND: (notes.SUCCESS, gettext_lazy("Il Registro Imprese ha risposto: i dati sono accanto ai presentati.")),
    Outcome.UNKNOWN: (
        notes.WARNING,
        gettext_lazy("Il Registro Imprese non conosce il codice fiscale dell'impresa: serve la visura."),
    ),
    Outcome.DOWN: (
        notes.WARNING,
        gettext_lazy("Il Registro Imprese non risponde: riprova più tardi, oppure controlla con la visura."),
    ),
}


@screen("domande/<int:pk>/registro-imprese/", name="dossier_registry", readers=ASKERS)
@require_http_methods(["GET", "HEAD", "POST"])
def ask_registry(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: the button alone. POST: ask the register about the firm. Raises Http404, PermissionDenied."""
    now = timezone.now()
    item = presented(pk, request.user, now)
    if request.method != "POST":
        title = _("Registro Imprese per la domanda %(protocol)s") % {"protocol": item.protocol}
        return show(request, "admin/registry_ask.html", title, item=item, view=view_of(request))
    try:
        answer = registry_answers.ask(item, actor=request.user, now=now)
    except NotAsker as error:
        raise PermissionDenied from error
    except NoRegistry as error:
        notes.warning(request, str(error))
    else:
        notes.add_message(request, *SAID[Outcome(answer.outcome)])
    return back_to_dossier(request, pk)
