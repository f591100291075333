"""One file for the employees of many firms: nothing before the confirmation, everything once at it."""

from datetime import date, datetime, timedelta

import pytest

from applications.domain import firms, headcount_import
from applications.domain.headcount_import import StillWrong
from applications.domain.mandates import NotForYou, OutOfScope, Scope
from applications.models import Firm, FirmMember, HeadcountImport, Site
from applications.rules.headcount_file import BadFile
from applications.rules.headcount_import import NOT_YOURS
from portal.kernel.roles import Role
from portal.models import AuditEntry, User
from tests.conftest import Desk, FirmMaker
from tests.portal.services.files.papers import archive

HEAD = "codice fiscale;sede;dipendenti;data\r\n"
COUNTED = date(2020, 3, 1)


@pytest.fixture
def clients(make_firm: FirmMaker, anna: User) -> list[Firm]:
    """Two firms for which Anna acts, each with a site in Milano."""
    made = [make_firm(anna, total_employees=50, total_employees_on=COUNTED) for _ in range(2)]
    Site.objects.bulk_create(
        Site(firm=firm, address="Via Roma 1", municipality="Milano", province="MI", employees=5, employees_on=COUNTED)
        for firm in made
    )
    return made


def sent(text: str, actor: User, now: datetime) -> HeadcountImport:
    return headcount_import.receive("dipendenti.csv", (HEAD + text).encode(), actor=actor, now=now)


def counts() -> list[tuple[int | None, int]]:
    return [(firm.total_employees, firm.sites.get().employees) for firm in Firm.objects.order_by("pk")]


def rows_for(clients: list[Firm], employees: int = 12) -> str:
    return "\r\n".join(f"{firm.tax_code};Milano;{employees};31/3/2020" for firm in clients)


def test_nothing_is_written_before_the_confirmation(clients: list[Firm], anna: User, now: datetime) -> None:
    item = sent(rows_for(clients), anna, now)
    judged = headcount_import.judgement(item, now=now)

    assert (judged.rows, judged.firms, judged.wrongs) == (2, 2, [])
    assert [(change.before, change.employees) for change in judged.changes] == [(5, 12), (5, 12)]
    assert counts() == [(50, 5), (50, 5)]


def test_the_confirmation_writes_every_row_in_one_act(clients: list[Firm], anna: User, now: datetime) -> None:
    item = sent(rows_for(clients) + f"\r\n{clients[0].tax_code};totale;60;1/4/2020", anna, now)
    done = headcount_import.confirm(item, actor=anna, now=now)

    assert counts() == [(60, 12), (50, 12)]
    assert (done.firms_written, done.confirmed_at) == (2, now)
    assert Site.objects.first().employees_on == date(2020, 3, 31)
    assert sorted(AuditEntry.objects.values_list("act", flat=True)) == [
        "firm.save_site", "firm.save_site", "firm.update", "headcounts.confirm", "headcounts.receive",
    ]  # fmt: skip


def test_two_confirmations_have_one_effect(clients: list[Firm], anna: User, now: datetime) -> None:
    item = sent(rows_for(clients), anna, now)
    headcount_import.confirm(item, actor=anna, now=now)
    Site.objects.update(employees=7)
    again = headcount_import.confirm(item, actor=anna, now=now + timedelta(hours=1))

    assert counts() == [(50, 7), (50, 7)]
    assert again.confirmed_at == now
    assert AuditEntry.objects.filter(act="headcounts.confirm").count() == 1


def test_one_wrong_row_and_nothing_is_written(clients: list[Firm], anna: User, now: datetime) -> None:
    item = sent(rows_for(clients) + f"\r\n{clients[0].tax_code};Lodi;3;31/3/2020", anna, now)

    with pytest.raises(StillWrong):
        headcount_import.confirm(item, actor=anna, now=now)

    assert counts() == [(50, 5), (50, 5)]


def test_five_hundred_rows_with_seventeen_mistakes_list_them_all(
    make_firm: FirmMaker, anna: User, now: datetime
) -> None:
    made = [make_firm(anna, total_employees=50, total_employees_on=COUNTED) for _ in range(500)]
    wrong = set(range(3, 500, 30))
    rows = [f"{firm.tax_code};totale;{'x' if at in wrong else 12};31/3/2020" for at, firm in enumerate(made)]
    judged = headcount_import.judgement(sent("\r\n".join(rows), anna, now), now=now)

    assert (judged.rows, len(judged.changes), len(judged.wrongs)) == (500, 483, 17)
    assert [each.line for each in judged.wrongs] == [at + 2 for at in sorted(wrong)]
    assert {each.column for each in judged.wrongs} == {"dipendenti"}


def test_a_foreign_firm_and_one_that_does_not_exist_are_answered_alike(
    clients: list[Firm], bruno: User, make_firm: FirmMaker, anna: User, now: datetime
) -> None:
    foreign = make_firm(bruno, tax_code="09000010158")
    texts = []
    for code in (foreign.tax_code, "00743110157"):
        wrongs = headcount_import.judgement(sent(f"{code};totale;3;31/3/2020", anna, now), now=now).wrongs
        texts.append([(each.column, each.what, each.todo) for each in wrongs])

    assert texts[0] == texts[1]
    assert texts[0][0][1] == NOT_YOURS


def test_a_mandate_that_ended_meanwhile_stops_the_confirmation(clients: list[Firm], anna: User, now: datetime) -> None:
    item = sent(rows_for(clients), anna, now)
    later = now + timedelta(hours=1)
    FirmMember.objects.filter(firm=clients[1]).update(until=later)

    with pytest.raises((StillWrong, NotForYou)):
        headcount_import.confirm(item, actor=anna, now=later)

    assert counts() == [(50, 5), (50, 5)]


