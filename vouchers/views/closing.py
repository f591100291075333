"""Accepting one's voucher, giving it up whole or in part, thinking again: a page each, and one to confirm."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from applications.domain.mandates import OutOfScope
from applications.models import Application
from applications.views.kept import shown_again, signed_in_or_kept
from applications.views.mine import own_application
from portal.kernel.machine import IllegalTransition
from portal.kernel.money import total
from vouchers.domain import terminations
from vouchers.domain.choices import Choice, choices, documents_to_accept, effect_of
from vouchers.domain.facts import money_terms
from vouchers.domain.reductions import CannotGiveUp, held_actions, reduce
from vouchers.domain.second_thoughts import NoSecondThought, reconsider
from vouchers.forms.closing import ReasonForm
from vouchers.models import Award
from vouchers.phrases import AWARD_STATES
from vouchers.rules.states import AwardState

REFUSED = (
    IllegalTransition,
    terminations.TooLate,
    terminations.UnknownReason,
    CannotGiveUp,
    NoSecondThought,
    OutOfScope,
)
"""What an act may answer: its sentence is for people."""
COMMITMENTS = ("start_notice", "activities", "pilot", "agreement_validity", "claim", "records")
"""The terms one accepts, in the order in which one meets them; a call may have only some of them."""


@dataclass(frozen=True, slots=True)
class Own:
    """One's application, its voucher if it has one, and what may be done with it now."""

    item: Application
    award: Award | None
    choices: list[Choice]
    now: datetime

    def choice(self, prefix: str, action: str = "") -> Choice | None:
        """The choice of an event (or of a family of events), if it is there."""
        found = (choice for choice in self.choices if choice.event.startswith(prefix) and choice.action == action)
        return next(found, None)


def own(request: HttpRequest, pk: int) -> Own:
    """Read it all. Raises Http404 for another firm's, as for one that does not exist."""
    item, now = own_application(request, pk), timezone.now()
    award = Award.objects.select_related("grant_decree").filter(application=item).first()
    return Own(item, award, choices(item, award, user=request.user, now=now), now)


@signed_in_or_kept
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """What one commits to, by when, and one button."""
    mine = own(request, pk)
    award = mine.award
    choice = mine.choice("accept")
    if request.method == "POST" and award is not None:
        return done(
            request,
            pk,
            lambda: terminations.accept(award, actor=request.user, now=timezone.now()),
            _("Il voucher è accettato. Ora comunica l'avvio delle attività."),
            already=lambda: in_state(award, AwardState.ACCEPTED),
        )
    if choice is None or award is None or mine.item.terms is None:
        return nothing(request, mine)
    deadlines = money_terms(mine.item.terms).deadlines
    lines = award.lines.select_related("allocation__action")
    context = {
        "item": mine.item,
        "due": choice.until,
        "lines": lines,
        "total": total([line.amount for line in lines]),
        "commitments": [deadlines[code] for code in COMMITMENTS if code in deadlines],
        "documents": documents_to_accept(mine.item, award),
    }
    return render(request, "vouchers/closing_accept.html", context)


@signed_in_or_kept
def renounce(request: HttpRequest, pk: int) -> HttpResponse:
    """The reasons and the effect, then the confirmation of giving the whole voucher up."""
    mine = own(request, pk)
    award = mine.award
    if request.method == "POST" and award is not None:
        code = request.POST.get("motivo", "")
        return done(
            request,
            pk,
            lambda: terminations.renounce(award, actor=request.user, reason_code=code, now=timezone.now()),
            _("La rinuncia è registrata."),
            already=lambda: in_state(award, AwardState.RENOUNCED),
        )
    if mine.choice("renounce") is None:
        return nothing(request, mine)
    return give_up(request, mine, "")


@signed_in_or_kept
def reduce_award(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """The reasons and the effect, then the confirmation of giving one action up."""
    mine = own(request, pk)
    if request.method == "POST":
        code = request.POST.get("motivo", "")
        return done(
            request,
            pk,
            lambda: reduce(mine.item, action, actor=request.user, reason_code=code, now=timezone.now()),
            _("La rinuncia all'Azione %(action)s è registrata: il resto non cambia.") % {"action": action},
            already=lambda: mine.item.renunciations.filter(action__code=action, undone_at=None).exists(),
        )
    if mine.choice("reduce", action) is None:
        return nothing(request, mine)
    return give_up(request, mine, action)


def give_up(request: HttpRequest, mine: Own, action: str) -> HttpResponse:
    """Ask why and show what follows; once the reason is chosen, ask to confirm."""
    terms = mine.item.terms
    reasons = dict(money_terms(terms).renunciation_reasons) if terms else {}
    form = ReasonForm(reasons, request.GET if "motivo" in request.GET or "avanti" in request.GET else None)
    shown_again(request, form)
    held = held_actions(mine.item, mine.award)
    dropped = [action] if action else held
    context: dict[str, Any] = {
        "item": mine.item,
        "award": mine.award,
        "action": action,
        "kept": [code for code in held if code not in dropped],
        "other_ways": [choice.action for choice in mine.choices if choice.event == "reduce"],
        "form": form,
        "effect": effect_of(mine.item, mine.award, dropped, now=mine.now) if mine.award else None,
    }
    if form.is_bound and form.is_valid():
        code = form.cleaned_data["motivo"]
        return render(request, "vouchers/closing_confirm.html", context | {"code": code, "reason": reasons[code]})
    return render(request, "vouchers/closing_reasons.html", context)


@signed_in_or_kept
def think_again(request: HttpRequest, pk: int, renunciation_pk: int) -> HttpResponse:
    """Take a renunciation back."""
    mine = own(request, pk)
    found = mine.item.renunciations.filter(pk=renunciation_pk).first()
    if request.method == "POST" and found is not None:
        return done(
            request,
            pk,
            lambda: reconsider(found, actor=request.user, now=timezone.now()),
            _("Il ripensamento è registrato: tutto torna com'era."),
            already=lambda: mine.item.renunciations.filter(pk=found.pk, undone_at__isnull=False).exists(),
        )
    choice = next((choice for choice in mine.choices if choice.renunciation == found and found), None)
    if choice is None:
        return nothing(request, mine)
    return render(request, "vouchers/closing_again.html", {"item": mine.item, "choice": choice})


def done(
    request: HttpRequest, pk: int, act: Callable[[], Any], sentence: str, *, already: Callable[[], bool]
) -> HttpResponse:
    """Do the act and go back to the application, which tells how it went: a double click is told the same."""
    try:
        act()
    except REFUSED as error:
        if already():
            messages.success(request, sentence)
        else:
            messages.warning(request, str(error))
    else:
        messages.success(request, sentence)
    return redirect("my_application", pk)


def in_state(award: Award, state: AwardState) -> bool:
    """Whether the voucher, read again, is where the act leads: then a second click asks nothing more."""
    return Award.objects.filter(pk=award.pk, status=state).exists()


def nothing(request: HttpRequest, mine: Own) -> HttpResponse:
    """The way back to a page whose act is done, or was never possible: how things stand, and where to go."""
    state = AWARD_STATES[AwardState(mine.award.status)] if mine.award else None
    return render(request, "vouchers/closing_nothing.html", {"item": mine.item, "phrase": state}, status=409)
