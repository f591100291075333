"""The draw of a window: committed to before it closes, made once after its order of arrival is published."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from applications.domain.calls import opening_of
from applications.domain.order_proof import published_lines, submitted_in, with_submissions
from applications.letters import moment
from applications.models import Call, CallTerms, DeskWindow, Draw, DrawCommitment, DrawnPlace, PublishedOrder
from applications.rules.draw import commitment_of, drawn, seed_of, written
from applications.rules.order_proof import heading
from portal.services import audit, documents
from portal.services.acts import act

Protocol = tuple[int, int]
"""Year and number of a protocol."""


class NotDrawn(ValueError):
    """The window is not one that is drawn, or it cannot be drawn now; the text says why."""


@act
def commit(window: DeskWindow, *, now: datetime) -> DrawCommitment:
    """Fix the secret of a draw; only its fingerprint is shown until the draw. Asking again changes nothing.

    Raises NotDrawn for a window that is not drawn or that is closed already.
    """
    row = _locked(window)
    known = DrawCommitment.objects.filter(window=row).first()
    if known is not None:
        return known
    if now >= row.closes_at:
        raise NotDrawn(f"Lo sportello è chiuso {moment(row.closes_at, 'dal')}: il segreto si fissava prima.")
    secret = secrets.token_hex(32)
    made = DrawCommitment.objects.create(window=row, secret=secret, sha256=commitment_of(secret), committed_at=now)
    audit.record("draw.commit", f"window:{row.pk}", actor=None, now=now, sha256=made.sha256)
    return made


@act
def draw(window: DeskWindow, *, now: datetime) -> Draw:
    """Draw the order of a closed window, once and for all: asking again gives back the same draw.

    Raises NotDrawn for a window that is not drawn, without a secret fixed in time, or whose order of arrival is
    not published yet.
    """
    row = _locked(window)
    known = Draw.objects.filter(window=row).first()
    if known is not None:
        return known
    commitment = DrawCommitment.objects.filter(window=row).first()
    if commitment is None or commitment_of(commitment.secret) != commitment.sha256:
        raise NotDrawn("Per questo sportello non c'è un segreto fissato prima della chiusura: non si può sorteggiare.")
    published = PublishedOrder.objects.select_related("document").filter(window=row).first()
    if published is None:
        raise NotDrawn("L'ordine di arrivo non è ancora pubblicato: il sorteggio viene dopo.")
    seed = seed_of(commitment.secret, published.head)
    order = drawn(seed, published_lines(published))
    first = heading(row.call.slug, row.number, row.opens_at, row.closes_at)
    document = documents.store(
        kind="draw",
        name=f"sorteggio-{row.call.slug}-sportello-{row.number}.txt",
        media_type="text/plain; charset=utf-8",
        data=written(first, secret=commitment.secret, seed=seed, order=order).encode(),
        key=f"draw:{row.pk}",
        now=now,
    )
    made = Draw.objects.create(window=row, seed=seed, document=document, drawn_at=now)
    ids = {item.snapshot_sha256: item.pk for item in submitted_in(row).only("snapshot_sha256")}
    DrawnPlace.objects.bulk_create(
        DrawnPlace(draw=made, application_id=ids[line.sha256], rank=rank) for rank, line in enumerate(order, start=1)
    )
    detail = {"secret": commitment.secret, "seed": seed, "count": len(order), "sha256": document.sha256}
    audit.record("draw.make", f"window:{row.pk}", actor=None, now=now, **detail)
    return made


def _locked(window: DeskWindow) -> DeskWindow:
    """The window's row, locked. Raises NotDrawn when its terms do not ask for a draw."""
    row = DeskWindow.objects.select_for_update(of=("self",), no_key=True).select_related("call").get(pk=window.pk)
    if not opening_of(row).drawn:
        raise NotDrawn("Questo sportello serve le domande in ordine di protocollo: non c'è nulla da sorteggiare.")
    return row


def to_commit(now: datetime) -> Iterator[DeskWindow]:
    """The windows with a draw, not closed yet, whose secret is still to be fixed."""
    rows = DeskWindow.objects.select_related("call").filter(closes_at__gt=now, draw_commitment=None).order_by("pk")
    return (row for row in rows if opening_of(row).drawn)


def to_draw() -> Iterator[DeskWindow]:
    """The windows whose order of arrival is published and whose draw is still to be made."""
    rows = DeskWindow.objects.select_related("call").filter(
        published_order__isnull=False, draw_commitment__isnull=False, draw=None
    )
    return (row for row in rows.order_by("pk") if opening_of(row).drawn)


@dataclass(frozen=True, slots=True)
class ServingOrder:
    """In which order the applications of a call are served, where draws move them from the order of protocol.

    Within a drawn window the first drawn takes the place of the smallest protocol number, and so on. What was
    submitted from `undrawn_since` on is served by nobody's order until the draw is made.
    """

    places: Mapping[Protocol, Protocol]
    undrawn_since: datetime | None

    def place(self, year: int, number: int) -> Protocol:
        """The place of a protocol number."""
        return self.places.get((year, number), (year, number))

    def waits_for_draw(self, submitted_at: datetime | None) -> bool:
        """Whether its place is not known yet."""
        return self.undrawn_since is not None and submitted_at is not None and submitted_at >= self.undrawn_since


def serving_order(call: Call, versions: Sequence[CallTerms] | None = None) -> ServingOrder:
    """The order of a call as its draws left it. Who has read the versions of the call hands them over."""
    known = list(call.terms.defer("payload")) if versions is None else versions
    windows = list(with_submissions().select_related("call", "draw").filter(call=call).order_by("opens_at"))
    waiting = (one for one in windows if not hasattr(one, "draw") and opening_of(one, known).drawn)
    undrawn = next((window.opens_at for window in waiting), None)
    drawn_rows = _drawn_rows(call) if any(hasattr(window, "draw") for window in windows) else []
    places: dict[Protocol, Protocol] = {}
    for draw_id in {row[0] for row in drawn_rows}:
        protocols = [(year or 0, number or 0) for found, year, number in drawn_rows if found == draw_id]
        places |= dict(zip(protocols, sorted(protocols), strict=True))
    return ServingOrder(places, undrawn)


def _drawn_rows(call: Call) -> list[tuple[int, int | None, int | None]]:
    """Draw, year and number of each drawn application, in the order in which they were drawn."""
    rows = DrawnPlace.objects.filter(draw__window__call=call).order_by("draw_id", "rank")
    return list(rows.values_list("draw_id", "application__protocol_year", "application__protocol_number"))
