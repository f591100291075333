"""Is this call for us? Eight answers, no name asked, judged by the terms: yes, to be checked, or no, and why."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from applications.rules.actions import wrong_actions
from applications.rules.facts import whole_number
from applications.rules.terms import Answers, Declaration, RequiredDocument, Requirement, Terms
from portal.kernel.money import cents

CARRIED = "precheck"
"""The session's key under which answers wait, by call, for a draft to begin."""
AMOUNT = re.compile(r"[0-9]{1,3}(\.[0-9]{3})+(,[0-9]{1,2})?|[0-9]+([.,][0-9]{1,2})?", re.ASCII)
THOUSANDS = re.compile(r"[0-9]{1,3}(\.[0-9]{3})+", re.ASCII)
LONGEST_AMOUNT = 15
CHOICES: Mapping[str, tuple[str, ...]] = {
    "subject": ("FIRM", "AGRICULTURE", "EXCLUDED", "UNREGISTERED"),
    "site": ("YES", "TO_OPEN", "NO"),
    "plan": ("NO", "EMERGENCY", "YES"),
    "duties": ("YES", "UNKNOWN", "NO"),
    "signer": ("OWNER", "DELEGATE"),
}


class Verdict(StrEnum):
    """What can be said before anybody signs in; the worst answer decides."""

    YES = "YES"
    TO_CHECK = "TO_CHECK"
    NO = "NO"


class BadProfile(ValueError):
    """Answers that cannot be read; `messages` maps a question to its Italian sentence."""

    def __init__(self, messages: Mapping[str, str]) -> None:
        super().__init__(" ".join(messages.values()))
        self.messages = dict(messages)


@dataclass(frozen=True, slots=True)
class Profile:
    """The answers, typed. `aids` is None when the firm does not know; `path` follows from the terms."""

    headcount: int
    subject: str
    site: str
    plan: str
    duties: str
    aids: Decimal | None
    actions: tuple[str, ...]
    signer: str
    path: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not, or why not yet: the requirement in its own words, and the article that asks for it."""

    verdict: Verdict
    title: str
    text: str
    article: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict and its reasons, what is met already, and what this profile will be asked for later."""

    verdict: Verdict
    reasons: tuple[Reason, ...]
    met: tuple[Requirement, ...]
    documents: tuple[RequiredDocument, ...]
    later: tuple[Requirement, ...]
    declarations: tuple[Declaration, ...]


def wishes(terms: Terms) -> tuple[str, ...]:
    """What a firm may say it wants: the compulsory actions, all of them, or only what is optional (`A+B`)."""
    compulsory = [action.code for action in terms.actions if action.compulsory]
    optional = [action.code for action in terms.actions if not action.compulsory]
    if not optional:
        return ("+".join(compulsory),)
    return tuple("+".join(codes) for codes in (compulsory, [*compulsory, *optional], optional) if codes)


def profile_from(answers: Mapping[str, Any], terms: Terms) -> Profile:
    """The answers as they were typed, read. Raises BadProfile with a sentence for each that cannot be."""
    messages: dict[str, str] = {}
    headcount, aids = 0, None
    try:
        headcount = whole_number(answers.get("headcount", ""))
    except ValueError as error:
        messages["headcount"] = str(error)
    try:
        aids = _amount(str(answers.get("aids") or ""))
    except ValueError as error:
        messages["aids"] = str(error)
    chosen = {name: str(answers.get(name) or "") for name in (*CHOICES, "wish")}
    for name, options in {**CHOICES, "wish": wishes(terms)}.items():
        if chosen[name] not in options:
            messages[name] = "Scegli una delle risposte."
    if messages:
        raise BadProfile(messages)
    actions = tuple(chosen.pop("wish").split("+"))
    return Profile(headcount=headcount, aids=aids, actions=actions, path=_path(chosen["plan"], terms), **chosen)


def _amount(text: str) -> Decimal | None:
    """Euro as Italians type them: 12.000,50 or 12000; nothing when left empty."""
    typed = text.replace("€", "").replace(" ", "").replace("\u00a0", "")
    if not typed:
        return None
    if typed.startswith("-"):
        raise ValueError("L'importo degli aiuti non può essere negativo: scrivi 0 se non ne hai ricevuti.")
    if not AMOUNT.fullmatch(typed) or len(typed) > LONGEST_AMOUNT:
        raise ValueError(f"«{text[:20]}» non è un importo: scrivi solo cifre, per esempio 12.000.")
    return cents(_decimal_point(typed))


