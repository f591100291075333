"""Dossiers that pass from hand to hand by an officer's own word; each passage is kept with its reason."""

from collections.abc import Sequence
from datetime import datetime

from applications.domain.hands import NotInYourHands, holder, require_no_conflict
from applications.domain.lifecycle import roles_of
from applications.domain.officers import in_play
from applications.models import Application, Assignment, OfficerProvinces
from applications.rules.lists import provinces
from applications.rules.states import APPLICATION
from portal.kernel.roles import Role
from portal.models import User
from portal.services import audit
from portal.services.acts import act

Why = Assignment.Why
LONGEST = 2_000


class NotAssignable(ValueError):
    """The dossier cannot pass from hand to hand now, by this person, or without a reason; the text says why."""


@act
def claim(application: Application, *, actor: User, now: datetime) -> Application:
    """An officer takes a dossier that nobody has.

    Raises NotAssignable; NotInYourHands when somebody has it already, with who and since when; InConflict.
    """
    row = _locked(application, actor, now)
    if row.officer_id is not None:
        raise NotInYourHands(_already(row, actor))
    require_no_conflict(row, actor)
    return pass_to(row, actor, Why.CLAIMED, actor=actor, now=now)


@act
def release(application: Application, *, actor: User, reason: str, now: datetime) -> Application:
    """The officer leaves a dossier, saying why: it goes to somebody else, never back by itself.

    Raises NotAssignable, NotInYourHands.
    """
    row = _locked(application, actor, now)
    if row.officer_id != actor.pk:
        raise NotInYourHands(f"La domanda {row.protocol} non è tua: non c'è nulla da lasciare.")
    return pass_to(row, None, Why.RELEASED, actor=actor, now=now, reason=reason_written(reason))


@act
def take_over(
    application: Application, *, actor: User, reason: str, now: datetime, seen: int | None = None
) -> Application:
    """An officer takes a colleague's dossier, saying why; the colleague finds it written at the desk.

    `seen` is the officer that the page showed: raises NotInYourHands when it is somebody else's meanwhile, or nobody's.
    Raises NotAssignable, InConflict.
    """
    row = _locked(application, actor, now)
    if row.officer_id is None:
        raise NotInYourHands(f"La domanda {row.protocol} non è di nessun istruttore: prendila, senza subentrare.")
    if row.officer_id == actor.pk or seen not in (None, row.officer_id):
        raise NotInYourHands(_already(row, actor))
    require_no_conflict(row, actor)
    return pass_to(row, actor, Why.TAKEN_OVER, actor=actor, now=now, reason=reason_written(reason))


def pass_to(
    row: Application, officer: User | None, why: str, *, actor: User | None, now: datetime, reason: str = ""
) -> Application:
    """Write a passage of a row that the caller has locked."""
    previous = row.officer_id
    row.officer, row.left_at = officer, None if officer else now
    row.save(update_fields=["officer", "left_at"])
    note_passage(row, previous, why, actor=actor, now=now, reason=reason)
    return row


def note_passage(
    row: Application, previous: int | None, why: str, *, actor: User | None, now: datetime, reason: str = ""
) -> None:
    """Keep a passage of which the row is already written."""
    Assignment.objects.create(
        application=row, officer_id=row.officer_id, previous_id=previous, by=actor, at=now, why=why, reason=reason
    )
    detail = {"from": previous, "to": row.officer_id, "reason": reason}
    audit.record(f"assignment.{why.lower()}", f"application:{row.pk}", actor=actor, now=now, **detail)


@act
def set_provinces(officer: User, codes: Sequence[str], *, actor: User, now: datetime) -> OfficerProvinces:
    """The provinces an officer looks after first; none means all.

    Raises NotAssignable for who is not a proceeding manager, and for a province that does not exist.
    """
    if Role.PROCEEDING_MANAGER not in actor.roles_at(now):
        raise NotAssignable("Le province degli istruttori le decide il responsabile del procedimento.")
    if unknown := sorted(set(codes) - set(provinces())):
        raise NotAssignable(f"Province che non esistono: {', '.join(unknown)}.")
    row, _new = OfficerProvinces.objects.update_or_create(
        officer=officer, defaults={"provinces": sorted(set(codes)), "set_by": actor, "set_at": now}
    )
    audit.record("officer.set_provinces", f"user:{officer.pk}", actor=actor, now=now, provinces=row.provinces)
    return row


def _locked(application: Application, actor: User, now: datetime) -> Application:
    """The row under its lock. Raises NotAssignable when it may not pass from hand to hand, or not by this person."""
    rows = Application.objects.select_for_update(of=("self",)).select_related("firm")
    row = rows.get(pk=application.pk)
    if not in_play(row.status):
        raise NotAssignable(
            f"La domanda {row.protocol} è «{APPLICATION.word(row.status)}»: in questo stato non cambia istruttore."
        )
    if Role.CASE_OFFICER not in roles_of(actor, row, now):
        raise NotAssignable("Questa domanda non spetta al ruolo di chi la chiede.")
    return row


def _already(row: Application, actor: User) -> str:
    if row.officer_id == actor.pk:
        return f"La domanda {row.protocol} è già tua."
    return f"La domanda {row.protocol} è {holder(row)}: nel frattempo l'ha presa un collega."


def reason_written(text: str) -> str:
    """The reason without spaces around it. Raises NotAssignable when it says nothing or too much."""
    said = text.strip()
    if not said:
        raise NotAssignable("Scrivi il motivo: resta nella storia del fascicolo.")
    if len(said) > LONGEST:
        raise NotAssignable(f"Il motivo è di {len(said)} caratteri: al massimo {LONGEST}.")
    return said
