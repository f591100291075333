"""Decrees at the desk: composed by a button, read as they will be, signed once by the signatory, handed out."""

import re
from contextlib import suppress
from datetime import datetime
from functools import partial
from threading import Barrier, BrokenBarrierError
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from applications.models import Firm
from portal.kernel.roles import Role
from portal.models import Mail, Promise, Sequence, User
from portal.services import documents, jobs
from portal.services.clock import database_clock, story_clock
from tests.conftest import Desk, FirmMaker, person
from tests.portal.services.parallel import at_once
from vouchers.documents.decrees import to_html
from vouchers.domain import adapting, aid_requests, decrees, draft_rows, drafts, signing, terminations
from vouchers.models import AidRequest, Award, Decree, DecreeRow, LedgerEntry
from vouchers.rules.decree_content import content_of

SLUG = "smart-working-2020"
COMPOSE = f"/ufficio/decreti/componi/{SLUG}/"


def at(decree: Decree, act: str = "") -> str:
    return f"/ufficio/decreti/{decree.pk}/" + (f"{act}/" if act else "")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def said(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def read(draft: Decree) -> dict[str, str]:
    """What the page sends with the signature: the draft as it was read."""
    return {"visto": signing.fingerprint(draft)}


@pytest.fixture
def draft(desk: Desk, make_firm: FirmMaker, anna: User) -> Decree:
    """A grant of two firms and a rejection, composed by the manager."""
    desk.admitted(make_firm(anna, name="Alfa S.r.l."))
    desk.admitted(make_firm(anna, name="Gamma S.r.l."))
    desk.rejected(make_firm(anna, name="Delta S.r.l."), "DURC")
    desk.fund()
    return decrees.draft(desk.call, Decree.Kind.GRANT, actor=desk.manager, now=desk.tick())


def written() -> tuple[object, ...]:
    """What reading and being refused must leave as it was."""
    return (
        list(Decree.objects.order_by("pk").values()),
        list(DecreeRow.objects.order_by("pk").values()),
        list(Award.objects.order_by("pk").values()),
        LedgerEntry.objects.count(),
        list(Sequence.objects.values()),
        Promise.objects.count(),
    )


def test_a_draft_is_composed_with_what_is_ready(desk: Desk, make_firm: FirmMaker, anna: User, carla: User) -> None:
    desk.admitted(make_firm(anna))
    desk.rejected(make_firm(anna), "DURC")
    desk.fund()
    client = signed_in(carla)

    page = said(client, COMPOSE)
    assert "Allegato A, ammesse e finanziate" in page
    answer = client.post(COMPOSE, {"tipo": "GRANT"}, follow=True).content.decode()

    made = Decree.objects.get()
    assert (made.status, made.composed_by) == ("DRAFT", carla)
    assert "La bozza è composta" in answer
    assert sorted(made.rows.values_list("annex", flat=True)) == ["A", "C"]


@pytest.mark.parametrize(
    ("kind", "words"),
    [("GRANT", "Non c’è"), ("FORFEITURE", "decadenza con economia"), ("ALTRO", "non esiste"), ("", "Scegli il tipo")],
)
def test_nothing_ready_is_said(kind: str, words: str, desk: Desk, carla: User) -> None:
    page = signed_in(carla).post(COMPOSE, {"tipo": kind}).content.decode()

    assert words.replace("’", "&#x27;") in page
    assert "Errore:" in page
    assert not Decree.objects.exists()


@pytest.mark.parametrize("reader", ["dario", "ivo"])
def test_who_does_not_compose_has_no_button_and_is_refused(
    reader: str, desk: Desk, firm: Firm, request: pytest.FixtureRequest
) -> None:
    desk.admitted(firm)
    desk.fund()
    client = signed_in(request.getfixturevalue(reader))

    assert "Componi la bozza" not in said(client, COMPOSE)
    assert client.post(COMPOSE, {"tipo": "GRANT"}).status_code == 403
    assert not Decree.objects.exists()


def test_the_preview_is_the_paper_without_number_and_date(desk: Desk, draft: Decree, dario: User) -> None:
    before = written()
    page = said(signed_in(dario), at(draft, "anteprima"))
    would = drafts.read(draft, signatory=dario, now=desk.tick()).content
    assert written() == before  # looking takes no number and moves no money

    signed = signing.sign(draft, actor=dario, clock=story_clock(desk.at))
    final = content_of(signed.snapshot)

    assert page.count("BOZZA") >= 2
    assert "Decreto n. ____ del ____" in page
    assert would is not None
    for part in ("title", "heading", "subject", "premises", "points", "tables", "annexes", "signature"):
        assert getattr(would, part) == getattr(final, part), part
    assert (would.act, final.act) == ("Decreto n. ____ del ____", "Decreto n. 1 del 17 aprile 2020")
    assert all(point[:40].replace("'", "&#x27;") in page for point in final.points)
    text = said(signed_in(dario), at(draft, "anteprima"))
    assert "BOZZA" not in text
    assert final.act in text
    assert final.points[0].replace("'", "&#x27;")[:40] in to_html(final, sha256=signed.snapshot_sha256)


def test_the_page_says_rows_and_money_before_and_after(draft: Decree, dario: User) -> None:
    page = said(signed_in(dario), at(draft, "firma"))

    assert "A, ammesse e finanziate" in page
    assert "14.000,00" in page  # two times 7,000 on A
    assert "Firma il decreto" in page
    assert not Decree.objects.get().number


def test_the_signatory_signs_and_the_papers_are_promised(draft: Decree, dario: User) -> None:
    client = signed_in(dario)

    page = client.post(at(draft, "firma"), read(draft), follow=True).content.decode()

    draft.refresh_from_db()
    assert (draft.status, draft.signed_by) == ("SIGNED", dario)
    assert f"Il decreto n. {draft.protocol} è firmato." in page
    assert "si stanno preparando" in page
    assert 'hx-trigger="every 2s"' in page
    assert set(Award.objects.values_list("status", flat=True)) == {"GRANTED"}


def test_a_signature_pressed_twice_is_one_and_says_so(desk: Desk, draft: Decree, dario: User) -> None:
    client = signed_in(dario)
    client.post(at(draft, "firma"), read(draft))
    signed = written()

    again = client.post(at(draft, "firma"), read(draft), follow=True).content.decode()

    assert "Era già firmato: il pulsante è arrivato due volte" in again
    assert "Errore:" not in again
    assert written() == signed


@pytest.mark.parametrize("change", ["pull", "adapt"])
def test_what_changed_since_it_was_read_is_not_signed(
    change: str, desk: Desk, draft: Decree, elena: User, dario: User
) -> None:
    client = signed_in(dario)
    seen = dict(re.findall(r'name="(visto)" value="(\w{64})"', said(client, at(draft, "firma"))))
    if change == "pull":
        draft_rows.pull(draft, draft.rows.earliest("pk").pk, actor=elena, reason="Manca il DURC.", now=desk.tick())
    else:
        words = adapting.blocks_of(draft) | {"ritenuto": ("di concedere {amount_total};",)}
        adapting.adapt(draft, words, seen=adapting.fingerprint(draft), actor=elena, now=desk.tick())
    before = written()

    for sent in (seen, {}, {"visto": ""}):
        page = client.post(at(draft, "firma"), sent).content.decode()
        assert "La bozza è cambiata da quando l&#x27;hai letta" in page
        assert "Vai alla firma" in page
    assert written() == before

    again = dict(re.findall(r'name="(visto)" value="(\w{64})"', said(client, at(draft, "firma"))))
    assert client.post(at(draft, "firma"), again).status_code == 302


def test_signing_what_another_signed_says_so(desk: Desk, draft: Decree, dario: User) -> None:
    client = signed_in(person("lia@ufficio.example", "Lia", Role.SIGNATORY))
    signing.sign(draft, actor=dario, clock=story_clock(desk.at))

    page = client.post(at(draft, "firma"), read(draft)).content.decode()

    assert "lo stato è «firmato»" in page
    assert "Dario" in page


def test_obstacles_are_listed_row_by_row_and_nothing_is_signed(
    desk: Desk, draft: Decree, anna: User, dario: User
) -> None:
    first, second = Award.objects.order_by("pk")
    Award.objects.filter(pk=second.pk).update(cor="")
    terminations.renounce(first, actor=anna, reason_code="BURDEN", now=desk.tick())
    client, before = signed_in(dario), written()

    for page in (said(client, at(draft)), client.post(at(draft, "firma"), read(draft)).content.decode()):
        assert f"La domanda {first.application.protocol} non è più nello stato" in page
        assert f"La domanda {second.application.protocol} non ha ancora il codice COR" in page
        assert "/ufficio/decreti/cor/" in page
        assert "Firma il decreto" not in page
    assert written() == before


@pytest.mark.parametrize("reader", ["carla", "elena", "ivo"])
def test_only_the_signatory_signs(reader: str, draft: Decree, request: pytest.FixtureRequest) -> None:
    client = signed_in(request.getfixturevalue(reader))

    assert "Firma il decreto" not in said(client, at(draft, "firma"))
    assert "non spetta al ruolo" in client.post(at(draft, "firma"), read(draft)).content.decode()
    assert Decree.objects.get().status == "DRAFT"


def test_a_draft_is_discarded_with_a_reason_and_its_rows_are_free(draft: Decree, elena: User) -> None:
    client = signed_in(elena)
    empty = client.post(at(draft, "scarta"), {"motivo": " "}).content.decode()
    assert "Scrivi il motivo" in empty
    assert Decree.objects.get().status == "DRAFT"

    client.post(at(draft, "scarta"), {"motivo": "Manca una domanda."})

    assert Decree.objects.get().status == "DISCARDED"
    assert "Manca una domanda." in said(client, at(draft))
    assert client.post(COMPOSE, {"tipo": "GRANT"}).status_code == 302


def test_signing_what_somebody_discarded_says_who_and_why(desk: Desk, draft: Decree, elena: User, dario: User) -> None:
    decrees.discard(draft, actor=elena, reason="Manca una domanda.", now=desk.tick())

    page = signed_in(dario).post(at(draft, "firma"), read(draft)).content.decode()

    assert "lo stato è «scartato»" in page
    assert "Elena" in page
    assert "Manca una domanda." in page


def test_discarding_what_was_signed_keeps_the_reason_on_the_page(
    desk: Desk, draft: Decree, elena: User, dario: User
) -> None:
    signing.sign(draft, actor=dario, clock=story_clock(desk.tick()))

    page = signed_in(elena).post(at(draft, "scarta"), {"motivo": "Manca una domanda."}).content.decode()

    assert "lo stato è «firmato»" in page
    assert "Manca una domanda." in page
    assert DecreeRow.objects.filter(standing=False).count() == 0


def attach(decree: Decree, now: datetime) -> None:
    for field, which in (("document", "pdf"), ("publication", "publication")):
        made = documents.store(
            kind=f"decree_{which}", name=f"decreto-{which}.pdf", media_type="application/pdf",
            data=f"%PDF-1.7 {which}".encode(), key=f"decree:{decree.pk}:{which}", now=now,
        )  # fmt: skip
        Decree.objects.filter(pk=decree.pk).update(**{field: made})
    # what else the page would wait for
    Mail.objects.update(state=Mail.State.SENT, sent_at=now)
    Promise.objects.filter(job="vouchers.render_letter").update(state=Promise.State.DONE, done_at=now)


@pytest.mark.parametrize("reader", ["carla", "elena", "dario", "ivo"])
def test_every_reader_of_dossiers_downloads_both_files(
    reader: str, desk: Desk, draft: Decree, dario: User, request: pytest.FixtureRequest
) -> None:
    signing.sign(draft, actor=dario, clock=story_clock(desk.tick()))
    client = signed_in(request.getfixturevalue(reader))
    assert "Il PDF non c&#x27;è ancora" in said(client, at(draft, "file/decreto"))
    attach(draft, timezone.now())

    for which, word in (("decreto", b"pdf"), ("pubblicazione", b"publication")):
        answer = client.get(at(draft, f"file/{which}"))
        assert b"".join(answer.streaming_content) == b"%PDF-1.7 " + word  # type: ignore[attr-defined]
        assert answer["Content-Disposition"].startswith("attachment")
    assert "every 2s" not in said(client, at(draft))
    assert client.get(at(draft, "file/altro")).status_code == 404


def test_papers_that_failed_are_tried_again_by_a_button(desk: Desk, draft: Decree, carla: User, ivo: User) -> None:
    signed = signing.sign(draft, actor=desk.signatory, clock=story_clock(desk.tick()))
    jobs.give_up(Promise.objects.get(key=f"decree:{signed.pk}"), "OSError: disco pieno")
    assert "Riprova" not in said(signed_in(ivo), at(draft))
    assert signed_in(ivo).post(at(draft)).status_code == 403
    client = signed_in(carla)
    assert "disco pieno" in said(client, at(draft))

    page = client.post(at(draft), follow=True).content.decode()

    assert "si stanno preparando" in page
    assert Promise.objects.get(key=f"decree:{signed.pk}").state == "PENDING"


def test_the_progress_of_the_papers_ends_by_reading_the_page_again(desk: Desk, draft: Decree, dario: User) -> None:
    signing.sign(draft, actor=dario, clock=story_clock(desk.tick()))
    client = signed_in(dario)

    going = client.get(at(draft), headers={"HX-Request": "true"})
    attach(draft, timezone.now())
    ended = client.get(at(draft), headers={"HX-Request": "true"})

    assert b"<html" not in going.content
    assert "HX-Refresh" not in going
    assert ended["HX-Refresh"] == "true"


@pytest.mark.usefixtures("committed_db")
def test_two_clicks_at_once_are_one_signature(desk: Desk, draft: Decree, dario: User) -> None:
    clients, seen = [signed_in(dario) for _ in range(4)], read(draft)

    pages = at_once(4, lambda number: clients[number].post(at(draft, "firma"), seen, follow=True).content.decode())

    assert sum(" è firmato." in str(page) for page in pages) == 1
    assert sum("Era già firmato: il pulsante è arrivato due volte" in str(page) for page in pages) == 3
    assert Sequence.objects.get(series=signing.SERIES).last == 1
    assert LedgerEntry.objects.filter(kind="COMMIT").count() == 4


@pytest.mark.usefixtures("committed_db")
def test_without_the_locks_only_the_database_stops_the_second_signature(
    desk: Desk, draft: Decree, dario: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, judge, real = Barrier(2), signing.problems_of, signing.DECREES

    def judge_together(*rows: Any, **options: Any) -> list[str]:
        problems = judge(*rows, **options)
        with suppress(BrokenBarrierError):
            both.wait(timeout=60)  # each has read the draft as one to sign
        return problems

    monkeypatch.setattr(QuerySet, "select_for_update", lambda found, **options: found.all())
    monkeypatch.setattr(signing, "problems_of", judge_together)
    unlocked = SimpleNamespace(machine=real.machine, roles_of=real.roles_of, apply=partial(real.apply, held=True))
    monkeypatch.setattr(signing, "DECREES", unlocked)
    clients, seen = [signed_in(dario) for _ in range(2)], read(draft)

    pages = at_once(2, lambda number: clients[number].post(at(draft, "firma"), seen))

    assert any(isinstance(page, IntegrityError) for page in pages)  # an error, not words


def test_the_pages_cost_the_same_for_one_and_for_more(
    desk: Desk, make_firm: FirmMaker, anna: User, elena: User
) -> None:
    client, costs = signed_in(elena), []
    for count in (1, 3):
        for _ in range(count):
            desk.admitted(make_firm(anna))
        desk.fund()
        made = decrees.draft(desk.call, Decree.Kind.GRANT, actor=elena, now=desk.tick())
        counted = []
        for address in ("/ufficio/decreti/", at(made), at(made, "anteprima"), "/ufficio/decreti/cor/"):
            with CaptureQueriesContext(connection) as queries:
                said(client, address)
            counted.append(len(queries))
        costs.append(counted)

    assert costs[0] == costs[1]
    assert max(costs[0]) <= 25


@pytest.fixture
def uncoded(desk: Desk, make_firm: FirmMaker, anna: User) -> list[Award]:
    for _ in range(2):
        desk.admitted(make_firm(anna))
    desk.reserve()
    return list(Award.objects.order_by("pk"))


COR = "/ufficio/decreti/cor/"


def test_missing_codes_are_listed_and_recorded_from_pasted_rows(uncoded: list[Award], carla: User) -> None:
    client = signed_in(carla)
    first, second = [award.application.protocol for award in uncoded]
    assert first in said(client, COR)

    page = client.post(COR, {"testo": f"protocollo,cor\n{first},111\n{second},222\n"}, follow=True).content.decode()

    assert "Codici COR registrati: 2." in page
    assert list(Award.objects.order_by("pk").values_list("cor", flat=True)) == ["111", "222"]


def upload(name: str, data: bytes) -> dict[str, object]:
    return {"file": SimpleUploadedFile(name, data, content_type="text/csv")}


def test_a_file_with_mistakes_lists_them_all_writes_nothing_and_stays_on_the_page(
    uncoded: list[Award], carla: User
) -> None:
    first = uncoded[0].application.protocol
    text = f"protocollo,cor\n{first},12x\n2020/9999999,333\n"

    page = signed_in(carla).post(COR, upload("cor.csv", text.encode())).content.decode()

    assert "«12x» non è un codice COR" in page
    assert "2020/9999999: nessun voucher prenotato" in page
    assert f"{first},12x" in page
    assert set(Award.objects.values_list("cor", flat=True)) == {""}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "una cosa sola"),
        ({"testo": "a,b\n1,2\n"}, "deve avere le colonne"),
        ({"testo": "protocollo,cor\n2020/1\n"}, "deve avere le colonne"),
        (b"\xff\xfe\x00", "non è un testo UTF-8"),
        (b"", "Il file è vuoto"),
        (b"a" * 1_000_001, "supera 1 MB"),
    ],
)
def test_what_is_not_a_file_of_codes_is_refused_in_words(
    data: dict[str, str] | bytes, words: str, uncoded: list[Award], carla: User
) -> None:
    page = signed_in(carla).post(COR, upload("cor.csv", data) if isinstance(data, bytes) else data).content.decode()

    assert words in page
    assert "Errore:" in page
    assert set(Award.objects.values_list("cor", flat=True)) == {""}


