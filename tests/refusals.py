"""What a refusal must look like: the right answer, in words, with nothing of anybody in it."""

from django.http import HttpResponse

NOT_FOUND = "Pagina non trovata"


def assert_missing(answer: HttpResponse, *foreign: str) -> None:
    """The page of what is not there: 404, its own words, none of the words that the visitor may not read."""
    said = answer.content.decode()
    assert answer.status_code == 404
    assert NOT_FOUND in said
    assert [word for word in foreign if word in said] == []
