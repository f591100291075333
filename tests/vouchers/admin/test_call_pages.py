"""The pages of a call's draft: what is typed wrong is told and kept, rows come and go without scripts, roles hold."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from applications.models import Application, Call
from portal.models import AuditEntry, User
from tests.conftest import CALL_FILE, Desk, FirmMaker
from tests.vouchers.admin.calls import PARTS, begun, rewrite, signed_in, text, wrote
from tests.vouchers.admin.written import written
from vouchers.models import CallDraft
from vouchers.rules.call_file import read_call
from vouchers.rules.plain_json import sha256_of

NEW = "/ufficio/avvisi/nuova/"


@pytest.fixture
def as_elena(elena: User) -> Client:
    """Elena's browser."""
    return signed_in(elena)


@pytest.fixture
def draft(as_elena: Client, call: Call) -> CallDraft:
    """A new version of the real call, dated, with a higher top band."""
    as_elena.post(NEW, {"come_inizia": "versione", "da": call.slug, "come": "versione"})
    made = CallDraft.objects.get()
    dated = {"terms-valid_from": "1/1/2031", "terms-act": "Decreto 9/2030", "terms-summary": "Fasce più alte."}
    wrote(as_elena, made, "sportelli", **dated)
    wrote(as_elena, made, "fasce", **{"terms-bands-3-amount__A": "16.000,00"})
    return CallDraft.objects.get()


def at(draft: CallDraft, page: str = "") -> str:
    return f"/ufficio/avvisi/bozze/{draft.pk}/" + (f"{page}/" if page else "")


def last(draft: CallDraft) -> dict[str, Any]:
    """The version that the draft writes."""
    content: dict[str, Any] = CallDraft.objects.get(pk=draft.pk).content
    return dict(content["terms"][-1])


@pytest.mark.parametrize(
    ("part", "typed", "words"),
    [
        ("fasce", {"terms-bands-0-min": "tre"}, "non è un numero intero"),
        ("fasce", {"terms-bands-0-amount__A": "cinquemila"}, "«cinquemila» non è un numero"),
        ("sportelli", {"terms-valid_from": "31/2/2031"}, "Scrivi una data che esiste"),
        ("sportelli", {"terms-windows-0-opens": "domani"}, "Scrivi giorno e ora"),
        ("azioni", {"terms-actions-0-code": "azione a"}, "non è un codice"),
        ("azioni", {"terms-actions-0-code": "ABCDEFGHIJKL"}, "al massimo 10"),
        ("azioni", {"terms-actions-0-parts": "[[parts]]\ncode = 3"}, "riga 2"),
        ("azioni", {"terms-actions-1-code": "A"}, "è già nella riga 1"),
        ("comunicazione", {"effort-text": "[effort]\npurpose = "}, "riga 2: il testo non è TOML valido"),
        ("identita", {"identity-title": "x" * 301}, "al massimo 300"),
        ("regole", {"terms-rules-intensity": "120"}, "supera 100"),
    ],
)
def test_what_is_typed_wrong_is_told_and_stays_on_the_page(
    as_elena: Client, draft: CallDraft, part: str, typed: dict[str, str], words: str
) -> None:
    before = CallDraft.objects.get().content

    page = text(rewrite(as_elena, draft, part, **typed))

    assert words in page
    assert "<title>Errore:" in page
    (value,) = typed.values()
    assert written(page)[next(iter(typed))].split() == value.split()
    assert CallDraft.objects.get().content == before


def test_rows_are_added_and_taken_away_without_scripts(as_elena: Client, draft: CallDraft) -> None:
    codes = [row["code"] for row in last(draft)["declarations"]]
    more = {"code": "NEW_ONE", "text": "Dichiaro altro.", "article": "Avviso"}
    added = {f"terms-declarations-{len(codes)}-{name}": value for name, value in more.items()}

    wrote(
        as_elena, draft, "dichiarazioni", add=("terms-declarations",),
        **added, **{"terms-declarations-1-DELETE": "on", "terms-declarations-0-ORDER": "99"},
    )  # fmt: skip

    after = [row["code"] for row in last(draft)["declarations"]]
    assert after == [*codes[2:], codes[0], "NEW_ONE"]


def test_saving_a_page_as_it_is_changes_nothing(as_elena: Client, draft: CallDraft) -> None:
    before = CallDraft.objects.get().content
    for part in text(as_elena.get(at(draft))).split("/parti/")[1:]:
        wrote(as_elena, draft, part.partition("/")[0])

    assert CallDraft.objects.get().content == before
    assert draft.edits.count() == 2  # the two of the fixture


