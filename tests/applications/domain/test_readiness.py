"""What a draft lacks before it may be presented: documents, signatures, login; and the note that it lacks nothing."""

from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django import Settings

from applications.domain import attachments, forms_to_sign, readiness, submission
from applications.domain.attachments import Sent
from applications.domain.calls import terms_in_force
from applications.domain.login import LoginTooWeak
from applications.domain.submission import NotSubmittable
from applications.models import Application, Attachment, Call, Firm, FormToSign
from applications.rules.eligibility import Finding
from applications.views.submission import place_of
from portal.kernel.signing import Doubt, Signature, SignatureReport, SignatureState
from portal.models import User
from portal.services import documents
from portal.services.clock import database_clock
from tests.applications.guided import give_documents, new_terms, opened
from tests.conftest import good_answers
from tests.portal.services.files.papers import pdf
from tests.portal.services.files.signing import ANNA, Authority

PLAN = {
    "activities": [{"name": "Offerte", "criteria": ["ALONE"]}],
    "pilot": {"starts_on": "2027-01-07", "months": 5, "workers": 3},
}


@pytest.fixture(autouse=True)
def storage(tmp_path: Path, settings: Settings) -> None:
    """Files of the test stay in its own folder."""
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "files"}}
    settings.STORAGES = settings.STORAGES | {"default": files}
    settings.CLAMD_ADDRESS = ""


def whole(firm: Firm, **changes: object) -> dict[str, object]:
    """Answers of a guided draft that lacks its documents only."""
    operator = {"name": "Operatore", "tax_code": "07643520567"}
    sites = [{"municipality": "Milano", "province": "MI", "headcount": 12}]
    goods = [{"item": "4 notebook", "activity": "Offerte"}]
    return good_answers(plan=PLAN, sites=sites, operator=operator, equipment=goods, **changes)


@pytest.fixture
def draft(call: Call, firm: Firm, anna: User) -> Application:
    """A guided draft, the desk open now."""
    opened(call)
    return Application.objects.create(
        call=call, firm=firm, created_by=anna, created_at=timezone.now(), answers=whole(firm), guided=True
    )


def lacking(draft: Application) -> dict[str, str]:
    """The findings by code, read afresh."""
    item = Application.objects.select_related("call", "firm").get(pk=draft.pk)
    return {one.code: one.reason for one in readiness.missing(item, timezone.now())}


def present(draft: Application, anna: User, held: str = "STRONG") -> Application:
    """Submit now."""
    return submission.submit(draft, actor=anna, clock=database_clock, client_key=uuid4(), signed=True, held=held)


def report(*states: SignatureState, doubt: Doubt | None = None, same: bool | None = True) -> SignatureReport:
    """A report with one signature for each state."""
    return SignatureReport(tuple(Signature("Anna", ANNA, "", state, doubt) for state in states), same)


def test_the_documents_of_the_answers_gate_the_submission(draft: Application, anna: User) -> None:
    assert lacking(draft) == {
        "DOCUMENT.APPLICATION_FORM": "manca il documento «Domanda di partecipazione»",
        "DOCUMENT.DE_MINIMIS_DECLARATION": "manca il documento «Dichiarazione de minimis»",
        "DOCUMENT.EQUIPMENT_LIST": "manca il documento «Elenco della strumentazione»",
    }
    with pytest.raises(NotSubmittable, match="manca il documento «Dichiarazione de minimis»"):
        present(draft, anna)

    give_documents(draft)

    assert lacking(draft) == {}
    assert present(draft, anna).protocol


def test_only_what_the_answers_call_for_is_asked(draft: Application) -> None:
    draft.answers |= {"actions": ["A"], "equipment": [], "signed_by_delegate": True}
    draft.save()

    assert "DOCUMENT.EQUIPMENT_LIST" not in lacking(draft)
    assert "DOCUMENT.MANDATE" in lacking(draft)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (report(SignatureState.VALID), ""),
        (report(SignatureState.UNVERIFIABLE, doubt=Doubt.UNKNOWN_ISSUER), ""),
        (report(SignatureState.UNVERIFIABLE, doubt=Doubt.EXPIRED), ""),
        (SignatureReport((), None, readable=False), ""),
        (report(), "non porta una firma digitale"),
        (report(SignatureState.INVALID), "non è valida"),
        (report(SignatureState.VALID, SignatureState.INVALID), "non è valida"),
    ],
    ids=["valid", "unknown issuer", "expired", "unreadable", "unsigned", "invalid", "one of two invalid"],
)
def test_a_signature_is_mended_or_weighed_by_an_officer_never_a_wall(
    draft: Application, anna: User, found: SignatureReport, said: str
) -> None:
    give_documents(draft, found)

    reason = lacking(draft).get("DOCUMENT.APPLICATION_FORM", "")

    assert said in reason
    if said:
        with pytest.raises(NotSubmittable, match=said):
            present(draft, anna)
    else:
        assert reason == ""
        assert present(draft, anna).protocol


