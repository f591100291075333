"""Withdrawing an application: the reason, what it costs, a second look, and only then the act."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.domain import review, story
from applications.domain.review import TooLate
from applications.views.kept import shown_again, signed_in_or_kept
from applications.views.mine import own_application
from portal.kernel.machine import IllegalTransition


class WithdrawalForm(forms.Form):
    """Why the firm withdraws."""

    use_required_attribute = False
    motivo = forms.CharField(
        label=gettext_lazy("Perché ritiri la domanda?"),
        help_text=gettext_lazy("Una frase basta, per esempio: l'impresa cambia sede e rimanda il progetto."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": "3"}),
        error_messages={
            "required": gettext_lazy("Scrivi perché ritiri la domanda: basta una frase."),
            "max_length": gettext_lazy("Il testo è di %(show_value)d caratteri: al massimo %(limit_value)d."),
        },
    )


@signed_in_or_kept
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: the reason and the effect. POST: a second look first; with `conferma`, the act."""
    item, now = own_application(request, pk), timezone.now()
    if "withdraw" not in story.possible(item, request.user, now):
        messages.warning(request, _("Questa domanda non si può ritirare: guarda qui sotto a che punto è."))
        return redirect("my_application", pk)
    form = WithdrawalForm(request.POST if request.method == "POST" and "correggi" not in request.POST else None)
    if "correggi" in request.POST:
        form.initial = {"motivo": request.POST.get("motivo", "")}
    shown_again(request, form)
    context: dict[str, Any] = {"item": item, "form": form, "again": story.desk_open(item, now)}
    if not form.is_valid():
        return render(request, "applications/after/withdraw.html", context)
    if "conferma" not in request.POST:
        return render(request, "applications/after/withdraw_confirm.html", context)
    try:
        review.withdraw(item, actor=request.user, reason=form.cleaned_data["motivo"], now=now)
    except (IllegalTransition, TooLate, PermissionError) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("La domanda è ritirata. Trovi la conferma tra le comunicazioni."))
    return redirect("my_application", pk)
