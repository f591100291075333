"""Tables of bands with a gap, an end, or B without A are refused by the database when their transaction ends."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import NumericRange

from applications.models import Action, Call, CallTerms
from tests.conftest import LONG_AGO
from vouchers.models import HeadcountBand

Bands = list[tuple[str, int, int | None]]
WHOLE: Bands = [("A", 3, 11), ("A", 11, None), ("B", 3, 11), ("B", 11, None)]


@pytest.fixture
def empty_terms(db: None) -> CallTerms:
    """Terms of a call with the actions A and B, and no bands yet."""
    call = Call.objects.create(slug="prova", code="X", title="Prova", programme="P")
    first = Action.objects.create(call=call, code="A", title="Azione A", compulsory=True)
    Action.objects.create(call=call, code="B", title="Azione B", compulsory=False, requires=first)
    return CallTerms.objects.create(call=call, version=1, valid_from=LONG_AGO, act="Atto", payload={}, sha256="a" * 64)


def write(terms: CallTerms, bands: Bands) -> None:
    """Insert the bands and reach the end of the transaction."""
    actions = {action.code: action for action in terms.call.actions.all()}
    with transaction.atomic():
        for action, minimum, end in bands:
            HeadcountBand.objects.create(
                terms=terms, action=actions[action], headcount=NumericRange(minimum, end), amount=Decimal("5000.00")
            )
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.mark.parametrize("bands", [WHOLE, WHOLE[::-1], WHOLE[:2], []], ids=["A and B", "any order", "A alone", "none"])
def test_a_whole_table_is_kept(empty_terms: CallTerms, bands: Bands) -> None:
    write(empty_terms, bands)

    assert empty_terms.bands.count() == len(bands)


@pytest.mark.parametrize(
    ("bands", "words"),
    [
        ([("A", 3, 10), ("A", 11, None)], "gap or a closed end"),
        ([("A", 3, 11), ("A", 11, 21)], "gap or a closed end"),
        ([("A", 3, 11), ("A", 12, 21), ("A", 21, None)], "gap or a closed end"),
        ([("B", 3, None)], "without the band of the action it requires"),
        ([("A", 3, None), ("B", 3, 11), ("B", 11, None)], "without the band of the action it requires"),
        ([("A", 3, 11), ("A", 11, None), ("B", 3, None)], "without the band of the action it requires"),
    ],
    ids=["gap", "closed end", "gap in the middle", "B without A", "B finer than A", "B coarser than A"],
)
def test_a_table_that_does_not_hold_is_refused(empty_terms: CallTerms, bands: Bands, words: str) -> None:
    with pytest.raises(IntegrityError, match=words):
        write(empty_terms, bands)

    assert not HeadcountBand.objects.exists()


@pytest.mark.parametrize("bands", [[("A", 3, 12), ("A", 11, None)], [("A", 3, None), ("A", 3, None)]])
def test_an_overlap_is_refused_at_once(empty_terms: CallTerms, bands: Bands) -> None:
    with pytest.raises(IntegrityError, match="bands_never_overlap"):
        write(empty_terms, bands)


def test_bands_of_two_versions_do_not_meet(empty_terms: CallTerms) -> None:
    write(empty_terms, WHOLE)
    second = CallTerms.objects.create(
        call=empty_terms.call,
        version=2,
        valid_from=LONG_AGO.replace(year=2021),
        act="Atto",
        payload={},
        sha256="b" * 64,
    )
    write(second, WHOLE)

    assert HeadcountBand.objects.count() == 2 * len(WHOLE)
