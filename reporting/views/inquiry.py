"""Which call and which instant a page is asked for, from its address."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from applications.models import Call
from portal.kernel.deadlines import rome_day
from reporting.domain.monitoring import Made, make
from reporting.rules.periods import BadAsOf, in_words, parse_as_of
from reporting.views.access import of_my_calls


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A call, an instant, and what was typed for it; `problem` says why what was typed could not be used."""

    call: Call
    calls: tuple[Call, ...]
    typed: str
    as_of: datetime
    problem: str = ""

    @property
    def words(self) -> str:
        """The instant, for people."""
        return in_words(self.as_of)

    @property
    def day(self) -> str:
        """What the date field shows."""
        return self.typed or f"{rome_day(self.as_of):%Y-%m-%d}"

    @property
    def query(self) -> str:
        """The same question as the end of an address."""
        asked = {"avviso": self.call.slug}
        if self.typed and not self.problem:
            asked["al"] = self.typed
        return urlencode(asked)


def inquiry_of(request: HttpRequest) -> Inquiry:
    """Read `?avviso=` and `?al=`; without them, the call published last and now. Raises Http404 for an unknown call."""
    now = timezone.now()
    calls = tuple(Call.objects.filter(of_my_calls(request, "pk")).order_by("-pk"))
    wanted = request.GET.get("avviso")
    call = next((call for call in calls if wanted in (None, "", call.slug)), None)
    if call is None:
        raise Http404(_("L'avviso indicato non esiste."))
    typed = request.GET.get("al", "").strip()
    try:
        as_of = parse_as_of(typed, now) if typed else now
    except BadAsOf as error:
        return Inquiry(call, calls, typed, now, str(error))
    return Inquiry(call, calls, typed, as_of)


def made_for(inquiry: Inquiry, name: str = "monitoring") -> tuple[Made | None, str]:
    """The report for the question, or nothing and the reason."""
    try:
        return make(name, inquiry.call, inquiry.as_of), inquiry.problem
    except BadAsOf as error:
        return None, inquiry.problem or str(error)
