"""The firms are plausible: valid codes, real places and activities, headcounts that agree, aids with room."""

from decimal import Decimal

import ateco
import pytest
from stdnum.it import codicefiscale, iva

from vouchers.replay.model import Fate, Plan
from vouchers.replay.script import plan_history
from vouchers.replay.tables import municipalities, sectors

PROVINCES = {"BG", "BS", "CO", "CR", "LC", "LO", "MB", "MI", "MN", "PV", "SO", "VA"}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_history()


def test_check_digits_are_valid(plan: Plan) -> None:
    for firm in plan.firms:
        assert iva.is_valid(firm.vat_number)
        assert codicefiscale.is_valid(firm.tax_code)
        assert len(firm.tax_code) == (16 if firm.legal_form == "DI" else 11)
    for body in (*plan.consultants, *plan.operators):
        assert iva.is_valid(body.tax_code)


@pytest.mark.parametrize("scale", [1, 10])
def test_identifiers_are_unique(scale: int) -> None:
    plan = plan_history(scale=scale)

    for field in ("name", "tax_code", "vat_number", "rea", "pec", "email"):
        values = [getattr(firm, field) for firm in plan.firms]
        assert len(set(values)) == len(values), field
    bodies = [*plan.firms, *plan.consultants, *plan.operators]
    assert len({body.tax_code for body in bodies}) == len(bodies)


def test_legal_forms_include_sole_traders_and_cooperatives(plan: Plan) -> None:
    forms = {firm.legal_form for firm in plan.firms}

    assert {"SRL", "SPA", "SNC", "DI", "COOP"} <= forms
    assert all(firm.pec.endswith("@pec.example") and firm.email.endswith("@imprese.example") for firm in plan.firms)


def test_places_are_municipalities_of_their_province(plan: Plan) -> None:
    towns = municipalities()

    assert set(towns) == PROVINCES
    assert sum(len(found) for found in towns.values()) >= 60
    for firm in plan.firms:
        assert (firm.municipality, firm.cadastral_code) in {
            (town.name, town.cadastral) for town in towns[firm.province]
        }
        assert firm.rea.startswith(f"{firm.province}-")
        assert len(firm.postal_code) == 5


def test_ateco_codes_exist_in_the_2007_edition(plan: Plan) -> None:
    known = {code for firm in plan.firms for code in [firm.ateco]} | {code for row in sectors() for code in row.codes}

    for code in sorted(known):
        assert ateco.lookup(code, edition="2007") is not None, code
        assert code[:2] not in ("01", "03")
    assert sum(row.live for row in sectors()) == 764


def test_headcounts_agree(plan: Plan) -> None:
    for firm in plan.firms:
        assert 3 <= firm.lombardy_headcount <= firm.total_employees
        assert firm.transport_for_hire == firm.ateco.startswith("49.41")
        assert firm.consultant is None or 0 <= firm.consultant < len(plan.consultants)


def test_size_class_does_not_follow_from_the_band(plan: Plan) -> None:
    assert any(firm.total_employees >= 50 and firm.lombardy_headcount < 31 for firm in plan.firms)
    assert any(firm.total_employees >= 10 and firm.lombardy_headcount <= 10 for firm in plan.firms)


def test_aids_leave_room_unless_the_firm_is_rejected_for_them(plan: Plan) -> None:
    over = {seed.firm for seed in plan.applications if "DE_MINIMIS" in seed.reason_codes}

    assert len(over) == 5
    assert any(firm.aids for firm in plan.firms)
    for firm in plan.firms:
        ceiling = Decimal(100_000 if firm.transport_for_hire else 200_000)
        declared = sum((aid.amount for aid in firm.aids), Decimal(0))
        assert all(aid.amount > 0 and aid.granted_on.isoformat() < "2020-04-02" for aid in firm.aids)
        if firm.index in over:
            # 5,000 is the smallest voucher: no window of the story leaves room even for that one.
            assert declared + 5_000 > ceiling
            assert all(aid.granted_on.year in (2019, 2020) for aid in firm.aids)
            assert declared <= ceiling
        else:
            assert declared + 22_500 <= ceiling


def test_de_minimis_rejections_are_judged_while_the_aids_are_in_the_window(plan: Plan) -> None:
    for seed in plan.applications:
        if "DE_MINIMIS" in seed.reason_codes:
            assert seed.fate is Fate.REJECTED_CHECKS
            assert seed.submitted_at.year <= 2021