def test_an_answer_changed_after_the_signature_is_signed_again(draft: Application) -> None:
    give_documents(draft)
    assert lacking(draft) == {}

    draft.answers |= {"headcount": 13, "total_employees": 13}
    draft.save()

    assert "le risposte di adesso" in lacking(draft)["DOCUMENT.APPLICATION_FORM"]


def test_what_was_really_signed_is_looked_into(
    draft: Application, anna: User, tmp_path: Path, settings: Settings
) -> None:
    settings.TRUST_ROOTS = tmp_path / "none"
    signer = Authority.made(tmp_path).signer("Anna Rossi", ANNA)
    now = timezone.now()
    give_documents(draft)
    form = forms_to_sign.ask_form(draft, actor=anna, now=now)
    forms_to_sign.attach_form(form, pdf(), now=now)
    paper = documents.read(FormToSign.objects.get(pk=form.pk).document)

    def given(data: bytes) -> str:
        Attachment.objects.filter(code="APPLICATION_FORM").update(removed_at=now, removed_by=anna)
        outcome = attachments.receive(draft, "APPLICATION_FORM", [Sent("domanda.p7m", data)], actor=anna, now=now)[0]
        assert outcome.attachment, outcome.refusal
        return lacking(draft).get("DOCUMENT.APPLICATION_FORM", "")

    assert given(signer.p7m(paper)) == ""
    assert "non contiene la domanda" in given(signer.p7m(pdf(lambda file: file.add_blank_page())))


def test_a_file_that_waits_for_the_antivirus_waits(draft: Application) -> None:
    give_documents(draft)
    Attachment.objects.filter(code="EQUIPMENT_LIST").update(scan="WAITING")
    assert "aspetta ancora l'antivirus" in lacking(draft)["DOCUMENT.EQUIPMENT_LIST"]

    Attachment.objects.filter(code="EQUIPMENT_LIST").update(scan="INFECTED", scanned_at=timezone.now())
    assert "contiene un virus" in lacking(draft)["DOCUMENT.EQUIPMENT_LIST"]


@pytest.mark.parametrize(
    ("blank", "code", "words"),
    [
        ("representative_name", "REPRESENTATIVE", "manca il nome del legale rappresentante"),
        ("representative_tax_code", "REPRESENTATIVE_CODE", "manca il codice fiscale del legale rappresentante"),
        ("pec", "PEC", "manca la PEC dell'impresa"),
    ],
)
def test_who_signs_is_asked_of_the_firm_before_presenting(
    blank: str, code: str, words: str, call: Call, draft: Application, anna: User
) -> None:
    assert code not in lacking(draft)
    Firm.objects.filter(pk=draft.firm_id).update(**{blank: ""})
    give_documents(draft)

    assert lacking(draft)[code].startswith(words)
    assert place_of(Finding(code, "", ""), draft) == f"/imprese/{draft.firm_id}/modifica/"
    with pytest.raises(NotSubmittable) as error:
        submission.submit(draft, actor=anna, clock=database_clock, client_key=uuid4(), signed=True)
    assert code in {one.code for one in error.value.findings}
    assert Application.objects.get(pk=draft.pk).protocol_number is None

    new_terms(call, signature={"form": "SESSION", "article": "Avviso, firma"})
    assert (code in lacking(draft)) is (code == "PEC")


def test_where_the_session_signs_no_signed_file_is_asked(call: Call, draft: Application, anna: User) -> None:
    """The rule is data of the terms: no code knows which call it is."""
    rows = terms_in_force(call, timezone.now()).payload["documents"]
    others = [row for row in rows if row["code"] != "APPLICATION_FORM"]
    new_terms(call, signature={"form": "SESSION", "article": "Avviso"}, documents=others)

    assert sorted(lacking(draft)) == ["DOCUMENT.DE_MINIMIS_DECLARATION", "DOCUMENT.EQUIPMENT_LIST"]
    give_documents(draft)
    assert present(draft, anna).answers["signed"] is True


def test_a_session_too_weak_does_not_submit_and_loses_nothing(call: Call, draft: Application, anna: User) -> None:
    give_documents(draft)
    strong = {"valid_from": "2020-01-01", "strength": "STRONG", "text": "Accesso con SPID.", "article": "Avviso"}
    new_terms(call, login=[strong])

    with pytest.raises(LoginTooWeak, match="serve un'identità digitale"):
        present(draft, anna, held="PLAIN")
    assert Application.objects.get(pk=draft.pk).protocol == ""
    assert present(draft, anna, held="STRONG").protocol


def test_that_nothing_is_missing_is_kept_until_something_changes(draft: Application, anna: User) -> None:
    give_documents(draft)
    readiness.remember(draft, ready=lacking(draft) == {})
    assert readiness.is_ready(Application.objects.get(pk=draft.pk))

    one = attachments.live(draft)[0]
    attachments.remove(draft, one.pk, actor=anna, now=timezone.now())
    assert not readiness.is_ready(Application.objects.get(pk=draft.pk))

    readiness.remember(Application.objects.get(pk=draft.pk), ready=True)
    Application.objects.filter(pk=draft.pk).update(version=draft.version + 1)
    assert not readiness.is_ready(Application.objects.get(pk=draft.pk))
