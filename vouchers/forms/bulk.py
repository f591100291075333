"""Which applications a bulk run is about, and which of its steps is asked."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.domain.bulk import APPLY, REHEARSE, UNDO
from applications.models import BulkRun

CHOSEN, ALL = "scelte", "tutte"
STALE = _("La pagina era incompleta: ricaricala e scegli di nuovo.")
ERRORS = {"required": STALE, "invalid": STALE, "invalid_choice": STALE}
LONGEST_NOTE = 2_000


class Ids(forms.Field):
    """The numbers of the ticked rows; nothing ticked is an empty list."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[int]:
        """The numbers. Raises ValidationError for what is not one."""
        texts = [str(item) for item in value or []]
        if not all(text.isascii() and text.isdecimal() and len(text) <= 18 for text in texts):
            raise forms.ValidationError(STALE)
        return [int(text) for text in texts]


class SelectionForm(forms.Form):
    """The ticked rows, or all those of the view; how many the page counted; a note for the proposals."""

    use_required_attribute = False

    operazione = forms.ChoiceField(choices=BulkRun.Kind.choices, error_messages=ERRORS)
    quali = forms.ChoiceField(choices=[(CHOSEN, CHOSEN), (ALL, ALL)], error_messages=ERRORS)
    domanda = Ids(required=False)
    viste = forms.IntegerField(required=False, min_value=0, error_messages={"invalid": STALE})
    nota = forms.CharField(
        label=_("Nota per chi approva (facoltativa, uguale per tutte)"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": _("La nota è troppo lunga: al massimo %(limit_value)d caratteri.")},
    )


class StepForm(forms.Form):
    """A step of a run."""

    passo = forms.ChoiceField(choices=[(step, step) for step in (REHEARSE, APPLY, UNDO)], error_messages=ERRORS)
