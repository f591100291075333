"""Rules that change under a draft: the writer is told since when, what, and which pages to read again."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from applications.domain.calls import typed_terms
from applications.domain.rereading import to_reread
from applications.models import Application, Call, Firm
from applications.rules.term_changes import changes
from portal.kernel.deadlines import ROME
from portal.models import AuditEntry, User
from tests.applications.guided import GOOD, fill_in, opened

BEFORE = datetime(2020, 3, 1, 10, tzinfo=ROME)
COVID = "Dichiarazione COVID"


@pytest.fixture
def anna_in(client: Client, anna: User) -> Client:
    """Anna, signed in."""
    client.force_login(anna)
    return client


@pytest.fixture
def draft(anna_in: Client, call: Call, firm: Firm) -> Application:
    """A whole draft, two pages of which were written before the addendum of March 2020."""
    opened(call)
    anna_in.post("/domande/nuova/smart-working-2020/", {"impresa": firm.pk})
    fill_in(anna_in, Application.objects.get())
    item = Application.objects.get()
    for slug in ("impresa", "requisiti"):
        item.typed[slug]["at"] = BEFORE.isoformat()
    item.save()
    return item


def page(client: Client, item: Application, tail: str = "compila/") -> str:
    return client.get(f"/domande/{item.pk}/{tail}").content.decode().replace("&#x27;", "'")


def test_the_day_the_act_the_differences_and_the_pages_are_said(anna_in: Client, draft: Application) -> None:
    for tail in ("compila/", "controlla/"):
        text = page(anna_in, draft, tail)
        told = text[text.index("Le regole dell'avviso sono cambiate il") :].split("</div>")[0]
        for words in ("Percorso nuov", "Impresa e sedi", "Requisiti e dichiarazioni"):
            assert words in told, words
        assert "Operatore" not in told.split("Ricontrolla le pagine")[1]


def test_a_page_saved_again_as_it_is_was_read_again(anna_in: Client, draft: Application) -> None:
    for slug, left in (("impresa", ("requisiti",)), ("requisiti", None)):
        anna_in.post(f"/domande/{draft.pk}/compila/{slug}/", GOOD[slug] | {"versione": "99"})
        found = to_reread(Application.objects.get(pk=draft.pk), datetime.now(ROME))
        assert (found.pages if found else None) == left
    assert "Le regole dell'avviso sono cambiate" not in page(anna_in, draft)
    entries = AuditEntry.objects.filter(act="application.save").count()

    anna_in.post(f"/domande/{draft.pk}/compila/impresa/", GOOD["impresa"] | {"versione": "99"})
    assert AuditEntry.objects.filter(act="application.save").count() == entries


def test_only_versions_in_force_and_later_than_the_page_count(draft: Application, call: Call) -> None:
    first, second = call.terms.order_by("version")[:2]
    told = to_reread(draft, second.valid_from)
    assert told is not None
    assert (told.version, told.since, told.act) == (second.version, second.valid_from, second.act)
    assert to_reread(draft, second.valid_from - timedelta.resolution) is None

    same = typed_terms(first)
    assert changes(same, same) == ()
    assert any("nuov" in text for text in changes(same, typed_terms(second)))
    assert any("non si chiede più" in text or "non c'è più" in text for text in changes(typed_terms(second), same))


def test_a_draft_of_before_the_first_terms_is_not_compared(draft: Application) -> None:
    draft.typed["impresa"]["at"] = datetime(2019, 1, 1, tzinfo=ROME).isoformat()

    assert to_reread(draft, datetime.now(ROME)) is None
