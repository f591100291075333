"""What `desk` stands on: an office at work on one call, and as many applications as asked, each with its own firm.

One application is lived through the acts, from the draft to the granted voucher; the others are copies of its rows in
the proportions of a call half worked through: the older the protocol, the more are decided. Of those behind, three in
a hundred are still open, past their term; one open application in twelve waits for an integration.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from applications.domain import review
from applications.models import Application, Call, Firm, FirmMember
from portal.kernel.deadlines import ROME
from portal.kernel.roles import Role
from portal.models import RoleGrant, User
from tests.conftest import LONG_AGO, Desk
from vouchers.domain import funding
from vouchers.domain.publishing import publish
from vouchers.models import Award, SavedView
from vouchers.rules.call_file import read_call

CALL_FILE = Path(__file__).resolve().parents[1] / "vouchers" / "calls" / "smart_working_2020.toml"
OFFICERS = 20
VIEWS = (
    "stato=in-istruttoria", "istruttore=mie", "termine=scaduto", "provincia=SO", "provincia=MI&istruttore=mie",
    "stato=tutte&provincia=BG", "stato=ammessa", "stato=tutte&voucher=rinunciato", "istruttore=nessuno", "q=Rossi",
)  # fmt: skip
"""Ten saved views, half of them narrow."""
WORDS = (
    "Rossi Bianchi Ferrari Colombo Brambilla Fumagalli Galli Conti Riva Villa Sala Monti Fontana Greco Moretti Barbieri"
)
TRADES = "Meccanica Edile Tessile Grafica Logistica Servizi Impianti Studio Officina Consulenze Alimentari Arredi"
PROVINCES = "MI MI MI MI MI MI BG BG BS BS MB MB VA VA CO PV CR MN LC LO SO"
FIRM: dict[str, str] = {
    "tax_code": "lpad((80000000000 + k)::text, 11, '0')",
    "vat_number": "lpad((80000000000 + k)::text, 11, '0')",
    "name": "({trades})[1 + k * 7 %% {t}] || ' ' || ({words})[1 + k * 13 %% {w}] || ' ' || k || ' S.r.l.'",
    "province": "({provinces})[1 + k * 11 %% {p}]",
}
AGE = "(k::float / %(count)s)"
APPLICATION: dict[str, str] = {
    "firm_id": "%(firms)s + k",
    "protocol_number": "%(number)s + k",
    "client_key": "gen_random_uuid()",
    "receipt_code": "NULL",
    "receipt_id": "NULL",
    "province": "({provinces})[1 + k * 11 %% {p}]",
    "submitted_at": f"%(first)s + interval '200 days' * {AGE}",
    "late_from": "NULL",
    "officer_id": f"CASE WHEN {AGE} > 0.9 THEN NULL ELSE %(officers)s + k %% %(staff)s END",
    "status": (
        f"CASE WHEN {AGE} > 0.9 THEN 'SUBMITTED' WHEN {AGE} > 0.6 OR k %% 33 = 0 THEN"
        " (ARRAY['IN_REVIEW', 'IN_REVIEW', 'INTEGRATION', 'PROPOSED_ADMISSION'])[1 + k / 3 %% 4]"
        " WHEN k %% 20 = 1 THEN 'WITHDRAWN' WHEN k %% 10 = 2 THEN 'REJECTED' ELSE 'ADMITTED' END"
    ),
    "decided_at": (
        f"CASE WHEN {AGE} <= 0.6 AND k %% 33 <> 0 AND k %% 20 <> 1"
        f" THEN %(first)s + interval '200 days' * {AGE} + interval '40 days' END"
    ),
    "reason_codes": (
        f"CASE WHEN {AGE} <= 0.6 AND k %% 33 <> 0 AND k %% 10 = 2 THEN ARRAY['DURC'] ELSE ARRAY[]::text[] END"
    ),
}


def office() -> int:
    """Migrate, publish the call, live one application to its voucher and one into the review; the officer who looks."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call = publish(read_call(CALL_FILE.read_text(encoding="utf-8")), now=LONG_AGO).call
    funding.apply_money_act(call.money_acts.get(code="OPENING"), actor=None, now=LONG_AGO + timedelta(days=60))
    officers = [_person(f"carla{number}", Role.CASE_OFFICER) for number in range(OFFICERS)]
    desk = Desk(call, officers[0], _person("elena", Role.PROCEEDING_MANAGER), _person("dario", Role.SIGNATORY))
    desk.granted(_firm("Alfa S.r.l."))
    waiting = desk.in_review(_firm("Beta S.r.l."))
    review.request_integration(waiting, ["Procura"], actor=officers[0], now=desk.tick())
    Authenticator.objects.create(user=officers[0], type=Authenticator.Type.TOTP, data={})
    now = timezone.now()
    SavedView.objects.bulk_create(
        SavedView(owner=officers[0], slot=slot, name=query, query=query, created_at=now)
        for slot, query in enumerate(VIEWS, start=1)
    )
    return officers[0].pk


