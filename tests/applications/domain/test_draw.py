"""The draw: committed to in time, made once from what is published, recomputed by anybody, never made again."""

from datetime import timedelta
from hashlib import sha256
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from applications.domain import closing
from applications.domain.draw import NotDrawn, commit, draw, serving_order
from applications.domain.order_proof import publish
from applications.models import Draw, DrawCommitment, DrawnPlace
from applications.tasks import draw_order, publish_order
from portal.models import AuditEntry, Promise
from portal.services import documents
from tests.applications.opening import published
from tests.conftest import FIRST_DAY
from tests.portal.services.parallel import at_once


@pytest.fixture
def call(db):
    """The real call, served in the order of a draw."""
    return published(mode="DRAW")


@pytest.fixture
def window(desk, make_firm, anna):
    """The first desk, with eight applications."""
    for _ in range(8):
        desk.submit(make_firm(anna))
    return desk.call.windows.get(number=1)


def drawn(window):
    commit(window, now=window.opens_at)
    publish(window, now=window.closes_at)
    return draw(window, now=window.closes_at + timedelta(minutes=1))


def test_only_the_fingerprint_of_the_secret_is_told_before(window):
    made = commit(window, now=FIRST_DAY)

    entry = AuditEntry.objects.get(act="draw.commit")
    assert entry.detail == {"sha256": made.sha256}
    assert made.secret not in str(made)
    assert sha256(made.secret.encode()).hexdigest() == made.sha256
    assert commit(window, now=FIRST_DAY).secret == made.secret


def test_anybody_computes_the_draw_again_from_what_is_published(window):
    made = drawn(window)

    order = documents.read(window.published_order.document).decode().splitlines()
    told = documents.read(made.document).decode().splitlines()
    secret = told[1].split(";")[1]
    assert sha256(secret.encode()).hexdigest() == window.draw_commitment.sha256
    seed = sha256((secret + order[-1].split(";")[2]).encode()).hexdigest()
    prints = [line.split(";")[3] for line in order[1:-1]]
    again = sorted(prints, key=lambda fingerprint: sha256((seed + fingerprint).encode()).hexdigest())
    assert [line.split(";")[2] for line in told[4:]] == again
    places = DrawnPlace.objects.order_by("rank").values_list("application__snapshot_sha256", flat=True)
    assert list(places) == again


def test_a_draw_is_made_once(window):
    first = drawn(window)

    assert draw(window, now=window.closes_at + timedelta(days=9)) == first
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Draw.objects.update(seed="0" * 64)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        DrawnPlace.objects.all().delete()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        DrawCommitment.objects.update(secret="x")
    assert AuditEntry.objects.filter(act="draw.make").count() == 1


def test_eight_at_once_draw_once(committed_db, window):
    commit(window, now=window.opens_at)
    publish(window, now=window.closes_at)

    draws = at_once(8, lambda number: draw(window, now=window.closes_at).seed)

    assert len(set(draws)) == 1
    assert DrawnPlace.objects.count() == 8


def test_a_secret_fixed_after_the_closing_is_none(window):
    with pytest.raises(NotDrawn, match="il segreto si fissava prima"):
        commit(window, now=window.closes_at)
    publish(window, now=window.closes_at)
    with pytest.raises(NotDrawn, match="non c'è un segreto"):
        draw(window, now=window.closes_at)


def test_the_draw_comes_after_the_order_of_arrival(window):
    commit(window, now=FIRST_DAY)

    with pytest.raises(NotDrawn, match="non è ancora pubblicato"):
        draw(window, now=window.closes_at)


def test_a_secret_that_was_changed_draws_nothing(window, triggers_off):
    commit(window, now=FIRST_DAY)
    publish(window, now=window.closes_at)
    triggers_off("UPDATE applications_drawcommitment SET secret = repeat('a', 64)")

    with pytest.raises(NotDrawn, match="non c'è un segreto"):
        draw(window, now=window.closes_at)


def test_the_clock_fixes_the_secret_publishes_and_draws(window):
    closing.tend(FIRST_DAY)
    assert DrawCommitment.objects.filter(window=window).exists()
    assert closing.tend(FIRST_DAY) == 0

    for job, run in (("applications.publish_order", publish_order), ("applications.draw_order", draw_order)):
        closing.tend(window.closes_at)
        run(**Promise.objects.get(job=job).arguments)

    assert Draw.objects.get().window == window
    assert closing.tend(window.closes_at) == 0


def test_drawn_places_are_the_protocols_of_the_window_in_the_order_of_the_draw(window):
    assert serving_order(window.call).undrawn_since == window.opens_at
    drawn(window)

    order = serving_order(window.call)
    ranked = DrawnPlace.objects.order_by("rank").values_list("application__protocol_number", flat=True)
    assert [order.place(2020, number) for number in ranked] == [(2020, n) for n in range(1, 9)]
    assert order.place(2021, 3) == (2021, 3)
    assert order.undrawn_since is None


def test_a_window_in_which_nobody_submitted_keeps_nobody_waiting(call):
    assert serving_order(call).undrawn_since is None


def test_who_submits_in_the_second_window_waits_for_the_draw_of_the_first(window):
    later = window.call.windows.get(number=2).opens_at

    assert serving_order(window.call).waits_for_draw(later)
    drawn(window)
    assert not serving_order(window.call).waits_for_draw(later)


def test_a_call_by_arrival_has_nothing_to_draw(window, call):
    plain = window
    plain.opens_at = plain.opens_at.replace(year=2019)
    type(window).objects.filter(pk=window.pk).update(opens_at=plain.opens_at)

    with pytest.raises(NotDrawn, match="in ordine di protocollo"):
        commit(plain, now=FIRST_DAY)


def test_the_command_commits_draws_and_says_why_not(window):
    out = StringIO()
    with pytest.raises(CommandError, match="il segreto si fissava prima"):
        call_command("draw_order", "smart-working-2020", "1", commit=True)
    commit(window, now=FIRST_DAY)
    publish(window, now=window.closes_at)
    call_command("draw_order", "smart-working-2020", "1", commit=True, stdout=out)
    call_command("draw_order", "smart-working-2020", "1", stdout=out)

    assert DrawCommitment.objects.get().sha256 in out.getvalue()
    assert f"8 domande sorteggiate, seme {Draw.objects.get().seed}" in out.getvalue()
