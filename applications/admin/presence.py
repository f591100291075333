"""Who else is looking at a dossier: written when it is opened, said again by its page while it stays open."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from applications.models import Application
from applications.rules.states import ApplicationState
from portal.admin.desk import screen
from portal.kernel.roles import READS_DOSSIERS
from portal.models import User
from portal.services import presence
from portal.services.visible import within


@screen("domande/<int:pk>/presenza/", name="dossier_presence", readers=READS_DOSSIERS)
@require_safe
@never_cache
def dossier_presence(request: HttpRequest, pk: int) -> HttpResponse:
    """The sentence alone, as plain text; empty when nobody else looks. Raises Http404 for a draft too,
    and for a call that is not the reader's."""
    theirs = Application.objects.filter(within(request.user, timezone.now()), pk=pk)
    if not theirs.exclude(status=ApplicationState.DRAFT).exists():
        raise Http404
    return HttpResponse(who_looks(pk, request.user), content_type="text/plain; charset=utf-8")


def who_looks(pk: int, user: User) -> str:
    """The sentence that a dossier shows; whoever asks is looking from now on (no query)."""
    return sentence(presence.looking(f"dossier:{pk}", user, timezone.now()))


def sentence(names: Sequence[str]) -> str:
    """«Elena sta guardando questo fascicolo.»; nothing for nobody."""
    if not names:
        return ""
    said = _("%(first)s e %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]} if names[1:] else names[0]
    words = ngettext(
        "%(who)s sta guardando questo fascicolo.", "%(who)s stanno guardando questo fascicolo.", len(names)
    )
    return words % {"who": said}
