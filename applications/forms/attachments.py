"""Sending files for one document."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from applications.domain.attachments import Outcome, Sent
from portal.services.uploads import LARGEST

MOST_AT_ONCE = 20


class FilesInput(forms.ClearableFileInput):
    """The browser's own choice of one or more files."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """Several files; an empty one passes, to be refused in words with the others."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Raises ValidationError when no file was chosen for a field that is required, or too many at once."""
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if not files and not self.required:
            return []
        if not files:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(files) > MOST_AT_ONCE:
            raise forms.ValidationError(self.error_messages["many"], code="many")
        return [super(FilesField, self).clean(file, initial) for file in files]


def one_by_one(files: Sequence[UploadedFile]) -> Iterator[Sent]:
    """Each file read when its turn comes, so that memory holds one at a time; one too large is not even read."""
    for file in files:
        yield Sent(file.name or "", file.read() if (file.size or 0) <= LARGEST else None)


class AttachmentForm(forms.Form):
    """The files for a document; what is wrong with each is said by the domain."""

    use_required_attribute = False

    documento = forms.CharField(widget=forms.HiddenInput)
    sostituisce = forms.IntegerField(widget=forms.HiddenInput, required=False)
    file = FilesField(
        label=_("Scegli uno o più file"),
        allow_empty_file=True,
        widget=FilesInput(attrs={"multiple": True}),
        error_messages={
            "required": _("Scegli almeno un file dal tuo dispositivo, poi premi «Carica»."),
            "invalid": _("I file non sono arrivati: sceglili di nuovo e premi «Carica»."),
            "many": _("Carica al massimo 20 file per volta."),
        },
    )

    def sent(self) -> Iterator[Sent]:
        """The files as the domain takes them."""
        return one_by_one(self.cleaned_data["file"])

    def refuse(self, outcomes: Sequence[Outcome]) -> None:
        """Say, beside the field, why some files were not taken."""
        for outcome in outcomes:
            if outcome.refusal:
                self.add_error("file", outcome.refusal)
