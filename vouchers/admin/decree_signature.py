"""The digital signature of a decree at the desk: download the PDF, sign it elsewhere, bring it back; or ask the key."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.admin.desk import screen, show
from portal.kernel.roles import READS_DOSSIERS, Role
from portal.kernel.scopes import of_call
from portal.services.signatures import key
from vouchers.admin.decree_papers import papers
from vouchers.admin.decrees import decree_named
from vouchers.domain import signed_files
from vouchers.domain.lifecycle import NotForThisRole
from vouchers.domain.signed_files import NotTheDecree, NotToSign
from vouchers.forms.desk import SignedFileForm
from vouchers.models import Decree


@screen("decreti/<int:pk>/firma-digitale/", name="decree_signature", readers=READS_DOSSIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def signature(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: how the file is signed, and by whom it was. POST: the signed file, or the wish that the key signs it.

    Raises PermissionDenied for who is not the signatory.
    """
    item = decree_named(pk, request.user)
    posted = request.method == "POST" and "chiave" not in request.POST
    form = SignedFileForm(request.POST, request.FILES) if posted else SignedFileForm()
    if request.method == "POST":
        try:
            if _done(request, item, form):
                return redirect("admin:decree", pk)
        except NotForThisRole as error:
            raise PermissionDenied from error
    return show(
        request,
        "admin/decree_signature.html",
        _("Firma digitale del decreto"),
        **papers(decree_named(pk, request.user)),
        form=form,
        may_sign=Role.SIGNATORY in request.user.roles_in(of_call(item.call_id)),
        has_key=key.is_configured(),
    )


def _done(request: HttpRequest, item: Decree, form: SignedFileForm) -> bool:
    """Whether the file was taken, or the key was asked; otherwise the form says why not."""
    now = timezone.now()
    try:
        if "chiave" in request.POST:
            signed_files.ask_key(item, actor=request.user, now=now)
            messages.success(request, _("La chiave del portale firma il file: la pagina segue l'avanzamento."))
            return True
        if not form.is_valid():
            signed_files.may_receive(item, request.user, now)
            return False
        signed_files.receive(item, form.cleaned_data["file"].read(), actor=request.user, now=now)
    except (NotTheDecree, NotToSign) as error:
        if form.is_bound:
            form.add_error("file", str(error))
        else:
            messages.error(request, str(error))
        return False
    messages.success(request, _("Il file firmato è quello del decreto: le lettere partono adesso."))
    return True
