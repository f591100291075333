"""The page of an invitation to work for the office: an account with its password, or the account one has."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from portal.accounts.forms import InOurWords
from portal.models import StaffInvitation, User
from portal.services import staff_invitations as invitations
from portal.services.staff_invitations import AccountExists, DeadLink, NotYourInvitation
from portal.services.staff_letters import roles_in_words, scopes_in_words


class AcceptForm(InOurWords):
    """The name, as it is to be read on papers, and a password."""

    name = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password1 = forms.CharField(max_length=200, strip=False,
                                widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))  # fmt: skip

    def __init__(self, data: Any, row: StaffInvitation) -> None:
        super().__init__(data, initial={"name": row.name})
        self.email = row.email
        self.fields["name"].label = gettext_lazy("Nome e cognome")
        self.fields["password1"].label = gettext_lazy("Password")

    def clean(self) -> dict[str, Any]:
        """The rule of passwords, beside the field."""
        values: dict[str, Any] = super().clean() or {}
        if "password1" in values:
            user = User(email=self.email, name=values.get("name", ""))
            try:
                get_adapter().clean_password(values["password1"], user=user)
            except ValidationError as error:
                self.add_error("password1", error)
        return values


@never_cache
@sensitive_post_parameters("password1")
@require_http_methods(["GET", "HEAD", "POST"])
def staff_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """GET: what is offered. POST: accepted, and on to the second factor. A link that is no good says so (410)."""
    now = timezone.now()
    try:
        row = invitations.by_token(token, now)
        if request.user.is_authenticated:
            return _with_own_account(request, row, token)
        return _with_a_new_account(request, row, token)
    except (DeadLink, NotYourInvitation) as error:
        return _said(request, error)


def _with_own_account(request: HttpRequest, row: StaffInvitation, token: str) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]
    invitations.check_addressee(row, user)
    if request.method != "POST":
        return _page(request, row)
    invitations.accept(token, actor=user, now=timezone.now())
    messages.success(request, _("Da adesso lavori per l'ufficio."))
    return redirect("admin:index")


def _with_a_new_account(request: HttpRequest, row: StaffInvitation, token: str) -> HttpResponse:
    if invitations.has_account(row):
        return _page(request, row, sign_in=True)
    form = AcceptForm(request.POST if request.method == "POST" else None, row)
    if request.method != "POST" or not form.is_valid():
        return _page(request, row, form=form)
    values = form.cleaned_data
    try:
        user = invitations.accept_as_new(token, name=values["name"], password=values["password1"], now=timezone.now())
    except AccountExists:
        return _page(request, row, sign_in=True)
    record_authentication(request, user, method="password", email=user.email)
    return perform_login(request, user, email_verification="none")  # type: ignore[no-any-return]


def _page(request: HttpRequest, row: StaffInvitation, **more: Any) -> HttpResponse:
    context = {"item": row, "roles": roles_in_words(row.roles), "scopes": scopes_in_words(row.scopes)}
    context["second_factor"] = settings.STAFF_SECOND_FACTOR
    return render(request, "account/staff_invitation.html", {**context, **more})


def _said(request: HttpRequest, error: Exception) -> HttpResponse:
    context = {"sentence": str(error), "other_account": isinstance(error, NotYourInvitation)}
    status = 410 if isinstance(error, DeadLink) else 403
    return render(request, "account/staff_invitation_said.html", context, status=status)
