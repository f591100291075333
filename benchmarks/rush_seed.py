"""What `rush` stands on: a database of its own, an open call, firms with ready drafts, people signed in."""

from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from applications.domain import readiness
from applications.domain.attachments import documents_asked
from applications.domain.calls import terms_in_force, typed_terms
from applications.domain.forms_to_sign import content_by, fingerprint
from applications.models import Application, ApplicationEvent, Attachment, Call, Firm, FirmMember, FormToSign
from applications.rules.signing import TO_SIGN
from portal.kernel.roles import Role
from portal.models import Document, User
from tests.applications.guided import SIGNED, opened, write_pages
from vouchers.domain.publishing import publish
from vouchers.rules.call_file import read_call

CALL_FILE = Path(__file__).resolve().parents[1] / "vouchers" / "calls" / "smart_working_2020.toml"
CSRF = "r" * 32
ROOM = """
[terms.opening]
mode = "ARRIVAL"
article = "Avviso, Modalità di presentazione"
waiting_room = true
admissions_per_second = {}
place_minutes = 10
"""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who submits: the draft, the key of the page they hold, their session."""

    application: int
    key: str
    cookie: str


def seed(firms: int, pace: int = 0) -> list[Visitor]:
    """Migrate, publish the call with a desk open now, and make the firms; one draft is written through the pages.

    `pace`: the call has a waiting room that lets in so many a second.
    """
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    text = CALL_FILE.read_text(encoding="utf-8") + (ROOM.format(pace) if pace else "")
    call = opened(publish(read_call(text), now=timezone.now()).call)
    call.windows.filter(number=3).update(opens_at=timezone.now())
    return _signed_in(_drafts(call, _firms(firms)))


def _firms(count: int) -> list[FirmMember]:
    now = timezone.now()
    numbers = [f"{number:011d}" for number in range(1, count + 1)]
    firms = Firm.objects.bulk_create(
        Firm(
            tax_code=number, vat_number=number, name=f"Impresa {number} S.r.l.", legal_form="SRL", rea=f"MI-{number}",
            ateco="62.01.00", province="MI", municipality="Milano", pec=f"impresa{number}@pec.example", created_at=now,
            representative_name="Anna", representative_tax_code="RSSNNA80A41F205X",
        )
        for number in numbers
    )  # fmt: skip
    users = User.objects.bulk_create(
        User(email=f"anna{number}@impresa.example", name="Anna", password="!", created_at=now) for number in numbers
    )
    return FirmMember.objects.bulk_create(
        FirmMember(firm=firm, user=user, role=Role.APPLICANT, since=now - timedelta(days=1))
        for firm, user in zip(firms, users, strict=True)
    )


def _drafts(call: Call, members: list[FirmMember]) -> list[Application]:
    first = _written(call, members[0])
    now, terms = timezone.now(), typed_terms(terms_in_force(call, timezone.now()))
    rows = Application.objects.bulk_create(
        Application(
            call=call, firm=member.firm, created_by=member.user, created_at=now, answers=first.answers,
            typed=first.typed, version=first.version, ready_version=first.version, guided=True,
        )
        for member in members[1:]
    )  # fmt: skip
    drafts = [first, *rows]
    ApplicationEvent.objects.bulk_create(
        ApplicationEvent(subject=row, event="draft", target="DRAFT", at=now, actor=row.created_by) for row in rows
    )
    contents = {row.pk: content_by(row, terms) for row in drafts}
    forms = FormToSign.objects.bulk_create(
        FormToSign(application_id=pk, snapshot=content, snapshot_sha256=fingerprint(content), asked_at=now)
        for pk, content in contents.items()
    )
    papers = {form.application_id: form for form in forms}
    wanted = [document.code for document in documents_asked(first, now)]
    files = Document.objects.bulk_create(
        Document(
            kind="attachment", name=f"{code}.pdf", media_type="application/pdf", size=5, sha256="0" * 64,
            key=f"rush:{row.pk}:{code}", created_at=now,
        )
        for row in drafts
        for code in wanted
    )  # fmt: skip
    of_file = iter(files)
    Attachment.objects.bulk_create(
        Attachment(
            application=row, code=code, document=next(of_file), format="pdf", received_at=now,
            received_from_id=row.created_by_id, scan=Attachment.Scan.NOT_SCANNED,
            signatures=SIGNED.to_json() if code == TO_SIGN else None, form=papers[row.pk] if code == TO_SIGN else None,
        )
        for row in drafts
        for code in wanted
    )  # fmt: skip
    lacking = readiness.missing(Application.objects.select_related("firm", "call").get(pk=rows[-1].pk), now)
    if lacking:
        raise SystemExit(f"Le bozze non sono pronte: {[item.reason for item in lacking]}")
    return drafts


def _written(call: Call, member: FirmMember) -> Application:
    """A draft written page by page, as a firm does."""
    client = Client(headers={"x-forwarded-proto": "https"})
    client.force_login(member.user)
    client.post(f"/domande/nuova/{call.slug}/", {"impresa": member.firm_id})
    draft = Application.objects.get(firm=member.firm)
    write_pages(client, draft)
    return Application.objects.select_related("firm", "call", "created_by").get(pk=draft.pk)


def _signed_in(drafts: list[Application]) -> list[Visitor]:
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    until = timezone.now() + timedelta(hours=1)
    rows, visitors = [], []
    for draft in drafts:
        user = draft.created_by
        data = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
        key = uuid4().hex
        rows.append(Session(session_key=key, session_data=store.encode(data), expire_date=until))
        cookie = f"{settings.SESSION_COOKIE_NAME}={key}; {settings.CSRF_COOKIE_NAME}={CSRF}"
        visitors.append(Visitor(draft.pk, str(uuid4()), cookie))
    Session.objects.bulk_create(rows)
    return visitors