def test_two_people_on_one_part(as_elena: Client, draft: CallDraft, elena: User, now: datetime) -> None:
    page = PARTS.format(pk=draft.pk, part="sportelli")
    typed = written(text(as_elena.get(page)))
    wrote(as_elena, draft, "sportelli", **{"terms-summary": "Di un'altra scheda."})

    told = text(as_elena.post(page, typed | {"terms-summary": "La mia."}))

    assert "Intanto Elena ha cambiato questa bozza" in told
    assert written(told)["terms-summary"] == "La mia."
    assert last(draft)["summary"] == "Di un'altra scheda."
    assert as_elena.post(page, written(told)).status_code == 302  # said again, knowing it


def test_the_differences_are_told_in_words(as_elena: Client, draft: CallDraft) -> None:
    page = text(as_elena.get(at(draft, "differenze")))

    assert "4 voci cambiano" in page
    for words in ("Fasce e importi", "15.000,00", "16.000,00", "Decreto 9/2030", "01/01/2031"):
        assert words in page
    assert "Requisiti e percorsi" not in page


def test_the_preview_is_marked_and_estimates_by_the_draft(as_elena: Client, draft: CallDraft, call: Call) -> None:
    page = text(as_elena.get(at(draft, "anteprima"), {"dipendenti": "40", "azioni": "A"}))

    assert "Anteprima: questo avviso non è pubblicato" in page
    assert "16.000,00" in page
    assert "/domande/nuova/" not in page
    assert "16.000,00" not in text(as_elena.get(f"/avvisi/{call.slug}/"))


def test_the_trial_counts_and_writes_nothing(
    as_elena: Client, draft: CallDraft, desk: Desk, make_firm: FirmMaker, anna: User
) -> None:
    for headcount in (12, 40, 40):
        desk.submit(make_firm(anna), headcount=headcount, total_employees=headcount)
    before = (Application.objects.count(), AuditEntry.objects.count(), CallDraft.objects.get().content)

    page = text(as_elena.get(at(draft, "prova")))

    assert "3 domande" in page
    assert "55.500,00" in page  # 10.500 + 22.500 + 22.500 by the published rules
    assert "57.500,00" in page
    assert (Application.objects.count(), AuditEntry.objects.count(), CallDraft.objects.get().content) == before


def test_the_file_can_be_read_again(as_elena: Client, draft: CallDraft) -> None:
    answer = as_elena.get(at(draft, "file"))

    assert answer["Content-Disposition"] == 'attachment; filename="smart-working-2020.toml"'
    assert read_call(answer.content.decode()).written == draft.content


def test_a_file_begins_a_draft_or_says_its_lines(as_elena: Client) -> None:
    demo = CALL_FILE.with_name("lavoro_agile_prova.toml").read_bytes()
    bad = demo.replace(b'code = "LATE"', b'code = "late"')

    page = text(as_elena.post(NEW, {"come_inizia": "file", "file": SimpleUploadedFile("a.toml", bad)}))
    assert "riga 316: terms[1].requirements[1].code: «late» non è un codice" in page
    for spoilt in (b"", b"\xff\xfe", b"x" * 500_001):
        refused = as_elena.post(NEW, {"come_inizia": "file", "file": SimpleUploadedFile("a.toml", spoilt)})
        assert "<title>Errore:" in text(refused)
    assert not CallDraft.objects.exists()

    assert as_elena.post(NEW, {"come_inizia": "file", "file": SimpleUploadedFile("a.toml", demo)}).status_code == 302


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"come_inizia": "nuovo"}, "Scrivi il titolo"),
        ({"come_inizia": "nuovo", "titolo": "X", "slug": "Non Va"}, "usa minuscole"),
        ({"come_inizia": "versione"}, "Scegli l'avviso"),
        ({"come_inizia": "altro"}, "Scegli come cominciare"),
    ],
)
def test_a_bad_beginning_is_told(as_elena: Client, call: Call, typed: dict[str, str], words: str) -> None:
    page = text(as_elena.post(NEW, typed))

    assert words in page
    assert "<title>Errore:" in page


def test_the_second_draft_of_a_call_is_the_first(as_elena: Client, draft: CallDraft, call: Call) -> None:
    again = as_elena.post(NEW, {"come_inizia": "versione", "da": call.slug, "come": "risorse"})

    assert again["Location"] == at(draft)
    assert CallDraft.objects.count() == 1


