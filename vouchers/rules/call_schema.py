"""The shape of a call's file: every key that may be written, and what it holds."""

from dataclasses import replace

from vouchers.rules import call_values as values
from vouchers.rules.call_shape import ASSUMPTION, Each, Leaf, Rows, Table

TEXT, CODE, CODES, TEXTS = Leaf(values.text), Leaf(values.code), Leaf(values.codes), Leaf(values.texts)
WHOLE, POSITIVE, FLAG, DAY = Leaf(values.whole), Leaf(values.positive), Leaf(values.flag), Leaf(values.day)
MONEY, NUMBER, PERCENT = Leaf(values.money), Leaf(values.number), Leaf(values.percent)
WORDS, SENTENCES = Leaf(values.text, parameter=False), Leaf(values.texts, parameter=False)
LETTER, VERSION = Leaf(values.code, parameter=False), Leaf(values.positive, parameter=False)
INSTANT, ZONE = Leaf(values.local_instant), Leaf(values.timezone)


def maybe(leaf: Leaf) -> Leaf:
    """The same value, which may be left out."""
    return replace(leaf, required=False)


def choice(*options: str) -> Leaf:
    """One of the options."""
    return Leaf(values.one_of(*options), options=options)


def short(leaf: Leaf, longest: int) -> Leaf:
    """The same value, in so many characters at most: the columns it is kept in have no more room."""
    return replace(leaf, longest=longest)


TITLE, ACT_NAME = short(TEXT, 300), short(TEXT, 140)


ACT = Table({"code": CODE, "date": DAY, "act": TEXT, "text": TEXT})
IDENTITY = Table(
    {
        **dict.fromkeys(("title", "short_title", "subtitle", "programme", "axis", "objective"), TITLE),
        "programme_action": TEXT, "code": short(TEXT, 40), "cup": short(TEXT, 15),
        **dict.fromkeys(("aid", "authority", "directorate", "office"), TEXT),
        **dict.fromkeys(("office_pec", "publication"), TEXT),
        "founding_acts": Rows(ACT, key="code"),
    }
)  # fmt: skip
MONEY_ACT = Table({"code": CODE, "date": DAY, "act": ACT_NAME, "title": ACT_NAME, "total": MONEY, "split": Each(MONEY)})
PANORAMA_ROW = Table(
    {
        "code": CODE, "title": TEXT, "endowment": NUMBER, "programmed": NUMBER, "committed": NUMBER,
        "settled": NUMBER, "certified": maybe(NUMBER), "committed_note": maybe(TEXT),
    }
)  # fmt: skip
PANORAMA = Table(
    {"title": TEXT, "as_of": DAY, "unit": TEXT, "note": TEXT, "rows": Rows(PANORAMA_ROW, key="code")}, required=False
)
MONITORING = Table(
    {
        **dict.fromkeys(("purpose", "recognition", "endowment", "covid_extension", "beneficiaries_note"), TEXT),
        **dict.fromkeys(("interventions", "strengths", "improvements"), TEXTS),
        "panorama": PANORAMA,
    }
)
EFFORT_STEP = Table({"code": CODE, "title": TEXT, "text": TEXT, "hours": POSITIVE, "months": POSITIVE})
EFFORT = Table(
    {**dict.fromkeys(("purpose", "not_for", "money", "ask"), TEXT), "steps": Rows(EFFORT_STEP, key="code")},
    required=False,
)
GUIDE = Table({**dict.fromkeys(("what", "made", "example"), TEXT), "model": maybe(FLAG), "reuse_days": maybe(POSITIVE)})

