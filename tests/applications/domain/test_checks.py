"""The requirements beside a dossier: judged on what was frozen at submission, never on what the firm is today."""

from applications.domain.calls import typed_terms
from applications.domain.checks import checks
from applications.models import Application, Firm
from applications.rules.eligibility import Outcome
from tests.conftest import Desk, good_answers


def outcomes(application: Application) -> dict[str, Outcome]:
    """The outcome of each requirement, by code."""
    return {check.requirement.code: check.outcome for check in checks(application)}


def test_every_requirement_of_its_own_terms_in_their_order(desk: Desk, firm: Firm) -> None:
    item = desk.submit(firm)

    assert [check.requirement for check in checks(item)] == list(typed_terms(item.terms).requirements)
    assert outcomes(item)["MIN_HEADCOUNT"] is Outcome.MET
    assert outcomes(item)["DE_MINIMIS"] is Outcome.BY_HAND
    assert Outcome.NOT_MET not in outcomes(item).values()


def test_the_facts_are_those_submitted(desk: Desk, firm: Firm) -> None:
    item = desk.submit(firm)
    Firm.objects.filter(pk=firm.pk).update(ateco="03.11.00", rea="", vat_number="")
    item.answers["declared"]["DURC"] = False

    assert outcomes(Application.objects.select_related("firm").get(pk=item.pk))["SECTOR"] is Outcome.MET
    assert outcomes(item)["REGISTERED"] is outcomes(item)["DURC"] is Outcome.MET


def test_the_covid_path_relaxes_the_plan_in_force(desk: Desk, firm: Firm) -> None:
    declared = good_answers()["declared"] | {"COVID_SAFETY": True, "COVID_NOTICE": True}

    assert outcomes(desk.submit(firm, path="COVID", declared=declared))["EXISTING_PLAN"] is Outcome.RELAXED


def test_the_reasons_of_a_rejection_are_named(desk: Desk, firm: Firm) -> None:
    item = desk.rejected(firm, "DURC")

    assert [check.requirement.code for check in checks(item) if check.named] == ["DURC"]


def test_a_draft_has_no_checks_yet(desk: Desk, firm: Firm) -> None:
    assert checks(desk.draft(firm)) == []