def test_codes_are_asked_of_the_register_and_come_by_themselves(uncoded: list[Award], carla: User) -> None:
    client = signed_in(carla)
    assert "Chiedi 2 codici al Registro" in said(client, COR)

    page = client.post(f"{COR}{SLUG}/chiedi/", follow=True).content.decode()

    assert "2 codici chiesti al Registro." in page
    assert page.count("da inviare") == 2
    assert "Chiedi 2 codici" not in page
    assert "Nulla da chiedere" in client.post(f"{COR}{SLUG}/chiedi/", follow=True).content.decode()
    for _ in range(3):
        aid_requests.pursue(database_clock)
    assert "Nessun voucher prenotato è senza codice." in said(client, COR)
    assert "" not in Award.objects.values_list("cor", flat=True)


def test_a_register_that_does_not_answer_is_said_on_the_page(
    uncoded: list[Award], carla: User, settings: Settings
) -> None:
    settings.AID_REGISTER = "vouchers.domain.aid_register.Unreachable"
    client = signed_in(carla)
    client.post(f"{COR}{SLUG}/chiedi/")
    aid_requests.pursue(database_clock)

    assert "Il Registro non risponde dal" in said(client, COR)

    settings.AID_REGISTER = ""
    assert "non è collegato al Registro" in client.post(f"{COR}{SLUG}/chiedi/", follow=True).content.decode()


