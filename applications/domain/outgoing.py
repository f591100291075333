"""Messages on their way out, as the office reads them: what leaves, to whom, what did not and is sent again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from applications.domain.correspondence import NotToSendAgain, about_of
from applications.domain.lifecycle import roles_of
from applications.models import Application
from portal.kernel.roles import READS_DOSSIERS, Role
from portal.models import Mail, Promise, User
from portal.services import audit, mail, outbox
from portal.services.acts import act
from portal.services.visible import within

SENDERS = frozenset({Role.CASE_OFFICER, Role.PROCEEDING_MANAGER, Role.SIGNATORY})
"""Who may send again what did not leave."""
TO_FIRMS, NUDGES = "application:", "copy:"
WRONG_ADDRESS = frozenset({Mail.Failure.NO_ADDRESS, Mail.Failure.BAD_ADDRESS, Mail.Failure.REFUSED})
"""Failures that another try to the same address does not mend."""


class NotForYou(PermissionError):
    """Somebody who does not send the messages of the office."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message with the application it is about, and the job that delivers it (none for one without an address)."""

    mail: Mail
    application: Application | None
    job: Promise | None


def outgoing(reader: User, now: datetime, text: str = "") -> QuerySet[Mail]:
    """The messages to firms of the reader's calls, their nudges included, the newest first.

    `text` is an address or a firm's protocol.
    """
    found = Mail.objects.filter(Q(about__startswith=TO_FIRMS) | Q(about__startswith=NUDGES)).order_by("-pk")
    if reader.calls_at(now, READS_DOSSIERS) is not None:
        mine = Application.objects.filter(within(reader, now))
        abouts = [mine.values_list(Concat(Value(kind), Cast("pk", CharField()))) for kind in (TO_FIRMS, NUDGES)]
        found = found.filter(Q(about__in=abouts[0]) | Q(about__in=abouts[1]))
    return found.filter(_matching(text)) if text else found


def with_jobs(rows: Sequence[Mail]) -> list[Outgoing]:
    """What a list of messages shows beside each (two queries)."""
    subjects = {row.pk: subject for row in rows if (subject := _application_of(row))}
    known = Application.objects.select_related("firm").in_bulk(set(subjects.values()))
    jobs = {job.key: job for job in Promise.objects.filter(key__in=[mail.promise_key(row.pk) for row in rows])}
    return [Outgoing(row, known.get(subjects.get(row.pk, 0)), jobs.get(mail.promise_key(row.pk))) for row in rows]


@act
def send_out_again(mail_id: int, *, actor: User, now: datetime) -> Mail:
    """Send a message that did not leave once more: the same one, or, where its address was wrong, a new one to the
    firm's PEC of today.

    Raises Mail.DoesNotExist, NotForYou (also to who acts for the firm), NotToSendAgain.
    """
    row = Mail.objects.select_for_update().get(pk=mail_id)
    subject = _application_of(row)
    if subject is None:
        raise Mail.DoesNotExist
    item = Application.objects.select_related("firm").get(pk=subject)
    if roles_of(actor, item, now).isdisjoint(SENDERS):
        raise NotForYou
    if row.state != Mail.State.FAILED or Mail.objects.filter(again_of=row).exists():
        raise NotToSendAgain("Questa comunicazione è già partita o sta partendo: non serve inviarla di nuovo.")
    if row.failure not in WRONG_ADDRESS and outbox.retry([mail.promise_key(row.pk)], actor=actor, now=now):
        row.refresh_from_db()
        return row
    if row.about != about_of(item.pk) or row.channel != Mail.Channel.PEC:
        raise NotToSendAgain("Un avviso di cortesia che non è arrivato non si reinvia: l'atto è nella PEC.")
    if item.firm.pec in ("", row.to):
        raise NotToSendAgain(
            "La PEC dell'impresa è ancora quella che non funziona, o manca: l'impresa la corregge nei suoi dati, "
            "poi si invia di nuovo."
        )
    fresh = mail.again(row, to=item.firm.pec, now=now)
    audit.record("mail.again", f"mail:{row.pk}", actor=actor, now=now, application=item.pk, fresh=fresh.pk)
    return fresh


def resent(rows: Collection[Mail]) -> dict[int, int]:
    """Which of these messages were sent again, and as which (one query)."""
    pairs = Mail.objects.filter(again_of__in=[row.pk for row in rows]).values_list("again_of", "pk")
    return {before: after for before, after in pairs if before is not None}


def _matching(text: str) -> Q:
    year, _, number = text.partition("/")
    if year.isdigit() and number.isdigit():
        ids = Application.objects.filter(protocol_year=int(year), protocol_number=int(number)).values_list(
            "pk", flat=True
        )
        return Q(about__in=[f"{kind}{pk}" for pk in ids for kind in (TO_FIRMS, NUDGES)])
    return Q(to__icontains=text)


def _application_of(row: Mail) -> int | None:
    kind, _, number = row.about.partition(":")
    return int(number) if f"{kind}:" in (TO_FIRMS, NUDGES) and number.isdigit() else None
