"""Who enters where: one row for every address outside the desk. An address without its row fails the tests."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from portal.models import Mail
from tests.access.world import Holdings

MISSING = 999_999
NOWHERE = "00000000-0000-4000-8000-000000000000"


class Door(StrEnum):
    """What somebody must be to be let in."""

    PUBLIC = "everybody"
    PUBLISHED = "everybody, once it is published; before, nobody"
    ACCOUNT = "everybody; allauth sends whoever is in, or out, to where it makes sense"
    SIGNED_IN = "whoever signed in"
    OWN = "who acts for the firm; for others it does not exist"
    KEY = "whoever signed in, but another's key is answered as one never used"
    OFF = "nobody: it is there only on a trial machine"
    MANAGEMENT = "manager, signatory, auditor; for others it does not exist or is forbidden"


@dataclass(frozen=True, slots=True)
class Row:
    """The door of an address, what it is asked about, and whether it only takes POST."""

    door: Door
    about: str = "draft"
    only_post: bool = False


def own(about: str = "draft", *, only_post: bool = False) -> Row:
    """An address of one's own things."""
    return Row(Door.OWN, about, only_post)


PUBLIC, ACCOUNT, SIGNED_IN, MANAGEMENT = (Row(d) for d in (Door.PUBLIC, Door.ACCOUNT, Door.SIGNED_IN, Door.MANAGEMENT))
OFF = Row(Door.OFF)

ROWS: dict[str, Row] = {
    "home": PUBLIC,
    "health": PUBLIC,
    "accessibility": PUBLIC,
    "privacy": PUBLIC,
    "contacts": PUBLIC,
    "calls": PUBLIC,
    "call": PUBLIC,
    "estimate": PUBLIC,
    "precheck": PUBLIC,
    "precheck_result": PUBLIC,
    "readiness": PUBLIC,
    "receipt_check": Row(Door.PUBLIC, "submitted"),
    "call_order": PUBLIC,
    "order_script": PUBLIC,
    "window_order": Row(Door.PUBLISHED),
    "order_file": Row(Door.PUBLISHED),
    "draw_file": Row(Door.PUBLISHED),
    "application_opening": own(),
    "application_enter": own(only_post=True),
    "my_applications": SIGNED_IN,
    "application_start": SIGNED_IN,
    "my_application": own("integration"),
    "application_deadlines": own("submitted"),
    "application_withdrawal": own("submitted"),
    "application_integration": own("integration"),
    "application_integration_save": own("integration", only_post=True),
    "application_integration_compare": own("integration"),
    "application_observations": own("notice"),
    "application_observations_save": own("notice", only_post=True),
    "application_observations_compare": own("notice"),
    "application_tasks": own(),
    "application_step": own(),
    "application_save": own(only_post=True),
    "application_review": own(),
    "application_submit": own(),
    "application_receipt": own("submitted"),
    "application_receipt_file": own("submitted"),
    "application_outcome": Row(Door.KEY, "submitted"),
    "application_documents": own(),
    "application_scan": own(only_post=True),
    "application_document": own(),
    "application_document_remove": own(only_post=True),
    "application_form": own(),
    "application_paper": own(),
    "application_base": own(),
    "application_clone": own(only_post=True),
    "board": SIGNED_IN,
    "headcounts": SIGNED_IN,
    "headcounts_model": SIGNED_IN,
    "headcounts_shown": own(),
    "headcounts_confirm": own(only_post=True),
    "application_messages": own("submitted"),
    "application_mail_again": own("submitted", only_post=True),
    "application_comments": own(),
    "mailbox": OFF,
    "mailbox_mail": OFF,
    "mailbox_text": OFF,
    "trial_discovery": OFF,
    "trial_keys": OFF,
    "trial_enter": OFF,
    "trial_token": OFF,
    "trial_person": OFF,
    "my_place": own("submitted"),
    "my_room": own(),
    "my_award": own("granted"),
    "award_letter": own("granted"),
    "award_letter_of": own("granted"),
    "accept_award": own("granted"),
    "renounce_award": own("granted"),
    "reduce_award": own("granted"),
    "think_again": own("granted"),
    "my_firms": SIGNED_IN,
    "new_firm": SIGNED_IN,
    "ateco_options": SIGNED_IN,
    "operator_options": SIGNED_IN,
    "municipality_options": SIGNED_IN,
    "firm": own(),
    "payment_account": own("granted"),
    "edit_firm": own(),
    "mandates": own(),
    "leave_firm": own(),
    "revoke_mandate": own(),
    "send_invitation_again": own(only_post=True),
    "cancel_invitation": own(only_post=True),
    "own_invitation": own(),
    "invitation": SIGNED_IN,
    "new_site": own(),
    "edit_site": own(),
    "remove_site": own(only_post=True),
    "management": MANAGEMENT,
    "monitoring": MANAGEMENT,
    "monitoring_figures": MANAGEMENT,
    "request_run": MANAGEMENT,
    "report_run": MANAGEMENT,
    "report_file": MANAGEMENT,
    "decree_file": MANAGEMENT,
}