def test_the_page_of_the_codes_asks_as_much_for_two_as_for_four(
    desk: Desk, make_firm: FirmMaker, anna: User, carla: User
) -> None:
    client, counted = signed_in(carla), []
    for _ in range(2):
        desk.admitted(make_firm(anna))
        desk.admitted(make_firm(anna))
        desk.reserve()
        aid_requests.ask(desk.call, actor=carla, now=desk.tick())
        with CaptureQueriesContext(connection) as queries:
            said(client, COR)
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_readers_ask_for_no_codes(uncoded: list[Award], ivo: User) -> None:
    client = signed_in(ivo)

    assert "Chiedi 2 codici" not in said(client, COR)
    assert client.post(f"{COR}{SLUG}/chiedi/").status_code == 403
    assert not AidRequest.objects.exists()


def test_readers_record_no_codes(uncoded: list[Award], ivo: User) -> None:
    client = signed_in(ivo)
    rows = f"protocollo,cor\n{uncoded[0].application.protocol},111\n"

    assert "Registra i codici" not in said(client, COR)
    assert client.post(COR, {"testo": rows}).status_code == 403
    assert set(Award.objects.values_list("cor", flat=True)) == {""}


REFINANCE = f"/ufficio/decreti/rifinanzia/{SLUG}/"


