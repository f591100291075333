"""The documents of a draft: which are asked, and what their signatures are worth, in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from applications.rules.eligibility import Finding
from applications.rules.signing import TO_SIGN
from applications.rules.terms import Answers, RequiredDocument, Terms
from portal.kernel.signing import Doubt, Signature, SignatureReport, SignatureState

PHASE = "APPLICATION"
MOST_BYTES = 200 * 1024 * 1024
MOST_FILES = 60
"""Of one application, live ones."""

DOUBTS = {
    Doubt.UNKNOWN_ISSUER: "chi ha emesso il certificato non è nell'elenco che il portale conosce",
    Doubt.EXPIRED: "oggi il certificato non è in corso di validità",
    Doubt.REVOKED: "il certificato risulta revocato",
    Doubt.NOT_FOR_SIGNING: "il certificato non è fatto per firmare documenti",
    Doubt.UNREADABLE: "la firma ha una forma che il portale non sa leggere",
}
DOCUMENT = "DOCUMENT."
"""How the codes of findings on documents begin."""
ENTRUSTED = "Non ti blocca: la controlla l'ufficio."


@dataclass(frozen=True, slots=True)
class Held:
    """A file that is there: what it is for, whether it may be opened, its signatures, the paper it contains.

    `paper` is the fingerprint of the content of the portal's paper that was signed, empty when it is none.
    """

    code: str
    name: str
    threat: bool
    waiting: bool
    report: SignatureReport | None
    paper: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a page says of the signatures on a file: a word with its tone, and sentences."""

    label: str
    tone: str
    sentences: tuple[str, ...]


def asked(terms: Terms, answers: Mapping[str, Any]) -> tuple[RequiredDocument, ...]:
    """The documents of the application phase that these answers call for."""
    actions = answers.get("actions")
    given = Answers(
        path=str(answers.get("path") or "ORDINARY"),
        actions=frozenset(str(one) for one in actions) if isinstance(actions, list | tuple) else frozenset(),
        signed_by_delegate=answers.get("signed_by_delegate") is True,
        site_to_open=answers.get("site_to_open") is True,
    )
    return terms.documents_for(PHASE, given)


def shortcomings(wanted: Sequence[RequiredDocument], held: Sequence[Held], paper: str) -> tuple[Finding, ...]:
    """What the documents still lack before the application may be presented; `paper` is the content to be signed.

    A signature that cannot be verified is the officer's to weigh, never a wall.
    """
    return tuple(
        Finding(f"{DOCUMENT}{one.code}", text, one.article)
        for one in wanted
        for text in _lacking(one, [file for file in held if file.code == one.code], paper)
    )


def _lacking(wanted: RequiredDocument, files: Sequence[Held], paper: str) -> Iterator[str]:
    if not files:
        yield f"manca il documento «{wanted.title}»"
    for file in files:
        if file.threat:
            yield f"«{file.name}» contiene un virus: togli il file e caricane un altro"
        elif file.waiting:
            yield f"«{file.name}» aspetta ancora l'antivirus: riprova tra poco, il file è al sicuro"
    if wanted.code == TO_SIGN and files:
        wrong = [_unsigned(file, paper) for file in files]
        if all(wrong):
            yield wrong[-1]


def _unsigned(file: Held, paper: str) -> str:
    """Why a file is not the signed application; empty when it is, or when only a person can tell."""
    report = file.report
    if report is None or not report.readable:
        return ""
    if not report.signatures:
        return f"«{file.name}» non porta una firma digitale: firma il documento e sostituisci il file"
    if any(one.state == SignatureState.INVALID for one in report.signatures):
        return f"la firma su «{file.name}» non è valida: firma di nuovo il documento e sostituisci il file"
    unreadable = any(one.doubt == Doubt.UNREADABLE for one in report.signatures)
    if file.paper != paper and not (unreadable and report.same_content is None):
        return (
            f"«{file.name}» non contiene la domanda con le risposte di adesso: prepara di nuovo il documento, "
            "firmalo e sostituisci il file"
        )
    return ""


def verdict(report: SignatureReport, representative: str) -> Verdict:
    """The signatures in words; `representative` is the codice fiscale expected, empty when it is not known."""
    if not report.readable:
        return Verdict("Firma non verificabile", "wait", (f"Il controllo non è riuscito. {ENTRUSTED}",))
    if not report.signatures:
        return Verdict("Senza firma digitale", "wait", ("Nel file non c'è una firma digitale.",))
    sentences = [_told(one) for one in report.signatures]
    states = {one.state for one in report.signatures}
    if SignatureState.INVALID in states:
        return Verdict("Firma non valida", "bad", (*sentences, "Firma di nuovo il documento e sostituisci il file."))
    if report.same_content is False:
        sentences.append(
            "Il documento firmato non è quello preparato dal portale con le risposte di adesso: "
            "scaricalo di nuovo, firmalo e sostituisci il file."
        )
    sentences.append(_whose(report.signatures, representative))
    if SignatureState.UNVERIFIABLE in states:
        return Verdict("Firma non verificabile", "wait", (*sentences, ENTRUSTED))
    right = report.same_content is not False and any(one.tax_code == representative for one in report.signatures)
    sentences.append("Il portale non ha controllato se il certificato era stato revocato.")
    return Verdict("Firma valida", "good" if right else "wait", tuple(sentences))


def _told(one: Signature) -> str:
    who = one.signer or "una persona che il certificato non nomina"
    code = f" ({one.tax_code})" if one.tax_code else ""
    when = f" il {datetime.fromisoformat(one.signed_at):%d/%m/%Y}" if one.signed_at else ""
    if one.state == SignatureState.INVALID:
        return f"La firma di {who}{code} non corrisponde al documento: il file è cambiato dopo la firma."
    doubt = f": {DOUBTS[one.doubt]}" if one.doubt else ""
    return f"Firmato da {who}{code}{when}{doubt}."


def _whose(signatures: tuple[Signature, ...], representative: str) -> str:
    codes = {one.tax_code for one in signatures if one.tax_code}
    if not representative:
        return "Il portale non conosce il codice fiscale del legale rappresentante: il confronto lo fa l'ufficio."
    if representative in codes:
        return "È il legale rappresentante dell'impresa."
    if not codes:
        return "Il certificato non dice il codice fiscale di chi firma: il confronto lo fa l'ufficio."
    return (
        "Non è il legale rappresentante dell'impresa: se firma un delegato, carica anche la procura; "
        "altrimenti fai firmare il legale rappresentante e sostituisci il file."
    )
