"""Telling a firm what its delegates do: one reading of the audit register, for the page, the messages, the summary.

Acts are not asked to tell: whatever a delegate does is in the register, on every floor, and is read from there. A job
reads on from where it stopped; what counts is written at once, the saving of pages once a day.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from applications import mandate_letters
from applications.models import Application, Firm, FirmMember, Telling
from portal.kernel.deadlines import rome_day
from portal.kernel.roles import Role
from portal.models import AuditEntry, AuditHead, Mail, User
from portal.services import mail
from portal.services.acts import act
from portal.services.lifecycle import REGISTRY

QUIET = {
    "application.save": "ha scritto una pagina della domanda",
    "answer.save": "ha scritto una risposta per l'ufficio",
    "form.ask": "ha fatto preparare un documento da firmare",
    "message.read": "ha letto un messaggio",
}
"""What is told once a day."""
WORDS = QUIET | {
    "application.draft": "ha iniziato una domanda",
    "application.clone": "ha iniziato una domanda copiandone un'altra",
    "application.submit": "ha presentato la domanda",
    "application.withdraw": "ha ritirato la domanda",
    "application.answer_integration": "ha risposto alla richiesta di integrazione",
    "application.submit_observations": "ha presentato osservazioni al preavviso di rigetto",
    "application.reduce": "ha rinunciato a un'azione della domanda",
    "application.restore": "ha ripreso un'azione a cui aveva rinunciato",
    "application.arrive": "si è messo in fila per presentare la domanda",
    "attachment.receive": "ha caricato un documento",
    "attachment.remove": "ha tolto un documento",
    "attachment.infected": "ha provato a caricare un file con un virus: è stato rifiutato",
    "message.write": "ha scritto un messaggio",
    "firm.register": "ha registrato l'impresa sul portale",
    "firm.update": "ha cambiato i dati dell'impresa",
    "firm.save_site": "ha aggiunto o cambiato una sede",
    "firm.remove_site": "ha tolto una sede",
    "firm.name_account": "ha indicato il conto su cui ricevere il voucher",
    "mandate.accept": "ha accettato la delega",
    "mandate.give_back": "ha restituito la delega",
}
"""The acts as sentences whose subject is the delegate; those of the life cycles have their machine's own words."""

NAMED = ("protocol_year", "protocol_number")
"""What an application is called by."""
ACTS, SAVES = "acts", "saves"
AT_ONCE = 500
"""Entries read under the lock of the bookmark."""
NEWS = timedelta(days=30)
"""What is older is history, not news: a story lived again, an archive brought in."""


@dataclass(frozen=True, slots=True)
class Told:
    """An act of a delegate as the firm reads it."""

    at: datetime
    who: str
    what: str
    about: str


@dataclass(frozen=True, slots=True)
class Kind:
    """How the targets of one kind (`kind:id`) belong to firms."""

    of_firm: Callable[[int], Mapping[int, str]]
    """The ids of a firm's records, each with what people call it."""
    firms_of: Callable[[Collection[int]], Mapping[int, int]]
    """The firm of each of these ids."""


KINDS: dict[str, Kind] = {
    "firm": Kind(lambda firm: {firm: ""}, lambda ids: {pk: pk for pk in ids}),
    "application": Kind(
        lambda firm: {row.pk: str(row) for row in Application.objects.filter(firm=firm).only(*NAMED)},
        lambda ids: dict(Application.objects.filter(pk__in=ids).values_list("pk", "firm_id")),
    ),
}
"""A floor above adds its own kinds."""


def words(entry: AuditEntry) -> str:
    """What a delegate did, as a sentence without its subject."""
    if said := WORDS.get(entry.act):
        return said
    kind, _dot, event = entry.act.partition(".")
    if machine := REGISTRY.get(kind):
        return f"{machine.name}: {machine.word(event)}"
    return f"ha eseguito l'operazione «{entry.act}»"


def acts_of_delegates(firm: Firm) -> QuerySet[AuditEntry]:
    """The register's entries about a firm written by whoever was its delegate at that instant, the newest first."""
    theirs = Q(pk__in=[])
    for member in firm.members.filter(role=Role.DELEGATE):
        during = Q(actor=member.user_id, at__gte=member.since)
        if member.until is not None:
            during &= Q(at__lte=member.until)
        theirs |= during
    targets = [f"{name}:{pk}" for name, kind in KINDS.items() for pk in kind.of_firm(firm.pk)]
    rows = AuditEntry.objects.filter(theirs, target__in=targets)
    return rows.select_related("actor").order_by("-number")


def told(firm: Firm, entries: Iterable[AuditEntry]) -> list[Told]:
    """The entries in words."""
    labels = {f"{name}:{pk}": label for name, kind in KINDS.items() for pk, label in kind.of_firm(firm.pk).items()}
    return [Told(entry.at, str(entry.actor), words(entry), labels.get(entry.target, "")) for entry in entries]


def tell(now: datetime) -> int:
    """Write to the firms of every act of consequence since the last time; how many messages were written."""
    written = 0
    while (step := _tell(now=now)) is not None:
        written += step
    return written