def test_a_mandate_without_the_filling_in_says_so_row_by_row(clients: list[Firm], anna: User, now: datetime) -> None:
    FirmMember.objects.filter(firm=clients[1]).update(role=Role.DELEGATE, scopes=["UPLOAD", "SUBMIT"])
    item = sent(rows_for(clients), anna, now)
    judged = headcount_import.judgement(item, now=now)

    assert [(one.line, one.what) for one in judged.wrongs] == [(3, str(OutOfScope(Scope.FILL)))]
    with pytest.raises((StillWrong, OutOfScope)):
        headcount_import.confirm(item, actor=anna, now=now)
    assert counts() == [(50, 5), (50, 5)]


def test_what_changed_since_the_preview_is_judged_again(clients: list[Firm], anna: User, now: datetime) -> None:
    item = sent(rows_for(clients), anna, now)
    Firm.objects.filter(pk=clients[0].pk).update(total_employees=6)

    with pytest.raises(StillWrong):
        headcount_import.confirm(item, actor=anna, now=now)

    assert counts() == [(6, 5), (50, 5)]


def test_an_import_is_confirmed_by_who_sent_it_only(
    clients: list[Firm], anna: User, bruno: User, now: datetime
) -> None:
    item = sent(rows_for(clients), anna, now)

    with pytest.raises(HeadcountImport.DoesNotExist):
        headcount_import.confirm(item, actor=bruno, now=now)


def test_a_presented_application_is_told_and_keeps_its_headcount(desk: Desk, firm: Firm, anna: User) -> None:
    application = desk.submit(firm)
    item = sent(f"{firm.tax_code};totale;99;31/3/2020", anna, desk.tick())
    judged = headcount_import.judgement(item, now=desk.at)
    headcount_import.confirm(item, actor=anna, now=desk.at)
    application.refresh_from_db()

    assert judged.changes[0].client.presented
    assert (application.headcount, application.total_employees) == (12, 12)


def test_the_judgement_asks_the_same_queries_for_one_firm_and_for_three(
    clients: list[Firm], make_firm: FirmMaker, anna: User, now: datetime, django_assert_num_queries: object
) -> None:
    for _more in range(2):
        item = HeadcountImport.objects.get(pk=sent(rows_for(clients), anna, now).pk)
        with django_assert_num_queries(5):  # type: ignore[operator]
            headcount_import.judgement(item, now=now)
        clients.append(make_firm(anna))


SHEET = """<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>Codice fiscale</t></is></c><c r="B1" t="s"><v>0</v></c>
<c r="C1" t="s"><v>1</v></c><c r="D1" t="s"><v>2</v></c></row>
<row r="3"><c r="A3"><v>{code}</v></c><c r="B3" t="s"><v>3</v></c>
<c r="C3">{employees}</c><c r="D3"><v>43921</v></c></row>
</sheetData></worksheet>"""
STRINGS = b"""<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<si><t>Comune</t></si><si><t>Dipendenti</t></si><si><r><t>Da</t></r><r><t>ta</t></r></si><si><t>Milano</t></si></sst>"""


def spreadsheet(code: str, employees: str) -> bytes:
    return archive(
        {
            "[Content_Types].xml": b'<?xml version="1.0"?><Types/>',
            "xl/workbook.xml": b'<?xml version="1.0"?><workbook/>',
            "xl/sharedStrings.xml": STRINGS,
            "xl/worksheets/sheet1.xml": SHEET.format(code=code, employees=employees).encode(),
        }
    )


def test_a_spreadsheet_is_read_with_its_own_row_numbers(clients: list[Firm], anna: User, now: datetime) -> None:
    data = spreadsheet(str(int(clients[0].tax_code)), "<v>12</v>")
    item = headcount_import.receive("dipendenti.xlsx", data, actor=anna, now=now)
    judged = headcount_import.judgement(item, now=now)

    assert [(one.line, one.employees, one.counted_on) for one in judged.changes] == [(3, 12, date(2020, 3, 31))]


def test_the_result_of_a_formula_is_not_believed(clients: list[Firm], anna: User, now: datetime) -> None:
    data = spreadsheet(clients[0].tax_code, "<f>6+6</f><v>12</v>")
    item = headcount_import.receive("dipendenti.xlsx", data, actor=anna, now=now)

    assert "formula" in headcount_import.judgement(item, now=now).wrongs[0].what


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (None, "1 MB"),
        (b"x" * (1024 * 1024 + 1), "1 MB"),
        (archive({"a.pdf": b"%PDF-"}), "archivio"),
        (b"PK\x03\x04rotto", "danneggiato"),
        (archive({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<a/>", "xl/vbaProject.bin": b""}), "macro"),
        (archive({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}), "danneggiato"),
    ],
    ids=["too large to read", "too large", "zip", "broken", "macro", "without a sheet"],
)
def test_a_file_that_is_no_table_is_refused_and_not_kept(
    data: bytes | None, sentence: str, anna: User, now: datetime
) -> None:
    with pytest.raises(BadFile, match=sentence):
        headcount_import.receive("dipendenti.xlsx", data, actor=anna, now=now)

    assert not HeadcountImport.objects.exists()


def test_the_frozen_data_of_a_firm_are_not_the_import_s(clients: list[Firm], anna: User, now: datetime) -> None:
    """What an application in hand was judged by is out of reach: the import writes counts and their day only."""
    before = [{name: getattr(firm, name) for name in firms.FROZEN} for firm in Firm.objects.order_by("pk")]
    headcount_import.confirm(sent(rows_for(clients), anna, now), actor=anna, now=now)

    assert [{name: getattr(firm, name) for name in firms.FROZEN} for firm in Firm.objects.order_by("pk")] == before
