"""What one person has on the portal, in every state that has pages: the ground of these tests."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone
from schwifty import IBAN
from stdnum import luhn

from applications.domain import attachments, forms_to_sign, headcount_import, review
from applications.domain.attachments import Sent
from applications.models import Application, Attachment, Call, Firm, FirmMember, HeadcountImport, Invitation, Site
from applications.tasks import render_form, render_receipt
from portal.models import User
from portal.services import documents
from tests.applications.guided import GOOD
from tests.conftest import Desk, FirmMaker
from tests.portal.services.files.papers import pdf
from vouchers.domain import accounts
from vouchers.models import Award, AwardLetter
from vouchers.tasks import render_letter

STATES = ("draft", "submitted", "integration", "notice", "granted")
"""The states of the applications everybody here has: one firm each, since a firm has one live application a call."""


@dataclass
class Holdings:
    """Everything of one person: by state, the firm and its application."""

    owner: User
    firms: dict[str, Firm] = field(default_factory=dict)
    applications: dict[str, Application] = field(default_factory=dict)
    sites: list[Site] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)

    @property
    def delegate(self) -> FirmMember:
        """The delegate of the firm of the draft."""
        return self.firms["draft"].members.get(role="DELEGATE")

    @property
    def given(self) -> Invitation:
        """An invitation that waits, from the firm of the draft."""
        return self.firms["draft"].invitations.get()

    @property
    def received(self) -> Invitation:
        """An invitation that waits for this person, from a firm of somebody else."""
        return Invitation.objects.get(email=self.owner.email)

    @property
    def key(self) -> UUID:
        """The key of the submission that is in the office's hands."""
        found = self.applications["submitted"].client_key
        assert found is not None
        return found

    @property
    def code(self) -> str:
        """The code of its receipt."""
        return self.applications["submitted"].receipt_code or ""

    @property
    def counts(self) -> HeadcountImport:
        """The file of employees sent and not confirmed."""
        return HeadcountImport.objects.get(uploaded_by=self.owner)

    @property
    def award(self) -> Award:
        """The voucher granted."""
        return Award.objects.get(application=self.applications["granted"])


def desk_of_today(call: Call, officer: User, manager: User, signatory: User) -> Desk:
    """The office at work since an hour: what is in its hands has terms that still run."""
    return Desk(call, officer, manager, signatory, at=timezone.now() - timedelta(hours=1))