def grow(count: int) -> None:
    """Copy the lived application until there are so many more, with their firms, awards and requests."""
    pattern, waiting = Application.objects.order_by("pk")[:2]
    award = Award.objects.get(application=pattern)
    firms, applications = (_last(name) for name in ("applications_firm", "applications_application"))
    calculations, awards = (_last(name) for name in ("vouchers_calculation", "vouchers_award"))
    officers = User.objects.filter(email__startswith="carla").order_by("pk")[0].pk
    params: dict[str, Any] = {
        "count": count, "firms": firms, "number": waiting.protocol_number, "officers": officers, "staff": OFFICERS,
        "first": datetime.now(ROME) - timedelta(days=201), "applications": applications, "calculations": calculations,
        "awards": awards,
    }  # fmt: skip
    lists = {
        name.lower(): _array(text) for name, text in (("WORDS", WORDS), ("TRADES", TRADES), ("PROVINCES", PROVINCES))
    }
    sizes = {"w": len(WORDS.split()), "t": len(TRADES.split()), "p": len(PROVINCES.split())}
    made = {name: sql.format(**lists, **sizes) for name, sql in APPLICATION.items()}
    _copies("applications_firm", pattern.firm_id, {n: sql.format(**lists, **sizes) for n, sql in FIRM.items()}, params)
    _copies("applications_application", pattern.pk, made, params)
    admitted = "k IN (SELECT id - %(applications)s FROM applications_application WHERE status = 'ADMITTED')"
    one = {"application_id": "%(applications)s + k"}
    _copies("vouchers_calculation", award.calculation_id, one | {"id": "%(calculations)s + k"}, params, admitted)
    own = {"calculation_id": "%(calculations)s + k", "id": "%(awards)s + k", "cor": "(9000000 + k)::text"}
    own |= {"protocol_number": "%(number)s + k", "status": "CASE WHEN k %% 50 = 3 THEN 'RENOUNCED' ELSE 'GRANTED' END"}
    own |= {
        "ended_at": "CASE WHEN k %% 50 = 3 THEN now() END",
        "end_reason": "CASE WHEN k %% 50 = 3 THEN 'OTHER' ELSE '' END",
    }
    _copies("vouchers_award", award.pk, one | own, params, admitted)
    for line in award.lines.all():
        _copies("vouchers_awardline", line.pk, {"award_id": "%(awards)s + k"}, params, admitted)
    in_wait = "k IN (SELECT id - %(applications)s FROM applications_application WHERE status = 'INTEGRATION')"
    soon = {"asked_at": "now() - interval '2 days'", "due_at": "now() + interval '13 days'"}
    asked = waiting.integrations.get()
    _copies("applications_integrationrequest", asked.pk, one | soon, params, in_wait)
    for event in pattern.events.all():
        _copies("applications_applicationevent", event.pk, {"subject_id": "%(applications)s + k"}, params)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _copies(table: str, pk: int, changed: dict[str, str], params: dict[str, Any], where: str = "true") -> None:
    """Copies of one row, numbered by `k`, with the changed columns as SQL."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position",
            [table],
        )
        names = [name for (name,) in cursor.fetchall() if name != "id" or "id" in changed]
        taken = ", ".join(changed.get(name, f'one."{name}"') for name in names)
        columns = ", ".join(f'"{name}"' for name in names)
        cursor.execute(
            f"INSERT INTO {table} ({columns}) SELECT {taken} FROM {table} AS one, generate_series(1, %(count)s) AS k"
            f" WHERE one.id = {pk} AND {where} ORDER BY k",
            params,
        )


def _array(text: str) -> str:
    return "ARRAY[" + ", ".join(f"'{word}'" for word in text.split()) + "]"


def _last(table: str) -> int:
    """The last number the table's sequence gave: the copies go on from there, in order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM pg_sequences WHERE sequencename = %s", [f"{table}_id_seq"])
        return int(cursor.fetchone()[0])


def _person(name: str, role: Role) -> User:
    user = User.objects.create_user(f"{name}@ufficio.example", None, name=name.capitalize())
    RoleGrant.objects.create(user=user, role=role, since=LONG_AGO)
    return user


def _firm(name: str) -> Firm:
    owner = User.objects.create_user(f"{name[:4].lower()}@impresa.example", None, name="Anna")
    number = f"{Firm.objects.count() + 1:011d}"
    firm = Firm.objects.create(
        tax_code=number, vat_number=number, name=name, legal_form="SRL", rea=f"MI-{number[-7:]}", ateco="62.01.00",
        province="MI", municipality="Milano", pec=f"{name[:4].lower()}@pec.example", created_at=LONG_AGO,
    )  # fmt: skip
    FirmMember.objects.create(firm=firm, user=owner, role=Role.APPLICANT, since=LONG_AGO)
    return firm


def known(call: Call) -> dict[str, str]:
    """One thing to look for in each way, about the middle of the queue."""
    middle = Award.objects.filter(call=call, status="GRANTED").select_related("application__firm").order_by("pk")
    award = middle[middle.count() // 2]
    return {
        "partita IVA": award.application.firm.vat_number,
        "protocollo": award.application.protocol,
        "numero di protocollo": str(award.application.protocol_number),
        "CUP": call.cup or str(call.source.get("identity", {}).get("cup", "")),
        "COR": award.cor,
        "nome raro": award.application.firm.name.removesuffix(" S.r.l."),
        "nome comune": "rossi",
        "nome che non c'è": "zanzibar",
        "due lettere": "sr",
    }
