"""Finding an application by what somebody has in hand: a protocol, a code, a piece of the firm's name.

Each way of finding goes through its own index, and a query never mixes two of them with OR over two tables, which the
database could answer only by reading everything (docs/decisions/0026-queue-at-any-size.md).
"""

import re
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import Q, QuerySet

from applications.models import Application, Call
from vouchers.models import Award

PROTOCOL = re.compile(r"(?:(\d{4})/)?0*(\d{1,12})")
VAT = re.compile(r"\d{11}")
CUP = re.compile(r"[A-Z]\d{2}[A-Z]\d{11}")
"""A CUP has 15 characters: a letter, two figures, a letter, eleven figures."""
TRIGRAM = 3
CODE = re.compile(r"[0-9A-Z]*\d[0-9A-Z]*")
"""A single word with a figure in it may be a code."""


def matching(text: str) -> Q:
    """The applications that a text finds, for `filter`.

    A CUP finds those of its calls. A word with a figure may be a protocol ("2020/0000123", "123"), a VAT number, a tax
    code, a COR, each of them whole; any text may be pieces of the firm's name, in whatever order and case.
    """
    word = text.upper()
    if CUP.fullmatch(word):
        return Q(call__in=Call.objects.filter(cup=word))
    if PROTOCOL.fullmatch(text) is None and CODE.fullmatch(word) is None:
        return _named(text)
    found = Application.objects.filter(_named(text)).values("pk")
    return Q(pk__in=found.union(*_by_code(text), all=True))


def _named(text: str) -> Q:
    return reduce(and_, [_piece(word) for word in text.split()])


def _piece(word: str) -> Q:
    """Anywhere in the name; one or two letters, which make no trigram inside a word, only where a word begins."""
    if len(word) >= TRIGRAM:
        return Q(firm__name__icontains=word)
    return Q(firm__name__istartswith=word) | Q(firm__name__icontains=f" {word}")


def _by_code(text: str) -> list[QuerySet[Any, Any]]:
    everything = Application.objects.order_by()
    ways: list[QuerySet[Any, Any]] = [
        everything.filter(firm__vat_number=text).values("pk"),
        everything.filter(firm__tax_code=text.upper()).values("pk"),
        Award.objects.order_by().filter(cor=text).values("application"),
    ]
    protocol = PROTOCOL.fullmatch(text)
    if protocol is not None and not VAT.fullmatch(text):
        year, number = protocol.groups()
        rows = everything.filter(protocol_number=int(number))
        ways.append((rows.filter(protocol_year=int(year)) if year else rows).values("pk"))
    return ways
