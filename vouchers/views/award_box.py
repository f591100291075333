"""The voucher of one's own application: the amount, why it is that much, what happened to it, what may be done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from applications.domain.mandates import limits_of
from applications.models import Application
from applications.phrases import Happening, Words
from applications.rules.iban import masked
from applications.views.mine import own_application
from portal.kernel.money import total
from portal.models import User
from portal.views.documents import serve
from vouchers.domain.accounts import account_of, is_asked
from vouchers.domain.award_letters import letters_of
from vouchers.domain.choices import Choice, choices
from vouchers.domain.lessened import later_acts, lessened, rows_of
from vouchers.domain.reductions import given_up
from vouchers.domain.terminations import start_due_at
from vouchers.models import Award
from vouchers.phrases import AWARD_DOORS, AWARD_EVENTS, AWARD_STATES
from vouchers.rules.states import GRANTED, AwardState


@dataclass(frozen=True, slots=True)
class Step:
    """An event of the voucher as the timeline tells it."""

    happening: Happening
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Door:
    """A button: where it leads, what it says, by when it is there."""

    label: Words
    address: str
    main: bool
    until: datetime | None


@login_required
def award_box(request: HttpRequest, pk: int) -> HttpResponse:
    """A page of its own, or the piece that the application's page fetches. Another firm's does not exist (404)."""
    item, now = own_application(request, pk), timezone.now()
    award = Award.objects.select_related("calculation", "grant_decree").filter(application=item).first()
    given = given_up(item)
    context: dict[str, Any] = {
        "item": item,
        "award": award,
        "given": given,
        "doors": list(doors(item, choices(item, award, user=request.user, now=now))),
    }
    if award is not None:
        award.application, rows = item, list(rows_of(item))
        state = AwardState(award.status)
        context |= {
            "phrase": AWARD_STATES[state],
            "to_accept": state is AwardState.GRANTED,
            "start_due": start_due_at(award) if state is AwardState.ACCEPTED else None,
            "total": total([line.amount for line in award.lines.all()]),
            "lines": award.calculation.lines,
            "lessened": lessened(given, rows),
            "acts": later_acts(rows),
            "letters": letters_of(award) if award.grant_decree else [],
            "steps": [Step(AWARD_EVENTS[row.event], row.at, row.reason) for row in award.events.order_by("-id")],
        }
        if state in GRANTED and is_asked(item.firm_id):
            account = account_of(item.firm_id)
            context["account"] = masked(account.iban) if account else ""
            context["doors"] += [] if account else account_door(item, award, request.user, now)
    return render(request, f"vouchers/award_{'piece' if request.htmx else 'page'}.html", context)


def account_door(item: Application, award: Award, user: User, now: datetime) -> Iterable[Door]:
    """The button to give the account, for who may give it; the thing to do once the voucher is accepted."""
    if not limits_of(user, item.firm_id, now).submit:
        address = reverse("payment_account", args=[item.firm_id])
        main = award.status == AwardState.ACCEPTED
        yield Door(gettext_lazy("Indica il conto su cui ricevere il voucher"), address, main, None)


@login_required
def award_letter(request: HttpRequest, pk: int, letter: int | None = None) -> FileResponse:
    """The PDF of one letter about the voucher, or of the last, once it is made. Another firm's does not exist (404)."""
    award = Award.objects.filter(application=own_application(request, pk)).first()
    found = letters_of(award) if award else []
    asked = [one.file for one in found if letter in (None, one.letter.pk)]
    if not asked or asked[0] is None:
        raise Http404
    return serve(asked[0])


def doors(item: Application, found: Iterable[Choice]) -> Iterable[Door]:
    """The buttons of the choices, in the order of the table."""
    for choice in found:
        name, label, main = AWARD_DOORS[choice.event]
        more = [choice.renunciation.pk] if choice.renunciation else [choice.action] if choice.action else []
        until = choice.until if choice.renunciation else None  # the term to accept is said above, in days
        yield Door(format_lazy(label, action=choice.action), reverse(name, args=[item.pk, *more]), main, until)
