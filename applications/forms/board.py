"""Sending the file of the employees of many firms."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from applications.rules.headcount_file import MOST_BYTES


class HeadcountFileForm(forms.Form):
    """One file; what is wrong in it is said by the domain."""

    use_required_attribute = False

    file = forms.FileField(
        label=_("File dei dipendenti"),
        help_text=_("CSV o .xlsx, al massimo 1 MB e 2.000 righe. Per esempio dipendenti.csv."),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
        error_messages={
            "required": _("Scegli il file dal tuo dispositivo, poi premi «Controlla il file»."),
            "invalid": _("Il file non è arrivato: sceglilo di nuovo e premi «Controlla il file»."),
        },
    )

    def sent(self) -> tuple[str, bytes | None]:
        """The name and the bytes of the file; one too large is not even read."""
        file: UploadedFile = self.cleaned_data["file"]
        return file.name or "", file.read() if (file.size or 0) <= MOST_BYTES else None
