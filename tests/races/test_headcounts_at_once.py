"""Two confirmations of one file at the same moment: the rows are written once, the second finds them done."""

from datetime import date, datetime

import pytest

from applications.domain import firms, headcount_import
from applications.models import Firm, HeadcountImport, Site
from portal.models import AuditEntry, User
from tests.conftest import FIRST_DAY, Desk, FirmMaker
from tests.portal.services.parallel import at_once, meeting

COUNTED = date(2020, 3, 1)


@pytest.fixture
def item(live: Desk, make_firm: FirmMaker, anna: User) -> HeadcountImport:
    """A file for three firms, judged well."""
    rows = []
    for _number in range(3):
        firm = make_firm(anna, total_employees=50, total_employees_on=COUNTED)
        Site.objects.create(
            firm=firm, address="Via Roma 1", municipality="Milano", province="MI", employees=5, employees_on=COUNTED
        )
        rows.append(f"{firm.tax_code};Milano;12;31/3/2020")
    text = "codice fiscale;sede;dipendenti;data\r\n" + "\r\n".join(rows)
    return headcount_import.receive("dipendenti.csv", text.encode(), actor=anna, now=FIRST_DAY)


def confirm_eight_times(item: HeadcountImport, actor: User) -> list[object]:
    return at_once(8, lambda number: headcount_import.confirm(item, actor=actor, now=FIRST_DAY))


def test_eight_confirmations_at_once_have_one_effect(item: HeadcountImport, anna: User) -> None:
    results = confirm_eight_times(item, anna)

    assert [type(result) for result in results] == [HeadcountImport] * 8
    assert AuditEntry.objects.filter(act="headcounts.confirm").count() == 1
    assert AuditEntry.objects.filter(act="firm.save_site").count() == 3
    assert set(Site.objects.values_list("employees", flat=True)) == {12}


def test_without_the_lock_on_the_file_it_is_confirmed_more_than_once(
    item: HeadcountImport, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the same eight, none waiting for the others; two have found it still to be confirmed."""
    meet, judgement = meeting(2), headcount_import.judgement

    def together(file: HeadcountImport, *, now: datetime) -> headcount_import.Judgement:
        meet()
        return judgement(file, now=now)

    monkeypatch.setattr(headcount_import, "judgement", together)
    monkeypatch.setattr(HeadcountImport.objects, "select_for_update", HeadcountImport.objects.all)
    confirm_eight_times(item, anna)

    assert AuditEntry.objects.filter(act="headcounts.confirm").count() > 1


def test_a_site_written_while_the_file_waits_is_judged_again(
    item: HeadcountImport, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the judgement and the locks somebody lowers a firm's total: nothing of the file is written."""
    real = firms.locked

    def late(firm: Firm, *more: object) -> Firm:
        Firm.objects.filter(pk=firm.pk).update(total_employees=6)
        return real(firm, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(firms, "locked", late)
    with pytest.raises(headcount_import.StillWrong):
        headcount_import.confirm(item, actor=anna, now=FIRST_DAY)

    assert set(Site.objects.values_list("employees", flat=True)) == {5}