@act
def _tell(*, now: datetime) -> int | None:
    """One stretch of the register; None when it was all read."""
    mark, entries = _stretch(ACTS)
    if not entries:
        return None
    news = [entry for entry in entries if entry.act not in QUIET and entry.at > now - NEWS]
    letters = []
    for entry, firm in _of_firms(news):
        subject, body = mandate_letters.delegate_acted(firm.name, firm.pk, str(entry.actor), words(entry), entry.at)
        letters += [
            mail.Letter(f"delegate-{entry.number}-{n}", to, subject, body, f"firm:{firm.pk}", channel)
            for n, (to, channel) in enumerate(_readers(firm, now))
        ]
    mail.write(letters, now=now)
    _move(mark, entries)
    return len(letters)


@act
def sum_up(now: datetime) -> int:
    """Write to the firms what their delegates saved since the last summary, once a day; how many messages."""
    today, letters = rome_day(now), []
    mark = _bookmark(SAVES)
    if mark.told_on == today:
        return 0
    head = AuditHead.objects.values_list("number", flat=True).first() or 0
    rows = AuditEntry.objects.filter(number__gt=mark.number, number__lte=head, act__in=QUIET, at__gt=now - NEWS)
    done: dict[Firm, Counter[tuple[str, str]]] = {}
    for entry, firm in _of_firms(_by_delegates(rows)):
        done.setdefault(firm, Counter())[str(entry.actor), words(entry)] += 1
    for firm, counted in done.items():
        lines = [(who, what, times) for (who, what), times in sorted(counted.items())]
        subject, body = mandate_letters.delegate_wrote(firm.name, firm.pk, lines)
        letters += [
            mail.Letter(f"delegates-{firm.pk}-{today:%Y%m%d}-{n}", to, subject, body, f"firm:{firm.pk}", channel)
            for n, (to, channel) in enumerate(_readers(firm, now))
        ]
    mail.write(letters, now=now)
    mark.number, mark.told_on = head, today
    mark.save(update_fields=["number", "told_on"])
    return len(letters)


@act
def begin_from_here() -> None:
    """Count everything in the register as told: after a story that was lived again, there is nothing new in it."""
    head = AuditHead.objects.values_list("number", flat=True).first() or 0
    for name in (ACTS, SAVES):
        mark = _bookmark(name)
        mark.number = head
        mark.save(update_fields=["number"])


def _bookmark(name: str) -> Telling:
    Telling.objects.bulk_create([Telling(name=name)], ignore_conflicts=True)
    return Telling.objects.select_for_update().get(pk=name)


def _stretch(name: str) -> tuple[Telling, list[AuditEntry]]:
    """The bookmark, locked, and what follows it. Numbers are committed in their order: none comes late."""
    mark = _bookmark(name)
    rows = AuditEntry.objects.filter(number__gt=mark.number).select_related("actor").order_by("number")
    return mark, list(rows[:AT_ONCE])


def _move(mark: Telling, entries: list[AuditEntry]) -> None:
    mark.number = entries[-1].number
    mark.save(update_fields=["number"])


def _by_delegates(rows: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
    """Only the entries of people who are, or were, somebody's delegates."""
    delegate = FirmMember.objects.filter(user=OuterRef("actor"), role=Role.DELEGATE)
    return rows.filter(Exists(delegate)).select_related("actor").order_by("number")


def _of_firms(entries: Iterable[AuditEntry]) -> Iterator[tuple[AuditEntry, Firm]]:
    """Each entry by a delegate with the firm it is about (a fixed number of queries)."""
    split = [(entry, *entry.target.partition(":")[::2]) for entry in entries if entry.actor_id is not None]
    firm_of: dict[str, int] = {}
    for name, kind in KINDS.items():
        ids = {int(pk) for _entry, of, pk in split if of == name and pk.isdecimal()}
        if ids:
            firm_of |= {f"{name}:{pk}": firm for pk, firm in kind.firms_of(ids).items()}
    periods: dict[tuple[int, int], list[FirmMember]] = {}
    people = {entry.actor_id for entry, _of, _pk in split}
    members = FirmMember.objects.filter(firm__in=set(firm_of.values()), user__in=people, role=Role.DELEGATE)
    for member in members.select_related("firm"):
        periods.setdefault((member.firm_id, member.user_id), []).append(member)
    for entry, _of, _pk in split:
        for member in periods.get((firm_of.get(entry.target, 0), entry.actor_id or 0), []):
            if member.since <= entry.at and (member.until is None or entry.at <= member.until):
                yield entry, member.firm
                break


def _readers(firm: Firm, now: datetime) -> list[tuple[str, Mail.Channel]]:
    """Who is told: whoever represents the firm on the portal, or its PEC while nobody does."""
    return [(address, Mail.Channel.EMAIL) for address in representatives(firm, now)] or [(firm.pec, Mail.Channel.PEC)]


def representatives(firm: Firm, now: datetime) -> list[str]:
    """The e-mails of who represents the firm on the portal now (one query)."""
    people = User.objects.filter(
        Q(firms__until=None) | Q(firms__until__gt=now),
        firms__firm=firm,
        firms__role=Role.APPLICANT,
        firms__since__lte=now,
        is_active=True,
    )
    return list(people.order_by("pk").values_list("email", flat=True))