WINDOW = Table(
    {"desk": POSITIVE, "title": short(TEXT, 100), "opens": INSTANT, "closes": INSTANT, "timezone": ZONE, "act": TEXT}
)
PART = Table({"code": CODE, "title": TEXT, "text": TEXT, "compulsory": FLAG})
ACTION = Table(
    {
        "code": short(CODE, 10), "title": TITLE, "text": TEXT, "article": TEXT, "compulsory": FLAG,
        "requires": maybe(CODE),
        "limits": TEXTS, "parts": Rows(PART, key="code"),
    }
)  # fmt: skip
OUTPUT = Table({"code": CODE, "text": TEXT, "article": TEXT})
BAND = Table({"min": WHOLE, "max": maybe(WHOLE), "amount": MONEY})
PILOT_BAND = Table({"min": WHOLE, "max": maybe(WHOLE), "workers": POSITIVE})
RULES = Table(
    {
        **dict.fromkeys(("bands_article", "actions_article", "compulsory_parts_article", "queue_article"), TEXT),
        "headcount_basis": choice("LOMBARDY_CONTRACTS", "LOMBARDY_FULL_TIME_EQUIVALENT"),
        "headcount_reference": choice("APPLICATION", "ACCEPTANCE"),
        "intensity": PERCENT,
        "vat": choice("ONLY_IF_NOT_RECOVERABLE", "ALWAYS", "NEVER"),
        "rounding": choice("HALF_UP_CENT"),
        **dict.fromkeys(("partial_award", "overtaking", "hold_for_pending", "one_live_application"), FLAG),
    }
)
INTEREST_RATE = Table({"valid_from": DAY, "percent": PERCENT})
REGULATION = Table(
    {
        "code": CODE, "title": TEXT, "valid_from": DAY, "valid_to": DAY, "tail_to": maybe(DAY), "ceiling": MONEY,
        "road_freight_ceiling": maybe(MONEY), "window": choice("FISCAL_YEARS_3", "ROLLING_3_YEARS"), "article": TEXT,
    }
)  # fmt: skip
DE_MINIMIS = Table(
    {
        "article": TEXT,
        "over_ceiling": choice("REFUSE", "CUT"),
        "overlap": choice("FOUNDING", "NEWEST"),
        "regulations": Rows(REGULATION, key="code"),
    }
)
OPENING = Table(
    {
        "mode": choice("ARRIVAL", "DRAW"), "article": TEXT, "waiting_room": FLAG,
        "admissions_per_second": POSITIVE, "place_minutes": POSITIVE,
    },
    required=False,
)  # fmt: skip
SIGNATURE = Table({"form": choice("FILE", "SESSION"), "article": TEXT}, required=False)
LOGIN = Table({"valid_from": DAY, "strength": choice("STRONG", "PLAIN"), "text": TEXT, "article": TEXT})
PATH = Table(
    {
        "code": CODE, "title": TEXT, "text": TEXT, "article": TEXT, "relaxes": CODES, "costs_from": maybe(DAY),
        "introduced_from": maybe(DAY),
    }
)  # fmt: skip
REQUIREMENT = Table(
    {
        "code": CODE, "title": TEXT, "text": TEXT, "evidence": TEXT, "reason": TEXT, "article": TEXT,
        "minimum": maybe(POSITIVE), "ateco_excluded": maybe(CODES),
    }
)  # fmt: skip
DECLARATION = Table(
    {"code": CODE, "text": TEXT, "article": TEXT, "only_paths": maybe(CODES), "except_paths": maybe(CODES)}
)
CONDITION = Table(
    {
        "path": maybe(CODE), "action": maybe(CODE), "signed_by_delegate": maybe(FLAG), "site_to_open": maybe(FLAG),
    },
    required=False,
)  # fmt: skip
DOCUMENT = Table(
    {
        "code": CODE, "title": TEXT, "text": TEXT, "article": TEXT,
        "phase": choice("APPLICATION", "ACCEPTANCE", "START", "CLAIM"), "formats": TEXTS, "when": CONDITION,
    }
)  # fmt: skip
DEADLINE = Table(
    {
        "title": TEXT, "value": POSITIVE, "unit": choice("giorni", "mesi", "anni"), "article": TEXT, "effect": TEXT,
        "suspends_decision": maybe(FLAG), **dict(zip(ASSUMPTION, (maybe(FLAG), maybe(TEXT)), strict=True)),
    }
)  # fmt: skip
REASON = Table({"code": CODE, "text": TEXT, "article": maybe(TEXT)})
DECREE_KINDS = ("GRANT", "REJECTION", "FORFEITURE")
STANDARD_DECREES = ("REDETERMINATION", "REFINANCING", "RECTIFICATION")
"""Those for which a call may leave the words to the portal."""
DEADLINES = (
    "integration", "rejection_notice", "decision", "acceptance", "start_notice", "activities", "pilot", "claim",
    "records", "agreement_validity", "appeal_court", "appeal_head_of_state",
)  # fmt: skip
DECREE = Table(
    {
        **dict.fromkeys(("title", "subject"), WORDS),
        **dict.fromkeys(("dato_atto", "considerato", "ritenuto", "decreta"), SENTENCES),
        "annexes": Rows(Table({"code": LETTER, "title": WORDS}), key="code"),
    }
)
TERMS = Table(
    {
        "version": VERSION,
        "extends": maybe(VERSION),
        "valid_from": Leaf(values.day, parameter=False),
        "act": short(WORDS, 300),
        "summary": WORDS,
        "windows": Rows(WINDOW, key="desk"),
        "actions": Rows(ACTION, key="code"),
        "outputs": Rows(OUTPUT, key="code"),
        "bands": Each(Rows(BAND)),
        "pilot_bands": Rows(PILOT_BAND),
        "rules": RULES,
        "interest_rates": Rows(INTEREST_RATE, key="valid_from"),
        "de_minimis": DE_MINIMIS,
        "login": Rows(LOGIN, key="valid_from"),
        "opening": OPENING,
        "signature": SIGNATURE,
        "paths": Rows(PATH, key="code"),
        "requirements": Rows(REQUIREMENT, key="code"),
        "declarations": Rows(DECLARATION, key="code"),
        "documents": Rows(DOCUMENT, key="code"),
        "deadlines": Table(dict.fromkeys(DEADLINES, DEADLINE)),
        "renunciation_reasons": Rows(REASON, key="code"),
        "forfeiture_reasons": Rows(REASON, key="code"),
        "decree_preamble": Table({"visti": SENTENCES, "richiamato": SENTENCES}),
        "decrees": Table(
            {**dict.fromkeys(DECREE_KINDS, DECREE), **dict.fromkeys(STANDARD_DECREES, replace(DECREE, required=False))}
        ),
    }
)
CALL = Table(
    {
        "slug": Leaf(values.slug, parameter=False, longest=50),
        "identity": IDENTITY,
        "money_acts": Rows(MONEY_ACT, key="code"),
        "effort": EFFORT,
        "guides": Each(GUIDE, required=False),
        "monitoring": MONITORING,
        "terms": Rows(TERMS, key="version"),
    }
)
