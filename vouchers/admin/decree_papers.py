"""How far the papers of a decree are, from what the database knows: the PDFs, the digital signature, the letters."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from applications.phrases import Phrase
from portal.models import Mail, Promise
from vouchers.domain import award_letters, drafts, leaving, signed_files
from vouchers.models import Decree
from vouchers.rules.signed_files import is_named, told

DONE = Phrase(_("Fatto"), "good", _("Non c'è altro da fare."))
GOING = Phrase(_("In corso"), "wait", _("Il portale ci lavora da solo."))
STUCK = Phrase(_("Non riuscito"), "bad", _("Serve qualcuno."))
RETRIED = Phrase(_("Non riuscita: si riprova"), "wait", _("Il portale riprova da solo."))
YOURS = Phrase(_("Aspetta il dirigente"), "wait", _("Il dirigente firma e carica il file."))
LATER = Phrase(_("Dopo"), "", _("Segue da sé."))
NOT_ASKED = Phrase(_("Non prevista"), "", _("I decreti di questo ufficio non si firmano digitalmente."))


@dataclass(frozen=True, slots=True)
class Signing:
    """The digital signature of the file: its tag, the sentences about who signed, what went wrong, its job."""

    phrase: Phrase
    signers: tuple[str, ...] = ()
    doubt: bool = False
    problem: str = ""
    job: Promise | None = None


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters of a decree, counted: written ones by state of delivery, their PDFs by how far they are."""

    phrase: Phrase
    count: int
    written: int
    left: int
    failed: int
    made: int
    unmade: int
    papers: int

    @property
    def making(self) -> bool:
        """Whether some of their PDFs are still to come."""
        return self.made + self.unmade < self.papers


def papers(item: Decree) -> dict[str, Any]:
    """Everything the pane shows (eight queries at most); `moving` while something changes by itself."""
    job = drafts.papers_job(item) if item.number else None
    made = bool(item.document) + bool(item.publication)
    failed = made < 2 and job is not None and job.state == Promise.State.FAILED
    rendering = bool(item.number) and made < 2 and not failed
    signing = _signing(item) if item.number else None
    letters = _letters(item) if item.number else None
    going = [part.phrase in (GOING, RETRIED) for part in (signing, letters) if part is not None]
    return {
        "decree": item,
        "job": job,
        "made": made,
        "failed": failed,
        "rendering": rendering,
        "papers_phrase": DONE if made == 2 else STUCK if failed else GOING,
        "signing": signing,
        "letters": letters,
        "writes": leaving.speaks(item),
        "moving": rendering or (letters is not None and letters.making) or any(going),
    }


def _signing(item: Decree) -> Signing:
    report = signed_files.report_of(item)
    if report is not None:
        signers = tuple(told(one) for one in report.signatures)
        by_key = item.events.filter(event="attach", actor=None).exists()
        doubt = not by_key and item.signed_by is not None and not is_named(report, item.signed_by.name)
        return Signing(DONE, signers, doubt)
    if not item.to_be_signed:
        return Signing(NOT_ASKED)
    if item.document_id is None:
        return Signing(LATER)
    job = signed_files.job(item)
    if job is None:
        return Signing(YOURS)
    phrase = STUCK if job.state == Promise.State.FAILED else RETRIED if job.error else GOING
    return Signing(phrase, problem=job.error.partition(": ")[2] or job.error, job=job)


def _letters(item: Decree) -> Letters | None:
    """None for a decree that writes to nobody."""
    keys = leaving.written(item)
    if not keys:
        return None
    states = leaving.delivery(keys)
    queued, left, failed = (states.get(state, 0) for state in (Mail.State.QUEUED, Mail.State.SENT, Mail.State.FAILED))
    written = queued + left + failed
    phrase = LATER if not written else GOING if queued else STUCK if failed else DONE
    papers = award_letters.made(item) if written else Counter()
    count = len(keys) if item.is_held else written
    return Letters(
        phrase, count, written, left, failed, papers[Promise.State.DONE], papers[Promise.State.FAILED], papers.total()
    )
