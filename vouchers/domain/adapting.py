"""The text of one draft, adapted at the desk: other words than the call's, kept with the draft and then frozen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from applications.domain.calls import typed_terms
from portal.models import User
from portal.services.acts import act
from vouchers.domain.decree_papers import terms_of, texts_for
from vouchers.domain.lifecycle import DECREES
from vouchers.models import Decree
from vouchers.rules.decree_facts import DecreeTexts
from vouchers.rules.decree_names import DECREE_NAMES
from vouchers.rules.decree_personal import covered, left_readable
from vouchers.rules.decree_texts import Difference, differences, own_sections, sections
from vouchers.rules.plain_json import sha256_of
from vouchers.rules.states import DecreeState


@dataclass(frozen=True, slots=True)
class Personal:
    """Words that seem to tell of a person: those that the publication copy leaves readable, those it covers."""

    readable: list[str]
    covered: list[str]


class TextChanged(ValueError):
    """Somebody else adapted the text since it was read."""

    def __init__(self) -> None:
        super().__init__("Intanto il testo è stato adattato da un'altra persona: confronta, e salva di nuovo.")


def call_text(decree: Decree) -> DecreeTexts:
    """The words of the call for the decree, as they were when it was composed."""
    return texts_for(terms_of(decree), decree.kind)


def names_for(decree: Decree) -> dict[str, str]:
    """The names that the text may put in braces, with what each stands for."""
    terms = typed_terms(terms_of(decree)).deadlines
    days = {f"{code}_days": f"giorni: {one.title}" for code, one in terms.items() if one.unit == "giorni"}
    return DECREE_NAMES | days


def blocks_of(decree: Decree) -> dict[str, tuple[str, ...]]:
    """The blocks of each section as the draft says them."""
    own = {name: tuple(blocks) for name, blocks in (decree.texts or {}).items()}
    return sections(call_text(decree)) | own


def fingerprint(decree: Decree) -> str:
    """What tells this adaptation of the text from another."""
    return sha256_of(decree.texts or {})


def changes_of(decree: Decree) -> list[Difference]:
    """What the decree says otherwise than the call; of a signed one, what was frozen."""
    return differences(call_text(decree), decree.texts) if decree.texts else []


def personal_in(decree: Decree) -> Personal | None:
    """What tells of a person in the adapted text of a draft; None when there is nothing to look at."""
    own = decree.texts or {} if decree.status == DecreeState.DRAFT else {}
    found = Personal(left_readable(own), covered(own))
    return found if found.readable or found.covered else None


@act
def adapt(decree: Decree, wanted: Mapping[str, Sequence[str]], *, seen: str, actor: User, now: datetime) -> Decree:
    """Say the draft in other words; the sections that are the call's again are forgotten.

    `seen` is the fingerprint of the text that was read. Raises IllegalTransition (not a draft, not a role that
    composes), TextChanged, BadText.
    """
    row = Decree.objects.select_for_update(of=("self",)).get(pk=decree.pk)
    DECREES.machine.next(row.status, "adapt", DECREES.roles_of(actor, row, now))
    if fingerprint(row) != seen:
        raise TextChanged
    own = own_sections(call_text(row), wanted, names_for(row))
    if own == (row.texts or {}):
        return row
    return DECREES.apply(row, "adapt", actor=actor, now=now, facts={"texts": own or None})


def left_behind(decree: Decree) -> Decree | None:
    """The draft thrown away before this one whose adapted text this one does not have: it was composed again."""
    if decree.status != DecreeState.DRAFT or decree.texts:
        return None
    earlier = Decree.objects.filter(
        call_id=decree.call_id, kind=decree.kind, rectifies=decree.rectifies_id, pk__lt=decree.pk
    )
    last = earlier.exclude(status=DecreeState.DRAFT).order_by("-pk").first()
    return last if last and last.status == DecreeState.DISCARDED and last.texts else None
