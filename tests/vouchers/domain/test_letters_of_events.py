"""Every event of the life cycles writes to the firm, or says why it is silent: a test walks the tables."""

from datetime import timedelta

from applications.domain import checklist, decisions, expiry, review, voiding
from applications.domain import correspondence as below
from applications.domain.checklist import Found
from applications.models import Application, ApplicationEvent, Firm, OfficerCheck
from applications.rules.states import APPLICATION
from portal.kernel.machine import Machine
from portal.models import Mail, User
from portal.services.clock import story_clock
from portal.services.lifecycle import REGISTRY
from portal.services.mail import Hold
from tests.conftest import Desk, FirmMaker
from tests.vouchers.domain.conftest import DeskMaker
from vouchers.domain import correspondence, rectifying, signing, terminations
from vouchers.domain.reductions import reduce
from vouchers.domain.second_thoughts import reconsider
from vouchers.models import Award, AwardEvent, Renunciation
from vouchers.rules.states import AWARD, CALL_DRAFT, DECREE

OURS = {"application": APPLICATION, "award": AWARD, "decree": DECREE, "call_draft": CALL_DRAFT}
SILENT = below.SILENT | correspondence.SILENT


def events_of(machine: Machine) -> set[str]:
    return {row.event for row in machine.transitions}


def unwritten() -> list[str]:
    """Events lived by now, not silent, that wrote nothing to the firm's PEC at their instant."""
    lived = [(row.event, row.at, row.subject_id) for row in ApplicationEvent.objects.all()]
    lived += [(row.event, row.at, row.subject.application_id) for row in AwardEvent.objects.select_related("subject")]
    sent = set(Mail.objects.filter(channel="PEC").values_list("created_at", "about"))
    return [event for event, at, pk in lived if event not in SILENT and (at, f"application:{pk}") not in sent]


def test_no_machine_escapes_the_walk() -> None:
    assert dict(REGISTRY) == OURS


def test_silence_is_explained_and_about_events_that_exist() -> None:
    known = {event for machine in OURS.values() for event in events_of(machine)} | {"draft", "compute"}

    assert set(SILENT) <= known
    assert all(len(reason) > 20 for reason in SILENT.values())


def change_of_mind(desk: Desk, firm: Firm) -> None:
    """An approval undone before its letter left, then a check that changes: before the approval, and after it."""
    item = desk.in_review(firm)
    desk.propose(item)
    decisions.approve(item, actor=desk.manager, now=desk.tick(), hold=Hold("bulk:1", desk.at + timedelta(minutes=10)))
    voiding.undo_approval(item, actor=desk.manager, now=desk.tick())
    for step in (lambda: None, lambda: desk.admit(item)):
        step()
        seen = max(row.pk for row in checklist.latest(item).values())
        found = [Found("DURC", OfficerCheck.Outcome.NO, "Irregolare")]
        checklist.record_checks(item, found, seen=seen, actor=desk.officer, now=desk.tick())


def test_every_event_of_an_application_writes_to_the_firm_or_says_why_not(
    desk: Desk, make_firm: FirmMaker, anna: User, carla: User, elena: User
) -> None:
    answered, late, observed, withdrawn = (desk.in_review(make_firm(anna)) for _ in range(4))
    review.request_integration(answered, ["Procura"], actor=carla, now=desk.tick())
    review.answer_integration(answered, "Eccola", actor=anna, now=desk.tick())
    desk.propose(answered)
    decisions.send_back(answered, actor=elena, reason="Manca il DURC", now=desk.tick())
    desk.admit(answered)
    review.notify_rejection(observed, ["DURC"], actor=carla, now=desk.tick())
    review.submit_observations(observed, "È regolare", actor=anna, now=desk.tick())
    review.withdraw(withdrawn, actor=anna, reason="Non serve più", now=desk.tick())
    desk.rejected(make_firm(anna), "DURC")
    change_of_mind(desk, make_firm(anna))
    review.request_integration(late, ["Procura"], actor=carla, now=desk.tick())
    assert expiry.expire_terms(desk.tick(days=30)) == 1

    lived = set(ApplicationEvent.objects.values_list("event", flat=True))
    assert events_of(APPLICATION) <= lived
    assert unwritten() == []


def test_every_event_of_a_voucher_writes_to_the_firm_or_says_why_not(
    make_desk: DeskMaker, make_firm: FirmMaker, anna: User, elena: User
) -> None:
    desk = make_desk("14000.00", "7000.00")

    def award_of(item: Application) -> Award:
        return Award.objects.get(application=item)

    def there_and_back(item: Application) -> None:
        terminations.renounce(award_of(item), actor=anna, reason_code="BURDEN", now=desk.tick())
        back(item)

    def back(item: Application) -> None:
        reconsider(Renunciation.objects.get(application=item, undone_at=None), actor=anna, now=desk.tick())

    first, second, third = (desk.admitted(make_firm(anna)) for _ in range(3))
    desk.fund()
    there_and_back(third)
    terminations.renounce(award_of(first), actor=anna, reason_code="BURDEN", now=desk.tick())
    reduce(second, "B", actor=anna, reason_code="ONLY_EQUIPMENT", now=desk.tick())
    back(second)
    there_and_back(second)
    desk.ask_cors()
    desk.sign()
    there_and_back(third)
    granted = award_of(third)
    assert granted.grant_decree is not None
    draft = rectifying.correct(
        granted.grant_decree, third, {"firm": "Altro S.r.l."}, actor=desk.manager, now=desk.tick()
    )
    signing.sign(draft, actor=desk.signatory, clock=story_clock(desk.tick()))
    terminations.accept(award_of(second), actor=anna, now=desk.tick())
    there_and_back(second)
    terminations.forfeit(award_of(second), actor=elena, reason_code="DUTY", now=desk.tick())
    excluded = desk.admitted(make_firm(anna))
    desk.fund()
    terminations.exclude(award_of(excluded), reason_code="DE_MINIMIS", because="Restano 0,00.", now=desk.tick())
    terminations.lapse(award_of(third), now=desk.tick(days=90))

    assert events_of(AWARD) <= set(AwardEvent.objects.values_list("event", flat=True))
    assert unwritten() == []


def test_an_event_without_its_letter_is_noticed(desk: Desk, firm: Firm) -> None:
    """The control: the walk sees a letter that is missing."""
    item = desk.in_review(firm)
    assert unwritten() == []

    Mail.objects.filter(about=f"application:{item.pk}", subject__contains="istruttoria avviata").delete()
    assert unwritten() == ["take_charge"]