@pytest.mark.parametrize("typed", ["500000,00", "500.000,00", "500.000", "500000"])
def test_more_money_is_composed_by_a_small_form(desk: Desk, elena: User, typed: str) -> None:
    client = signed_in(elena)
    assert REFINANCE in said(client, COMPOSE)

    page = client.post(REFINANCE, {"azione_A": typed, "azione_B": ""}, follow=True).content.decode()

    assert "le risorse arrivano con la firma" in page
    draft = Decree.objects.get(kind=Decree.Kind.REFINANCING)
    assert draft.split == {"A": "500000.00"}
    assert "500.000,00" in said(client, at(draft, "anteprima"))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "almeno un&#x27;Azione"),
        ({"azione_A": "tanti"}, "importo in cifre"),
        ({"azione_A": "-3"}, "negativo"),
        ({"azione_A": "9" * 14}, "troppo grande"),
        ({"azione_A": "9" * 90}, "importo in cifre"),
        ({"azione_A": "1,005"}, "Al massimo due decimali"),
    ],
)
def test_odd_money_stays_on_the_page(desk: Desk, elena: User, typed: dict[str, str], words: str) -> None:
    page = signed_in(elena).post(REFINANCE, typed).content.decode()

    assert words in page
    assert "Errore:" in page
    assert all(value in page for value in typed.values())
    assert not Decree.objects.exists()


def test_an_officer_reads_how_and_composes_none(desk: Desk, carla: User) -> None:
    client = signed_in(carla)

    assert "Compone il responsabile del procedimento" in said(client, REFINANCE)
    assert client.post(REFINANCE, {"azione_A": "1"}).status_code == 403
    assert not Decree.objects.exists()


def test_who_may_not_sign_is_refused_and_reads_why(draft: Decree, elena: User, carla: User) -> None:
    for client in (signed_in(elena), signed_in(carla)):
        answer = client.post(at(draft, "firma"), {"visto": signing.fingerprint(draft)})

        assert answer.status_code == 403
        assert 'role="alert"' in answer.content.decode()
    draft.refresh_from_db()
    assert draft.status == "DRAFT"
