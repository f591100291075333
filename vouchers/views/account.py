"""The account on which a firm receives its vouchers: what is known of it, and one form to give it or change it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from applications.domain.mandates import limits_of
from applications.rules.facts import BadAnswers
from applications.rules.iban import masked
from applications.views.firms import own_firm
from applications.views.kept import shown_again, signed_in_or_kept
from vouchers.domain import accounts
from vouchers.forms.account import AccountForm


@signed_in_or_kept
@sensitive_post_parameters("iban", "holder")
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """The account in use, in part hidden, and the form to give another. Another firm's does not exist (404)."""
    item, now = own_firm(request, pk), timezone.now()
    current = accounts.account_of(pk)
    asked, why = accounts.is_asked(pk), limits_of(request.user, pk, now).submit
    form = AccountForm(
        request.POST if request.method == "POST" else None,
        initial={"holder": current.holder if current else item.name},
    )
    if request.method == "POST":
        form.full_clean()
        try:
            accounts.name_account(item, form.cleaned_data, actor=request.user, now=now)
        except BadAnswers as error:
            form.refuse(error.problems)
        except (accounts.SameAccount, accounts.NotAskedYet) as error:
            messages.info(request, str(error))
            return redirect("payment_account", pk)
        else:
            messages.success(request, _("Il conto è salvato: lo abbiamo scritto anche alla PEC dell'impresa."))
            return redirect("payment_account", pk)
    elif asked and not why:
        shown_again(request, form)
    context = {
        "firm": item,
        "form": form,
        "asked": asked,
        "why": why,
        "current": current,
        "masked": masked(current.iban) if current else "",
    }
    return render(request, "vouchers/account.html", context)
