"""The NUL character, which no page asks for and the database cannot keep: taken out of whatever arrives."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.request import UnreadablePostError

NUL = "\0"


class WithoutNul:
    """Every view reads what was typed without NUL characters; an address that has one is of nothing (404)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Lets the request through."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: object) -> None:
        """Clean the query and the form. Raises Http404. A body that broke off is left to who reads it."""
        if NUL in request.path:
            raise Http404
        request.GET = cleaned(request.GET)
        if request.method == "POST":
            try:
                request.POST = cleaned(request.POST)
            except UnreadablePostError:
                return


def cleaned(typed: QueryDict) -> QueryDict:
    """The same without NUL characters; itself, when it has none."""
    if not any(NUL in text for name, values in typed.lists() for text in (name, *values)):
        return typed
    clean = QueryDict(mutable=True, encoding=typed.encoding)
    for name, values in typed.lists():
        clean.setlist(name.replace(NUL, ""), [text.replace(NUL, "") for text in values])
    clean._mutable = False
    return clean
