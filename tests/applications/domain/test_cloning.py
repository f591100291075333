"""An application as the base of another: data pass; declarations, signatures, aids, counts, expired files do not."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from applications.domain import attachments, cloning, review, submission
from applications.domain.attachments import Sent
from applications.domain.drafting import AlreadyApplied
from applications.domain.mandates import NotForYou, OutOfScope
from applications.models import Application, Attachment, Firm, FirmMember, Site
from applications.wizard import read_pages, situation_of
from portal.kernel.roles import Role
from portal.models import AuditEntry, User
from portal.services import documents
from portal.services.clock import story_clock
from tests.applications.guided import GOOD
from tests.conftest import FIRST_DAY, LONG_AGO, Desk, FirmMaker
from tests.portal.services.files.papers import pdf

pytestmark = pytest.mark.usefixtures("own_folder")


@pytest.fixture
def source(desk: Desk, firm: Firm) -> Application:
    """Alfa's draft with every page written, as the wizard keeps them."""
    draft = desk.draft(firm, signed_by_delegate=True)
    draft.typed = {slug: {"values": values, "version": 1, "page": ""} for slug, values in GOOD.items()}
    draft.save()
    return draft


@pytest.fixture
def client_firm(make_firm: FirmMaker, anna: User) -> Firm:
    """Another firm for which Anna acts."""
    firm = make_firm(anna, name="Gamma S.r.l.", total_employees=30, total_employees_on=LONG_AGO.date())
    Site.objects.create(
        firm=firm, address="Via Po 2", municipality="Lodi", province="LO", employees=25, employees_on=LONG_AGO.date()
    )
    return firm


def cloned(source: Application, firm: Firm, actor: User, now: datetime) -> Application:
    def answers(draft: Application) -> Mapping[str, Any]:
        return read_pages(situation_of(draft, now), draft.typed)[1]

    return cloning.clone(source, source.call, firm, answers=answers, actor=actor, now=now)


def given(source: Application, actor: User, now: datetime, code: str, name: str) -> Attachment:
    outcome = attachments.receive(source, code, [Sent(name, pdf())], actor=actor, now=now)[0]
    assert outcome.attachment, outcome.refusal
    return outcome.attachment


def withdrawn(desk: Desk, source: Application) -> Application:
    """The same application, submitted and withdrawn: the firm may apply again."""
    Application.objects.filter(pk=source.pk).update(guided=False)
    submitted = desk_submit(desk, Application.objects.get(pk=source.pk))
    return review.withdraw(submitted, actor=desk.filer(source.firm), reason="Rinvio", now=desk.tick())


def desk_submit(desk: Desk, draft: Application) -> Application:
    return submission.submit(draft, actor=desk.filer(draft.firm), clock=story_clock(desk.tick()), client_key=uuid4())


def test_the_plan_the_operator_and_the_equipment_pass_to_another_client(
    source: Application, client_firm: Firm, anna: User, now: datetime
) -> None:
    draft = cloned(source, client_firm, anna, now)

    assert set(draft.typed) == {"piano", "operatore", "strumenti"}
    assert draft.typed["piano"]["values"]["formazione"] == GOOD["piano"]["formazione"]
    assert draft.typed["strumenti"]["values"] == GOOD["strumenti"]
    assert draft.answers["operator"]["tax_code"] == GOOD["operatore"]["codice_fiscale"]


def test_declarations_signatures_aids_and_counts_of_the_other_firm_do_not_pass(
    source: Application, client_firm: Firm, anna: User, now: datetime
) -> None:
    draft = cloned(source, client_firm, anna, now)

    assert not {"requisiti", "aiuti", "impresa"} & set(draft.typed)
    assert not {"declared", "signed", "aids", "signed_by_delegate", "path"} & set(draft.answers)
    assert (draft.answers["total_employees"], draft.answers["headcount"]) == (30, 25)
    assert not {"inizio", "lavoratori"} & set(draft.typed["piano"]["values"])
    assert (draft.status, draft.protocol, draft.client_key, draft.snapshot) == ("DRAFT", "", None, None)


def test_the_files_of_one_client_never_pass_to_another(
    source: Application, client_firm: Firm, anna: User, now: datetime
) -> None:
    given(source, anna, now, "EQUIPMENT_LIST", "elenco.pdf")
    seen = cloning.passage(source, source.call, client_firm, actor=anna, now=now)
    draft = cloned(source, client_firm, anna, now)

    assert (seen.files, [one.reason for one in seen.left]) == ([], ["è dell'altra impresa"])
    assert not draft.attachments.exists()


