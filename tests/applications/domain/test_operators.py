"""The register of accredited operators: only the office loads it, nobody is deleted, and the submission asks it."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from applications.domain import operators, readiness, submission
from applications.domain.operators import NotKeeper
from applications.domain.submission import NotSubmittable
from applications.models import AccreditedOperator, Application, Call, Firm
from applications.rules.operator_list import Operator
from portal.kernel.deadlines import rome_day
from portal.models import AuditEntry, User
from tests.applications.guided import GOOD, fill_in, opened

CODE = GOOD["operatore"]["codice_fiscale"]
LISTED = Operator(CODE, "Ente formazione e lavoro", "0012", "0034")
OTHER = Operator("09000010158", "Altro ente per il lavoro", "", "0056")
HEAD = "codice fiscale;denominazione;albo formazione;albo lavoro\n"


@pytest.fixture
def draft(call: Call, firm: Firm, anna: User) -> Application:
    """A guided draft of Anna's on a desk open now, whole, with the operator typed freely."""
    opened(call)
    client = Client()
    client.force_login(anna)
    client.post(f"/domande/nuova/{call.slug}/", {"impresa": firm.pk})
    item = Application.objects.get()
    fill_in(client, item)
    return Application.objects.get()


def reasons(item: Application) -> list[str]:
    found = readiness.missing(Application.objects.get(pk=item.pk), timezone.now())
    return [each.reason for each in found if each.code == "OPERATOR_REGISTER"]


def imported(now: datetime, *rows: Operator, actor: User | None = None) -> operators.Differences:
    return operators.import_register(rows, actor=actor, now=now, sha256="a" * 64)


def test_who_is_not_of_the_office_loads_nothing(anna: User, now: datetime) -> None:
    with pytest.raises(NotKeeper):
        imported(now, LISTED, actor=anna)
    with pytest.raises(NotKeeper):
        operators.receive("operatori.csv", HEAD.encode() + b"x", actor=anna, now=now)
    assert not AccreditedOperator.objects.exists()


def test_who_is_missing_from_the_new_list_is_closed_and_never_deleted(carla: User, now: datetime) -> None:
    imported(now, LISTED, OTHER, actor=carla)
    later = now + timedelta(days=3)
    imported(later, OTHER, actor=carla)

    assert AccreditedOperator.objects.get(tax_code=CODE).until == rome_day(later)
    assert [row.tax_code for row in operators.listed(rome_day(later))] == [OTHER.tax_code]
    assert operators.listed(rome_day(now)).count() == 2
    entry = AuditEntry.objects.filter(act="operators.import").latest("number")
    assert entry.detail == {"rows": 1, "new": 0, "changed": 0, "closed": 1, "sha256": "a" * 64}
    assert entry.actor == carla


def test_the_same_list_twice_is_written_once(carla: User, now: datetime) -> None:
    assert imported(now, LISTED, OTHER, actor=carla)
    entries = AuditEntry.objects.count()

    assert not imported(now + timedelta(days=1), OTHER, LISTED, actor=carla)
    assert AuditEntry.objects.count() == entries
    assert {row.imported_at for row in AccreditedOperator.objects.all()} == {now}


def test_who_comes_back_is_in_again(carla: User, now: datetime) -> None:
    for rows in ([LISTED], [OTHER], [LISTED, OTHER]):
        imported(now, *rows, actor=carla)

    assert operators.listed(rome_day(now)).count() == 2


def test_a_confirmed_list_is_not_written_twice(carla: User, now: datetime) -> None:
    item = operators.receive("elenco.csv", f"{HEAD}{CODE};Ente;1;2".encode(), actor=carla, now=now)
    assert not AccreditedOperator.objects.exists()
    operators.confirm(item, actor=carla, now=now)
    imported(now, OTHER, actor=carla)
    operators.confirm(item, actor=carla, now=now)

    assert [row.tax_code for row in operators.listed(rome_day(now))] == [OTHER.tax_code]


def test_without_a_register_the_office_alone_will_check(draft: Application) -> None:
    assert reasons(draft) == []


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([LISTED], []),
        ([Operator(CODE, "Ente", "", "0034")], ["l'operatore accreditato non è nell'albo della formazione"]),
        ([Operator(CODE, "Ente", "0012", "")], ["l'operatore accreditato non è nell'albo dei servizi al lavoro"]),
        (
            [OTHER],
            ["l'operatore accreditato non è né nell'albo della formazione né in quello dei servizi al lavoro"],
        ),
    ],
    ids=["both", "not training", "not labour", "neither"],
)
def test_a_loaded_register_says_what_the_operator_lacks(
    draft: Application, now: datetime, rows: list[Operator], said: list[str]
) -> None:
    imported(now, *rows)

    assert reasons(draft) == said


def test_the_submission_asks_the_register_again(draft: Application, now: datetime) -> None:
    submission.check(Application.objects.get(), timezone.now())
    imported(now, OTHER)

    with pytest.raises(NotSubmittable) as refused:
        submission.check(Application.objects.get(), timezone.now())
    assert [(each.code, bool(each.article)) for each in refused.value.findings] == [("OPERATOR_REGISTER", True)]


def test_a_new_register_has_the_ready_drafts_looked_at_again(draft: Application, now: datetime) -> None:
    readiness.remember(draft, True)
    imported(now, OTHER)

    assert not readiness.is_ready(Application.objects.get())


def test_the_command_writes_all_or_says_every_mistake(
    tmp_path: Path, db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "operatori.csv"
    file.write_text(f"{HEAD}{CODE};Ente;1;2\n123;;1;2")
    with pytest.raises(CommandError, match=r"(?s)riga 3, codice fiscale: .*riga 3, denominazione: "):
        call_command("import_operators", file)

    file.write_text(f"{HEAD}{CODE};Ente;1;2")
    call_command("import_operators", file, "--dry-run")
    assert not AccreditedOperator.objects.exists()
    call_command("import_operators", file)

    assert AccreditedOperator.objects.get().tax_code == CODE
    assert capsys.readouterr().out.splitlines()[1] == "1 righe: 1 nuovi, 0 cambiati, 0 chiusi."
