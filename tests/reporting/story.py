"""A small call written row by row, with its events and its ledger: the other side of what reports read."""

import hashlib
import tomllib
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from itertools import count

from django.conf import settings

from applications.models import Action, Application, ApplicationEvent, Call, CallTerms, Firm
from applications.rules.states import ApplicationState as S
from portal.kernel.deadlines import ROME
from portal.kernel.money import plain
from portal.models import User
from vouchers.models import (
    Allocation,
    Award,
    AwardEvent,
    AwardLine,
    Calculation,
    Decree,
    DecreeRow,
    LedgerEntry,
    MoneyAct,
)
from vouchers.rules.ledger import Kind
from vouchers.rules.states import AwardState as A

HASH = "0" * 64
OPENING = {"A": Decimal("100000.00"), "B": Decimal("50000.00")}


def rome(text: str) -> datetime:
    """An instant written as 2020-04-02 12:00, Europe/Rome."""
    return datetime.fromisoformat(text).replace(tzinfo=ROME)


def monitoring_texts() -> dict:
    """The monitoring texts of the real call, as JSON."""
    path = settings.ROOT / "vouchers" / "calls" / "smart_working_2020.toml"
    texts = tomllib.loads(path.read_text(encoding="utf-8"))["monitoring"]
    texts["panorama"]["as_of"] = texts["panorama"]["as_of"].isoformat()
    return texts