def test_files_of_the_same_firm_pass_while_they_last_and_are_the_same_bytes(
    source: Application, desk: Desk, firm: Firm, anna: User
) -> None:
    for code, name in (
        ("APPLICATION_FORM", "firmata.pdf"),
        ("MANDATE", "procura.pdf"),
        ("EQUIPMENT_LIST", "elenco.pdf"),
    ):
        given(source, anna, desk.at, code, name)
    again = withdrawn(desk, source)
    later = FIRST_DAY + timedelta(days=181)
    seen = cloning.passage(again, again.call, firm, actor=anna, now=later)
    draft = cloned(again, firm, anna, later)
    kept, first = draft.attachments.get(), again.attachments.get(code="MANDATE")

    assert [one.code for one in seen.files] == ["MANDATE"]
    assert {one.name: one.reason for one in seen.left} == {
        "firmata.pdf": "vale solo per la domanda in cui è stato caricato",
        "elenco.pdf": "è scaduto: si riusa entro 180 giorni da quando è stato caricato",
    }
    assert (kept.carried_from, kept.document.path) == (first, first.document.path)
    assert kept.document_id != first.document_id
    assert documents.read(kept.document) == documents.read(first.document)


def test_a_file_taken_up_twice_expires_by_its_first_day(
    source: Application, desk: Desk, firm: Firm, anna: User
) -> None:
    given(source, anna, desk.at, "MANDATE", "procura.pdf")
    again = withdrawn(desk, source)
    second = cloned(again, firm, anna, FIRST_DAY + timedelta(days=300))
    seen = cloning.passage(second, second.call, firm, actor=anna, now=FIRST_DAY + timedelta(days=400))

    assert seen.files == []
    assert "scaduto" in seen.left[0].reason


def test_a_file_that_waits_for_the_antivirus_does_not_pass(
    source: Application, desk: Desk, firm: Firm, anna: User
) -> None:
    given(source, anna, desk.at, "MANDATE", "procura.pdf")
    Attachment.objects.update(scan=Attachment.Scan.WAITING)
    seen = cloning.passage(source, source.call, firm, actor=anna, now=desk.at)

    assert [one.reason for one in seen.left] == ["aspetta ancora l'antivirus"]


def test_a_text_that_names_the_first_firm_is_told(
    source: Application, client_firm: Firm, anna: User, now: datetime
) -> None:
    source.typed["piano"]["values"] |= {"formazione": "Otto ore sull'alfabeto digitale"}
    quiet = cloning.passage(source, source.call, client_firm, actor=anna, now=now)
    source.typed["piano"]["values"] |= {"formazione": "Otto ore per i responsabili di ALFA SRL"}
    source.typed["operatore"]["values"] |= {"nome": f"Studio {source.firm.vat_number}"}
    told = cloning.passage(source, source.call, client_firm, actor=anna, now=now)

    assert quiet.naming == []
    assert told.naming == ["piano", "operatore"]


def test_a_firm_that_has_a_live_application_is_told_and_nothing_is_made(
    source: Application, anna: User, now: datetime
) -> None:
    with pytest.raises(AlreadyApplied):
        cloned(source, source.firm, anna, now)

    assert Application.objects.count() == 1


def test_nobody_clones_for_or_from_a_firm_they_do_not_act_for(
    source: Application, other_firm: Firm, anna: User, bruno: User, now: datetime
) -> None:
    for actor, firm in ((anna, other_firm), (bruno, other_firm)):
        with pytest.raises(NotForYou):
            cloned(source, firm, actor, now)

    assert Application.objects.count() == 1


def test_a_mandate_is_asked_for_the_filling_in_and_for_the_files(
    source: Application, client_firm: Firm, desk: Desk, firm: Firm, anna: User, now: datetime
) -> None:
    given(source, anna, desk.at, "MANDATE", "procura.pdf")
    FirmMember.objects.filter(firm=client_firm).update(role=Role.DELEGATE, scopes=["UPLOAD", "SUBMIT"])
    FirmMember.objects.filter(firm=firm).update(role=Role.DELEGATE, scopes=["FILL"])

    with pytest.raises(OutOfScope):
        cloned(source, client_firm, anna, now)
    assert "delega" in cloning.passage(source, source.call, firm, actor=anna, now=desk.at).left[0].reason


def test_the_register_says_where_a_draft_comes_from(
    source: Application, client_firm: Firm, anna: User, now: datetime
) -> None:
    draft = cloned(source, client_firm, anna, now)
    entry = AuditEntry.objects.get(act="application.clone")

    assert (entry.target, entry.detail["source"]) == (f"application:{draft.pk}", source.pk)