def _decimal_point(typed: str) -> str:
    """The same number as programs write it: a dot before three digits parts the thousands."""
    whole = typed.replace(".", "") if "," in typed or THOUSANDS.fullmatch(typed) else typed
    return whole.replace(",", ".")


def _path(plan: str, terms: Terms) -> str:
    """Who began in the emergency takes the path made for it, where the terms have one; the others the first."""
    emergency = [path.code for path in terms.paths if path.introduced_from]
    ordinary = [path.code for path in terms.paths if not path.introduced_from]
    return (emergency + ordinary if plan == "EMERGENCY" else ordinary + emergency)[0]


Test = Callable[[Profile, Requirement], Verdict]


def _duties(profile: Profile, requirement: Requirement) -> Verdict:
    return {"YES": Verdict.YES, "UNKNOWN": Verdict.TO_CHECK}.get(profile.duties, Verdict.NO)


def _unless(refused: bool) -> Verdict:
    return Verdict.NO if refused else Verdict.YES


TESTS: dict[str, Test] = {
    "REGISTERED": lambda profile, item: _unless(profile.subject == "UNREGISTERED"),
    "MIN_HEADCOUNT": lambda profile, item: _unless(profile.headcount < (item.minimum or 0)),
    "SITE_LOMBARDY": lambda profile, item: {"YES": Verdict.YES, "NO": Verdict.NO}.get(profile.site, Verdict.TO_CHECK),
    "EXISTING_PLAN": lambda profile, item: _unless(profile.plan == "YES"),
    "DURC": _duties,
    "DISABLED_QUOTA": _duties,
    "INSOLVENCY": _duties,
    "SECTOR": lambda profile, item: _unless(profile.subject == "AGRICULTURE"),
    "EXCLUDED_SUBJECT": lambda profile, item: _unless(profile.subject == "EXCLUDED"),
}
"""What eight answers can tell; the other requirements are met while the application is filled in."""


def judge(profile: Profile, terms: Terms, *, over_ceiling: bool | None) -> Judgement:
    """The verdict on a profile. `over_ceiling`: whether the aids leave no room for the voucher, None when unknown."""
    aid = Verdict.TO_CHECK if over_ceiling is None else _unless(over_ceiling)
    asked = terms.requirements_for(profile.path)
    told = {item.code: TESTS[item.code](profile, item) for item in asked if item.code in TESTS} | {"DE_MINIMIS": aid}
    verdicts = [(item, told[item.code]) for item in asked if item.code in told]
    wrong = wrong_actions(terms.actions, profile.actions)
    article = " ".join(action.article for action in terms.actions[:1])
    reasons = [Reason(Verdict.NO, "Che cosa è finanziato", text, article) for text in wrong]
    reasons += [Reason(found, item.title, item.text, item.article) for item, found in verdicts if found != Verdict.YES]
    found = {reason.verdict for reason in reasons}
    worst = next((verdict for verdict in (Verdict.NO, Verdict.TO_CHECK) if verdict in found), Verdict.YES)
    return Judgement(
        verdict=worst,
        reasons=tuple(sorted(reasons, key=lambda reason: reason.verdict != Verdict.NO)),
        met=tuple(item for item, verdict in verdicts if verdict is Verdict.YES),
        documents=documents_of(profile, terms),
        later=tuple(item for item in asked if item.code not in told),
        declarations=terms.declarations_for(profile.path),
    )


def documents_of(profile: Profile, terms: Terms) -> tuple[RequiredDocument, ...]:
    """The documents of every phase that this profile will be asked for, and no other."""
    answers = Answers(
        path=profile.path,
        actions=frozenset(profile.actions),
        signed_by_delegate=profile.signer == "DELEGATE",
        site_to_open=profile.site == "TO_OPEN",
    )
    return tuple(document for document in terms.documents if document.is_asked(answers))


def draft_answers(profile: Profile) -> dict[str, Any]:
    """The answers under the names of a draft's. Declarations are never carried: they are made where they are signed."""
    return {
        "path": profile.path,
        "actions": list(profile.actions),
        "headcount": profile.headcount,
        "site_in_lombardy": profile.site == "YES",
        "site_to_open": profile.site == "TO_OPEN",
        "signed_by_delegate": profile.signer == "DELEGATE",
    }


def prefill_from(session: Mapping[str, Any], slug: str) -> dict[str, Any]:
    """What a draft of the call may begin with: the answers carried in a session, and how ready the firm said it was.

    Empty when nobody answered. `readiness` is there only after the readiness questionnaire.
    """
    kept = session.get(CARRIED, {}).get(slug, {})
    return {**kept.get("draft", {}), **({"readiness": kept["readiness"]} if kept.get("readiness") else {})}
