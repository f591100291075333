"""The letters of decrees: frozen when the decree leaves, their PDFs promised, found again by firm and decree."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from applications.letters import paragraphs_of
from portal.kernel.deadlines import rome_text
from portal.kernel.money import plain, total
from portal.models import Document, Promise
from portal.services import outbox
from vouchers.domain.decree_papers import amounts_of, office_of
from vouchers.models import Award, AwardLetter, Decree, DecreeRow
from vouchers.rules.award_letter import LetterFacts
from vouchers.rules.plain_json import from_plain, sha256_of, to_plain

JOB = "vouchers.render_letter"


def keep(decree: Decree, letters: Sequence[tuple[DecreeRow, tuple[str, str]]], *, now: datetime) -> None:
    """Freeze the letters as they are sent and promise their PDFs (three statements, however many they are).

    The awards of the rows must come with `application__firm` and their lines.
    """
    made = []
    for row, (subject, body) in letters:
        if row.award is not None:
            content = to_plain(_facts(decree, row.award, subject, body, now))
            made.append(
                AwardLetter(award=row.award, row=row, content=content, sha256=sha256_of(content), written_at=now)
            )
    AwardLetter.objects.bulk_create(made)
    outbox.promise_many([outbox.Wanted(JOB, letter.key, {"letter_id": letter.pk}) for letter in made], now=now)


def _facts(decree: Decree, award: Award, subject: str, body: str, now: datetime) -> LetterFacts:
    application, amounts = award.application, amounts_of(award)
    return LetterFacts(
        heading=tuple(filter(None, office_of(decree.call))),
        call=decree.call.title,
        cup=decree.call.cup,
        decree=decree.protocol,
        decree_at=rome_text(decree.signed_at or now, "seconds"),
        signatory=decree.signed_by.name if decree.signed_by else "",
        written_at=rome_text(now, "seconds"),
        protocol=application.protocol,
        firm=application.firm.name,
        tax_code=application.firm.tax_code,
        pec=application.firm.pec,
        subject=str(subject),
        paragraphs=paragraphs_of(body),
        amounts={code: plain(amount) for code, amount in sorted(amounts.items())},
        total=plain(total(list(amounts.values()))),
        cor=award.cor,
    )


class LetterBroken(ValueError):
    """What is kept of a letter does not have the fingerprint with which it left."""


def facts_of(letter: AwardLetter) -> LetterFacts:
    """What the letter says. Raises LetterBroken when it is no longer what left."""
    if sha256_of(letter.content) != letter.sha256:
        raise LetterBroken(f"La lettera {letter.pk} non corrisponde all'impronta con cui è partita.")
    return from_plain(LetterFacts, letter.content)


@dataclass(frozen=True, slots=True)
class Kept:
    """A letter about a voucher, the decree it speaks of, and its file when it is made."""

    letter: AwardLetter
    decree: Decree
    file: Document | None


def letters_of(award: Award) -> list[Kept]:
    """The letters about a voucher, the last first (two queries)."""
    letters = list(AwardLetter.objects.filter(award=award).select_related("row__decree").order_by("-pk"))
    files = {row.key: row for row in Document.objects.filter(key__in=[letter.key for letter in letters])}
    return [Kept(letter, letter.row.decree, files.get(letter.key)) for letter in letters]


def made(decree: Decree) -> Counter[str]:
    """How many PDFs of the decree's letters there are in each state of their jobs (two queries)."""
    keys = [letter.key for letter in AwardLetter.objects.filter(row__decree=decree).only("pk")]
    return Counter(Promise.objects.filter(key__in=keys).values_list("state", flat=True)) if keys else Counter()