def written(word: str, pages: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The pages of a draft with a word of the writer's own in every line of free text."""
    free = {
        "piano": ("attivita_0_nome", "orari", "strumenti", "formazione", "sicurezza", "indicatori"),
        "operatore": ("nome", "formazione", "lavoro"),
        "strumenti": ("bene_0_nome",),
    }
    out = {slug: dict(page) for slug, page in pages.items()}
    for slug, names in free.items():
        out[slug] |= {name: f"{word} {names.index(name)}"[:60] for name in names}
    out["strumenti"]["bene_0_attivita"] = out["piano"]["attivita_0_nome"]
    out["impresa"]["sede_0_comune"] = f"{word} comune"
    return out


def settle(desk: Desk, make_firm: FirmMaker, owner: User, word: str, *, papers: bool = True) -> Holdings:
    """Live the acts that give a person an application in every state; `word` is in everything they write.

    `papers`: a receipt and a paper to sign are made too.
    """
    own = Holdings(owner)
    base = Firm.objects.count()
    for number, state in enumerate(STATES):
        code = f"{base + number + 1:07d}015"
        code += luhn.calc_check_digit(code)
        texts = {
            "tax_code": code,
            "vat_number": code,
            "representative_tax_code": "NNANNA80A41F205K",
            "name": f"{word} {number} S.r.l.",
            "municipality": f"{word} municipio",
            "address": f"Via {word} {number}",
            "rea": f"MI-{word}"[:20],
            "pec": f"{word}{number}@pec.example",
            "representative_name": f"Rappresentante {word}",
        }
        own.firms[state] = make_firm(owner, **texts)
    site = {"address": f"Via {word} 9", "municipality": "Milano", "province": "MI", "employees": 12}
    mandated(own, make_firm, desk.at, word)
    own.sites = [Site.objects.create(firm=own.firms["draft"], employees_on=desk.at.date(), **site)]
    plan = {"plan": {"activities": [{"name": f"{word} attività"}]}, "operator": {"name": f"{word} operatore"}}
    for state in ("submitted", "integration", "notice"):
        own.applications[state] = desk.submit(own.firms[state], **plan)
    review.take_charge(own.applications["integration"], actor=desk.officer, now=desk.tick())
    review.take_charge(own.applications["notice"], actor=desk.officer, now=desk.tick())
    review.request_integration(
        own.applications["integration"], [f"{word} da integrare"], actor=desk.officer, now=desk.tick()
    )
    review.notify_rejection(own.applications["notice"], ["DURC"], actor=desk.officer, now=desk.tick())
    own.applications["granted"] = desk.granted(own.firms["granted"], **plan).application
    account = {"iban": iban_of(word), "holder": f"{word} intestatario"}
    accounts.name_account(own.firms["granted"], account, actor=owner, now=desk.tick())
    own.applications["draft"] = guided_draft(own.firms["draft"], desk, word)
    draft = own.applications["draft"]
    own.files = [(sent_file if papers else kept_file)(draft, word, desk.tick())]
    counts = f"codice fiscale;sede;dipendenti;data\n{own.firms['draft'].tax_code};{word} 9;x;y\n".encode()
    headcount_import.receive(f"{word}.csv", counts, actor=owner, now=desk.tick())
    form = forms_to_sign.ask_form(draft, actor=owner, now=timezone.now())
    if papers:
        render_form.run(form_id=form.pk)
        render_receipt.run(application_id=own.applications["submitted"].pk)
        render_letter.run(letter_id=AwardLetter.objects.get(award__application=own.applications["granted"]).pk)
    for item in own.applications.values():
        item.refresh_from_db()
    return own


def iban_of(word: str) -> str:
    """An Italian IBAN that ends with a word, of a bank that does not exist."""
    return str(IBAN.generate("IT", bank_code="99999", branch_code="00001", account_code=word.upper().rjust(12, "0")))


def mandated(own: Holdings, make_firm: FirmMaker, now: datetime, word: str) -> None:
    """A delegate, an invitation given and one received."""
    partner = User.objects.create_user(f"{word.lower()}-socio@studio.example", None, name=f"{word} socio")
    FirmMember.objects.create(firm=own.firms["draft"], user=partner, role="DELEGATE", since=now, given_by=own.owner)
    EmailAddress.objects.create(user=own.owner, email=own.owner.email, verified=True, primary=True)
    offered = {"scopes": ["FILL"], "invited_at": now, "asked_at": now, "expires_at": now + timedelta(days=14)}
    for firm, by, email in (
        (own.firms["draft"], own.owner, f"{word.lower()}-invitata@studio.example"),
        (make_firm(partner), partner, own.owner.email),
    ):
        Invitation.objects.create(firm=firm, invited_by=by, email=email, **offered)


def sent_file(draft: Application, word: str, now: datetime) -> Attachment:
    """A file that passed every check."""
    sent = [Sent(f"{word}.pdf", pdf())]
    (outcome,) = attachments.receive(draft, "EQUIPMENT_LIST", sent, actor=draft.created_by, now=now)
    assert outcome.attachment, outcome.refusal
    return outcome.attachment


def kept_file(draft: Application, word: str, now: datetime) -> Attachment:
    """A file as it is kept, without the seconds that its checks take."""
    document = documents.store(
        kind="attachment", name=f"{word}.pdf", media_type="application/pdf", data=pdf(), key=f"attachment:{uuid4()}",
        now=now,
    )  # fmt: skip
    return Attachment.objects.create(
        application=draft, code="EQUIPMENT_LIST", document=document, format="pdf", received_at=now,
        received_from=draft.created_by, scan=Attachment.Scan.NOT_SCANNED,
    )  # fmt: skip


def guided_draft(firm: Firm, desk: Desk, word: str) -> Application:
    """A draft begun and written on the pages, every page complete."""
    client = Client()
    client.force_login(Desk.filer(firm))
    client.post(f"/domande/nuova/{desk.call.slug}/", {"impresa": firm.pk})
    draft = Application.objects.get(firm=firm)
    for slug, typed in written(word, GOOD).items():
        response = client.post(f"/domande/{draft.pk}/compila/{slug}/", typed | {"finestra": str(uuid4())})
        assert response.status_code == 302, (slug, response.content.decode())
    draft.refresh_from_db()
    return draft