def test_every_problem_leads_to_its_field(as_elena: Client, call: Call) -> None:
    made = begun(as_elena)

    page = text(as_elena.get(at(made)))

    shown = page.count('<li class="late">') + len(re.findall(r'<li><a href="[^"]*/parti/[^"]*#', page))
    assert f"{shown} cose da sistemare" in page
    assert shown > 10
    assert f"Ci sono {shown} cose da sistemare" in text(as_elena.get(at(made, "anteprima")))
    for link in ("identita/#id_identity-cup", "sportelli/#id_terms-valid_from", "fasce/#parte-terms-bands"):
        assert f"parti/{link}" in page
    assert 'id="id_identity-cup"' in text(as_elena.get(PARTS.format(pk=made.pk, part="identita")))
    assert 'id="parte-terms-bands"' in text(as_elena.get(PARTS.format(pk=made.pk, part="fasce")))


@pytest.mark.parametrize("who", ["carla", "dario", "ivo"])
def test_others_read_and_do_not_write(draft: CallDraft, who: str, request: pytest.FixtureRequest) -> None:
    client = signed_in(request.getfixturevalue(who))
    page = PARTS.format(pk=draft.pk, part="fasce")

    shown = text(client.get(page))
    assert "Aggiungi una riga" not in shown
    assert client.post(page, written(shown)).status_code == 403
    assert client.post(NEW, {"come_inizia": "nuovo", "titolo": "X", "slug": "x"}).status_code == 403
    for step in ("proponi", "pubblica"):
        refused = text(client.post(at(draft, step), {"impronta": sha256_of(draft.content)}))
        assert "non spetta al ruolo" in refused or "lo stato è" in refused
    assert CallDraft.objects.get().status == "DRAFT"


def test_who_wrote_it_has_no_button_and_another_does(
    as_elena: Client, draft: CallDraft, elena: User, dario: User, now: datetime
) -> None:
    as_elena.post(at(draft, "proponi"), {"impronta": sha256_of(draft.content)})
    elena.role_grants.create(role="SIGNATORY", since=now)
    mine = text(as_elena.get(at(draft)))
    assert "la pubblica un'altra persona" in mine
    assert "Pubblica l'avviso" not in mine
    assert "Chi ha scritto" in text(as_elena.post(at(draft, "pubblica"), {"impronta": sha256_of(draft.content)}))

    signatory = signed_in(dario)
    assert "Avvisi da pubblicare" in text(signatory.get("/ufficio/"))
    assert "Pubblica l'avviso" in text(signatory.get(at(draft)))
    assert "Scrivi il motivo" in text(signatory.post(at(draft, "rinvia"), {"motivo": " "}))
    assert "ricontrolla" in text(signatory.post(at(draft, "pubblica"), {"impronta": "0" * 64}))
    assert CallDraft.objects.get().status == "PROPOSED"
    signatory.post(at(draft, "rinvia"), {"motivo": "Manca un atto."})
    assert CallDraft.objects.get().status == "DRAFT"


def test_the_pages_cost_the_same_for_one_and_for_more(
    as_elena: Client, draft: CallDraft, elena: User, desk: Desk, make_firm: FirmMaker, anna: User
) -> None:
    costs = []
    for number in (1, 2):
        for more in range(number):
            begun(as_elena, slug=f"altro-{number}-{more}")
            wrote(as_elena, draft, "fasce", **{"terms-bands-3-amount__A": f"16.{number}0{more},00"})
            desk.submit(make_firm(anna))
        counted = []
        for page in ("/ufficio/avvisi/", at(draft), at(draft, "prova"), at(draft, "anteprima")):
            with CaptureQueriesContext(connection) as asked:
                as_elena.get(page)
            counted.append(len(asked))
        costs.append(counted)

    assert costs[0] == costs[1]
    assert max(costs[1]) <= 20, costs


def test_hostile_text_is_shown_as_text(as_elena: Client, draft: CallDraft, dario: User) -> None:
    wrote(as_elena, draft, "sportelli", **{"terms-summary": "<script>alert(1)</script>"})

    for page in ("", "differenze", "anteprima", "parti/sportelli"):
        assert "<script>alert(1)" not in as_elena.get(at(draft, page)).content.decode()


def test_a_discarded_draft_is_only_read(as_elena: Client, draft: CallDraft) -> None:
    as_elena.post(at(draft, "scarta"), {"motivo": "Non serve."})

    page = text(as_elena.get(at(draft)))
    assert "Non serve." in page
    assert "Proponi la pubblicazione" not in page
    assert as_elena.get(at(draft, "differenze")).status_code == 200