OF_A_PAGE = {"application_comments", "application_step", "application_save"}
OF_A_FILE_OF_COUNTS = {"headcounts_shown", "headcounts_confirm"}
OF_MANDATES = {"mandates", "leave_firm", "revoke_mandate", "send_invitation_again", "cancel_invitation"}
OF_A_FIRM = {"firm", "edit_firm", "new_site", "edit_site", "remove_site", "payment_account"} | OF_MANDATES
FIXED = {
    "paper": "DE_MINIMIS_DECLARATION",
    "name": "0" * 20 + "-00000000.eml",
    "format": "csv",
    "number": "1",
    "token": "mai-esistito",
    "copy": "decreto",
    "uidb36": "1",
    "key": "x-y",
    "provider_id": "gateway",
    "action": "B",
    "renunciation_pk": 1,
}


@dataclass(frozen=True, slots=True)
class Address:
    """An address as the resolver knows it: its name, in the table and for `reverse`, and what it asks for."""

    name: str
    view: str
    wanted: frozenset[str]


def addresses() -> Iterator[Address]:
    """Every address that has its row; one test says which have none."""
    return (each for each in resolved() if each.name in ROWS or each.name.startswith("accounts:"))


def resolved() -> Iterator[Address]:
    """Every address outside the desk; the doors of accounts have their prefix."""
    nothing: frozenset[str] = frozenset()
    stack = [("", nothing, item) for item in get_resolver().url_patterns]
    while stack:
        prefix, asked, item = stack.pop()
        here = prefix + str(item.pattern)
        wanted = asked | item.pattern.converters.keys() | groups(item)
        if here == "ufficio/":
            continue
        if isinstance(item, URLResolver):
            stack += [(here, wanted, each) for each in item.url_patterns]
        else:
            kind = "accounts:" if here.startswith("accesso/") else ""
            yield Address(f"{kind}{item.name or here}", item.name or "", wanted)


def row_of(name: str) -> Row:
    """The row of an address. The doors of accounts have one in common."""
    return ACCOUNT if name.startswith("accounts:") else ROWS[name]


def address_of(address: Address, asked: Holdings, slug: str) -> str:
    """Where somebody's things are."""
    name, row = address.name, row_of(address.name)
    known: dict[str, Any] = {
        "attachment": asked.files[0].pk,
        "site_pk": asked.sites[0].pk,
        "slug": "impresa" if name in OF_A_PAGE else slug,
        "code": asked.code,
        "member": asked.delegate.pk,
        "invitation": (asked.received if name == "own_invitation" else asked.given).pk,
    } | FIXED
    if row.door is not Door.ACCOUNT:
        known["key"] = asked.key
    known["pk"] = asked.firms[row.about].pk if name in OF_A_FIRM else asked.applications[row.about].pk
    if name in OF_A_FILE_OF_COUNTS:
        known["pk"] = asked.counts.pk
    if "mail" in address.wanted:
        known["mail"] = Mail.objects.filter(about=f"application:{known['pk']}").earliest("pk").pk
    if "letter" in address.wanted:
        known["letter"] = asked.award.letters.get().pk
    if row.door in (Door.MANAGEMENT, Door.ACCOUNT):
        known["pk"] = MISSING
    return reverse(address.view, kwargs={each: known[each] for each in address.wanted})


def missing_of(address: Address, asked: Holdings, slug: str) -> str:
    """The same address of a thing that nobody has."""
    about = row_of(address.name).about
    there = address_of(address, asked, slug).replace(str(asked.key), NOWHERE)
    for gone in (asked.applications[about].pk, asked.firms[about].pk, asked.counts.pk, asked.received.pk):
        there = there.replace(f"/{gone}/", f"/{MISSING}/")
    return there


def groups(item: URLPattern | URLResolver) -> set[str]:
    """The named groups of an address written as a regular expression."""
    return set(getattr(getattr(item.pattern, "regex", None), "groupindex", {}))
