"""The officer's own outcome on each requirement, beside the automatic one; a change after the proposal voids it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from applications.domain import voiding
from applications.domain.calls import terms_of
from applications.domain.hands import require_hands
from applications.domain.lifecycle import roles_of
from applications.domain.officers import in_play
from applications.letters import moment
from applications.models import Application, OfficerCheck
from applications.rules.states import APPLICATION, PROPOSED, ApplicationState
from applications.rules.terms import Requirement
from portal.kernel.roles import Role
from portal.models import User
from portal.services import audit
from portal.services.acts import act

Outcome = OfficerCheck.Outcome
LONGEST = 5_000
CHECKABLE = frozenset({ApplicationState.IN_REVIEW, ApplicationState.ADMITTED}) | PROPOSED
"""Where outcomes may be written: in review, and afterwards while a change can still bring it back there."""


class NotCheckable(ValueError):
    """The outcomes cannot be written now, by this person, or as they are; the text says why."""


class ChecksMoved(ValueError):
    """Somebody else wrote outcomes after the page was read."""

    def __init__(self, row: OfficerCheck) -> None:
        super().__init__(
            f"Intanto {row.author} ha scritto dei controlli ({moment(row.at)}): sono accanto ai tuoi. "
            "Non è stato scritto nulla: rileggi e salva di nuovo, varranno i tuoi."
        )


class ChecksMissing(ValueError):
    """A proposal to admit before every requirement was found met."""


@dataclass(frozen=True, slots=True)
class Found:
    """What an officer found of a requirement."""

    code: str
    outcome: OfficerCheck.Outcome
    note: str = ""


def requirements_of(application: Application) -> tuple[Requirement, ...]:
    """The requirements to check: those of the application's own terms for its path."""
    return terms_of(application).requirements_for(application.path)


def latest(application: Application) -> dict[str, OfficerCheck]:
    """The outcome that counts for each requirement: the last written (one query)."""
    rows = OfficerCheck.objects.filter(application=application).select_related("author")
    return {row.code: row for row in rows.order_by("code", "-pk").distinct("code")}


def unmet(application: Application) -> list[tuple[Requirement, OfficerCheck]]:
    """The requirements whose outcome is no or to be integrated, in their order."""
    known = latest(application)
    rows = [(row, known[row.code]) for row in requirements_of(application) if row.code in known]
    return [(row, check) for row, check in rows if check.outcome != Outcome.YES]


def may_check(application: Application) -> bool:
    """Whether outcomes may be written as the application stands: nothing rests on its admission yet."""
    if application.status == ApplicationState.ADMITTED:
        return not any(bind(application) for bind in voiding.BINDS)
    return application.status in CHECKABLE


@act
def record_checks(application: Application, found: Sequence[Found], *, seen: int, actor: User, now: datetime) -> int:
    """Write what an officer found; what is already so is not written again. How many rows were written.

    `seen` is the last row that the page showed (0 for none): raises ChecksMoved when somebody else wrote after it.
    An outcome that changes after a proposal, or after an admission without an amount, voids it: the application is
    back in review and the parties are told.
    Raises NotCheckable in any other state, for who is not an officer there, for a requirement that the path does not
    ask, and for an outcome other than yes without a note; Bound when something rests on the admission already;
    NotInYourHands for a colleague's dossier under review.
    """
    row = Application.objects.select_for_update(of=("self",)).select_related("terms", "firm").get(pk=application.pk)
    if row.status not in CHECKABLE:
        raise NotCheckable(f"I controlli si scrivono in istruttoria: la domanda è «{APPLICATION.word(row.status)}».")
    if Role.CASE_OFFICER not in roles_of(actor, row, now):
        raise NotCheckable("I controlli su questa domanda non spettano al ruolo di chi li scrive.")
    if in_play(row.status):
        require_hands(row, actor, now)
    titles = {item.code: item.title for item in requirements_of(row)}
    problems = [problem for each in found if (problem := _problem(each, titles))]
    if problems:
        raise NotCheckable(" ".join(problems))
    if row.status == ApplicationState.ADMITTED:
        voiding.check_unbound(row)
    known = latest(row)
    others = [check for check in known.values() if check.pk > seen and check.author_id != actor.pk]
    if others:
        raise ChecksMoved(max(others, key=lambda check: check.pk))
    fresh = [each for each in found if _differs(each, known.get(each.code))]
    OfficerCheck.objects.bulk_create(
        OfficerCheck(
            application=row, code=each.code, outcome=each.outcome, note=each.note.strip(), author=actor, at=now
        )
        for each in fresh
    )
    changed = [
        each for each in fresh if each.outcome != (known[each.code].outcome if each.code in known else Outcome.YES)
    ]
    if changed and row.status != ApplicationState.IN_REVIEW:
        voiding.void(row, _changes(changed, titles), actor=actor, now=now)
    if fresh:
        said = {each.code: each.outcome.value for each in fresh}
        is_standing_in = in_play(row.status) and row.officer_id != actor.pk
        place = {"in_place_of": row.officer_id} if is_standing_in else {}
        audit.record("check.write", f"application:{row.pk}", actor=actor, now=now, outcomes=said, **place)
    return len(fresh)


def check_complete(application: Application) -> None:
    """Raises ChecksMissing, naming every requirement that is not yet found met."""
    known = latest(application)
    wanted = requirements_of(application)
    missing = [row.title for row in wanted if row.code not in known]
    against = [row.title for row in wanted if row.code in known and known[row.code].outcome != Outcome.YES]
    if missing or against:
        said = [f"mancano i controlli: {', '.join(missing)}"] if missing else []
        said += [f"non risultano soddisfatti: {', '.join(against)}"] if against else []
        raise ChecksMissing(f"Per proporre l'ammissione ogni requisito va controllato: {'; '.join(said)}.")


def _changes(changed: Sequence[Found], titles: dict[str, str]) -> str:
    """What an officer found otherwise than before, in words."""
    said = [
        f"{titles[each.code]}: {each.outcome.label}{f' ({note})' if (note := each.note.strip()) else ''}"
        for each in changed
    ]
    return f"Controlli cambiati: {'; '.join(said)}."


def _problem(each: Found, titles: dict[str, str]) -> str:
    if each.code not in titles:
        return f"Il requisito «{each.code}» non si controlla su questa domanda."
    if each.outcome != Outcome.YES and not each.note.strip():
        return f"«{titles[each.code]}»: scrivi perché non risulta, servirà per la richiesta o per il preavviso."
    if len(each.note) > LONGEST:
        return f"«{titles[each.code]}»: la nota è di {len(each.note)} caratteri, al massimo {LONGEST}."
    return ""


def _differs(each: Found, known: OfficerCheck | None) -> bool:
    return known is None or (known.outcome, known.note) != (each.outcome, each.note.strip())
