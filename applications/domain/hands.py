"""In whose hands a dossier is: a step of the review is made by the officer who has it, or by who stands in for them."""

from datetime import datetime

from applications.letters import moment
from applications.models import Application, Assignment, ConflictOfInterest
from portal.models import User
from portal.services import absences


class NotInYourHands(ValueError):
    """The dossier is somebody else's, or nobody's; the text says whose, since when, and what to do."""


class InConflict(ValueError):
    """The officer declared a conflict of interest towards the firm."""

    def __init__(self, conflict: ConflictOfInterest) -> None:
        super().__init__(
            f"{moment(conflict.declared_at, 'Il')} hai dichiarato un conflitto di interessi verso questa impresa: "
            "le sue domande le istruisce un collega."
        )


def holder(application: Application) -> str:
    """Who has the dossier and since when, as the end of a sentence: «di Carla (dal 2 aprile 2020, 12:30)».

    The officer is read here: joined to a row that had to wait for its lock, it would be the one of before the wait.
    """
    last = last_passage(application)
    since = f" ({moment(last.at, 'dal')})" if last is not None and last.officer_id == application.officer_id else ""
    return f"di {application.officer}{since}"


def last_passage(application: Application) -> Assignment | None:
    """The passage that holds: the last one; None before anybody had the dossier."""
    rows = Assignment.objects.filter(application=application).select_related("officer", "by")
    return rows.order_by("-pk").first()


def in_hand(application: Application, user: User, now: datetime) -> bool:
    """Whether a dossier is somebody's, or of who is away and has them as substitute (a query for another's only)."""
    if application.officer_id is None or application.officer_id == user.pk:
        return application.officer_id is not None
    return absences.stands_in(user, application.officer_id, now)


def require_hands(application: Application, actor: User, now: datetime) -> None:
    """The row must be locked, so that the dossier cannot pass to somebody else meanwhile.

    Raises NotInYourHands unless the dossier is the actor's, or the actor stands in for who has it; InConflict.
    """
    if application.officer_id is None:
        raise NotInYourHands(f"La domanda {application.protocol} non è di nessun istruttore: prima prendila tu.")
    if not in_hand(application, actor, now):
        raise NotInYourHands(
            f"La domanda {application.protocol} è {holder(application)}: per lavorarci subentra, dicendo perché."
        )
    require_no_conflict(application, actor)


def require_no_conflict(application: Application, actor: User) -> None:
    """Raises InConflict when the actor has an open conflict of interest towards the firm (one query)."""
    rows = ConflictOfInterest.objects.filter(officer=actor, firm=application.firm_id, withdrawn_at=None)
    if (conflict := rows.first()) is not None:
        raise InConflict(conflict)
