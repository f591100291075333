"""After submission: the confirmation page, the receipt's file, and the public page that checks a receipt."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.documents.receipts import address_of, grouped
from applications.domain import story
from applications.domain.as_told import as_told
from applications.domain.calls import terms_of, typed_terms
from applications.domain.receipts import by_code, fingerprint_of, is_what_was_presented, presented_files
from applications.views.mine import own_application
from portal.views.documents import serve

LARGEST = 20 * 1024 * 1024


@login_required
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """The protocol number, the instant, what happens next and when. A draft has no receipt: back to its pages."""
    [item] = as_told([own_application(request, pk)])
    if item.submitted_at is None:
        return redirect("application_tasks", pk)
    context = {
        "item": item,
        "standing": story.standing(item, timezone.now()),
        "days": terms_of(item).deadline("decision").value,
        "documents": presented_files(item),
        "integration_days": typed_terms(item.terms).deadline("integration").value if item.terms else 0,
        "code": grouped(item.receipt_code or ""),
        "address": address_of(item.receipt_code) if item.receipt_code else "",
    }
    return render(request, "applications/wizard/receipt.html", context)


@login_required
def receipt_file(request: HttpRequest, pk: int) -> FileResponse:
    """The PDF, once it is made. Raises Http404."""
    item = own_application(request, pk)
    if item.receipt is None:
        raise Http404
    return serve(item.receipt)


class CheckForm(forms.Form):
    """A file, or its fingerprint."""

    use_required_attribute = False
    documento = forms.FileField(
        label=_("Il file della ricevuta"), required=False,
        help_text=_("Il PDF scaricato dal portale, al massimo 20 MB. Non lo conserviamo."),
        error_messages={"empty": _("Il file è vuoto: scegline un altro.")},
    )  # fmt: skip
    impronta = forms.RegexField(
        r"^\s*[0-9a-fA-F]{64}\s*$",
        label=_("Oppure l'impronta SHA-256"),
        required=False,
        help_text=_("64 cifre o lettere tra «a» e «f»."),
        error_messages={"invalid": _("L'impronta ha 64 cifre o lettere tra «a» e «f»: ricopiala per intero.")},
    )

    def clean_documento(self) -> object:
        """A file of a sensible size."""
        file = self.cleaned_data["documento"]
        if file and file.size > LARGEST:
            raise forms.ValidationError(_("Il file supera i 20 MB: non è una ricevuta."))
        return file

    def clean(self) -> dict[str, object]:
        """One of the two is needed."""
        if not self.errors and not any(self.cleaned_data.values()):
            self.add_error("documento", _("Scegli il file oppure scrivi la sua impronta."))
        return self.cleaned_data

    @property
    def asked(self) -> str:
        """The fingerprint to look for; only after validation."""
        file = self.cleaned_data["documento"]
        return fingerprint_of(file.read()) if file else str(self.cleaned_data["impronta"])


def check(request: HttpRequest, code: str) -> HttpResponse:
    """Open to everybody: what the receipt with this code proves, without personal data. Unknown codes do not exist."""
    item = by_code(code)
    if item is None:
        return render(request, "applications/wizard/check_unknown.html", {"code": code[:60]}, status=404)
    form = CheckForm(request.POST, request.FILES) if request.method == "POST" else CheckForm()
    same = is_what_was_presented(item, form.asked) if form.is_bound and form.is_valid() else None
    context = {"item": item, "form": form, "same": same, "code": grouped(code)}
    return render(request, "applications/wizard/check.html", context)