class Story:
    """Writes the history of one call; every method takes the instant at which it happens."""

    def __init__(self, user: User, slug: str = "smart-working-2020") -> None:
        self.user = user
        self.numbers = count(1)
        self.decrees = count(1)
        self.keys = count(1)
        self.call = Call.objects.create(
            slug=slug,
            code="RLE1",
            title="Avviso pubblico per l'adozione di piani aziendali di smart working",
            programme="POR FSE 2014-2020 Regione Lombardia",
            source={"identity": {}, "monitoring": monitoring_texts()},
        )
        self.terms = CallTerms.objects.create(
            call=self.call,
            version=1,
            valid_from=rome("2020-02-18 00:00"),
            act="D.d.u.o. 1942/2020",
            sha256=HASH,
            payload={
                "actions": [{"code": "A", "title": "Consulenza e formazione"}, {"code": "B", "title": "Strumenti"}],
                "deadlines": {"decision": {"value": 60, "unit": "giorni"}},
                "requirements": [{"code": "DURC", "title": "Regolarità contributiva"}],
                "renunciation_reasons": [{"code": "BURDEN", "text": "Oneri amministrativi troppo gravosi"}],
                "forfeiture_reasons": [{"code": "ACCEPTANCE", "text": "Mancata accettazione entro il termine"}],
            },
        )
        first = Action.objects.create(call=self.call, code="A", title="Consulenza e formazione", compulsory=True)
        second = Action.objects.create(call=self.call, code="B", title="Strumenti", compulsory=False, requires=first)
        opened = rome("2020-02-18 09:00")
        self.lines = {}
        for action in (first, second):
            line = Allocation.objects.create(
                action=action, appropriated=OPENING[action.code], available=OPENING[action.code]
            )
            self.lines[action.code] = line
            self._entry(line, Kind.APPROPRIATE, OPENING[action.code], opened)
        MoneyAct.objects.create(
            call=self.call, code="OPENING", act="Dotazione iniziale", effective_at=opened, applied_at=opened,
            split={code: plain(amount) for code, amount in OPENING.items()},
        )  # fmt: skip

    def submit(
        self, at: datetime, *, size: str = "micro", province: str = "MI", division: str = "62", path: str = "ORDINARY"
    ) -> Application:
        """A submitted application of a new firm."""
        number = next(self.numbers)
        firm = Firm.objects.create(
            tax_code=f"{self.call.pk % 1000:03d}{number:08d}", name=f"Impresa {number} Srl", legal_form="SRL",
            ateco=f"{division}.01", province=province, municipality="Milano", created_at=at,
        )  # fmt: skip
        application = Application.objects.create(
            call=self.call, firm=firm, status=S.SUBMITTED, created_by=self.user, created_at=at, actions=["A", "B"],
            path=path, headcount=5, total_employees=5, size_class=size, province=province, division=division,
            terms=self.terms, protocol_year=at.year, protocol_number=self.call.pk * 100_000 + number,
            submitted_at=at, submitted_by=self.user, snapshot={}, snapshot_sha256=HASH,
        )  # fmt: skip
        self._happened(application, "submit", S.DRAFT, S.SUBMITTED, at)
        return application

    def move(self, application: Application, event: str, target: S, at: datetime, **facts: object) -> None:
        """One step of an application."""
        source, application.status = application.status, target
        for name, value in {"officer": self.user, **facts}.items():
            setattr(application, name, value)
        application.save()
        self._happened(application, event, source, target, at)

    def reject(self, application: Application, at: datetime, *codes: str) -> None:
        """Not admitted, for these reasons."""
        self.move(application, "approve_rejection", S.REJECTED, at, decided_at=at, reason_codes=list(codes))

    def admit(self, application: Application, at: datetime, **amounts: str) -> Award:
        """Admitted, and its voucher computed and waiting; amounts are euro by action."""
        self.move(application, "approve_admission", S.ADMITTED, at, decided_at=at)
        euro = {action: Decimal(amount) for action, amount in amounts.items()}
        calculation = Calculation.objects.create(
            application=application, terms=self.terms, rule_version="1", inputs={}, lines=[],
            amounts={action: plain(amount) for action, amount in euro.items()},
            total=sum(euro.values()), sha256=HASH, computed_at=at,
        )  # fmt: skip
        award = Award.objects.create(
            application=application, call=self.call, calculation=calculation, status=A.COMPUTED,
            protocol_year=application.protocol_year, protocol_number=application.protocol_number,
        )  # fmt: skip
        for action, amount in euro.items():
            AwardLine.objects.create(award=award, allocation=self.lines[action], amount=amount)
        self._award_step(award, "compute", "", A.COMPUTED, at)
        self._award_step(award, "queue", A.COMPUTED, A.WAITING, at)
        return award

    def grant(self, awards: Iterable[Award], at: datetime) -> Decree:
        """Reserved and granted by a decree."""
        number = next(self.decrees)
        decree = Decree.objects.create(
            call=self.call, kind=Decree.Kind.GRANT, ordinal=number, status="SIGNED", composed_by=self.user,
            composed_at=at, year=at.year, number=self.call.pk * 1000 + number, signed_by=self.user, signed_at=at,
            snapshot={}, snapshot_sha256=HASH,
        )  # fmt: skip
        for position, award in enumerate(awards, start=1):
            self._award_step(award, "reserve", A.WAITING, A.RESERVED, at)
            self._money(award, Kind.RESERVE, at)
            award.grant_decree, award.granted_at, award.acceptance_due_at = decree, at, at
            self._award_step(award, "grant", A.RESERVED, A.GRANTED, at)
            self._money(award, Kind.COMMIT, at, decree)
            DecreeRow.objects.create(
                decree=decree, annex="A", position=position, application=award.application, award=award
            )
        return decree

    def accept(self, award: Award, at: datetime) -> None:
        """Accepted by the firm."""
        award.accepted_at = at
        self._award_step(award, "accept", A.GRANTED, A.ACCEPTED, at)

    def renounce(self, award: Award, at: datetime, reason: str = "BURDEN") -> None:
        """Given back by the firm."""
        award.ended_at, award.end_reason = at, reason
        self._award_step(award, "renounce", award.status, A.RENOUNCED, at)
        self._money(award, Kind.RELEASE_COMMITTED, at)

    def lapse(self, award: Award, at: datetime) -> None:
        """Lost because nobody accepted in time."""
        award.ended_at, award.end_reason = at, "ACCEPTANCE"
        self._award_step(award, "lapse", award.status, A.FORFEITED, at)
        self._money(award, Kind.SAVE, at)

    def _happened(self, application: Application, event: str, source: str, target: str, at: datetime) -> None:
        ApplicationEvent.objects.create(
            subject=application, event=event, source=source, target=target, at=at, actor=self.user
        )

    def _award_step(self, award: Award, event: str, source: str, target: A, at: datetime) -> None:
        award.status = target
        award.save()
        AwardEvent.objects.create(subject=award, event=event, source=source, target=target, at=at, actor=self.user)

    def _money(self, award: Award, kind: Kind, at: datetime, decree: Decree | None = None) -> None:
        for line in award.lines.all():
            self._entry(line.allocation, kind, line.amount, at, award, decree)

    def _entry(
        self,
        line: Allocation,
        kind: Kind,
        amount: Decimal,
        at: datetime,
        award: Award | None = None,
        decree: Decree | None = None,
    ) -> None:
        key = hashlib.sha256(f"{line.pk}:{next(self.keys)}".encode()).hexdigest()
        LedgerEntry.objects.create(
            allocation=line, kind=kind, amount=amount, key=key, award=award, decree=decree, at=at
        )
