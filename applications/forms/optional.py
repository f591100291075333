"""A page that first asks yes or no, and rows only to who says yes."""

from typing import Any, ClassVar

from django.utils.translation import gettext as _

from applications.forms import fields
from applications.forms.step import Situation, StepForm, Typed


class OptionalRowsForm(StepForm):
    """A yes/no question before the rows: `question` is its field; with yes at least one row is filled in."""

    question: ClassVar[str]
    first_field: ClassVar[str]
    """The first field of a row: where a page without rows says what is missing."""

    def __init__(self, situation: Situation, typed: Any = None, **shown: Any) -> None:
        super().__init__(situation, typed, **shown)
        rows = {name: self.fields.pop(name) for name in list(self.fields)}
        label, no, yes, help_text = self.asked()
        choices = [("no", no), ("si", yes)]
        self.fields = {self.question: fields.radio(label, choices, _("Rispondi sì o no."), help_text)} | rows

    def asked(self) -> tuple[str, str, str, str]:
        """The question, the words of no and of yes, and why it is asked."""
        raise NotImplementedError

    def first_rows(self, typed: Typed) -> int:
        """One row when the answer is yes."""
        return 1 if typed.get(self.question) == "si" else 0

    @property
    def wanted(self) -> bool:
        """Whether the answer is yes; only while cleaning or after."""
        return self.cleaned_data.get(self.question) == "si"

    def clean(self) -> dict[str, Any]:
        """With yes every row is whole and there is one at least; with no the rows do not count."""
        if self.wanted:
            rows = self.filled_rows()
            for number, row in rows:
                self.check_row(number, row)
            if not rows:
                self.add_error(f"{self.row}_0_{self.first_field}", self.without_rows())
        return self.cleaned_data

    def check_row(self, number: int, row: dict[str, Any]) -> None:
        """Say what is wrong in a row that was begun."""
        raise NotImplementedError

    def without_rows(self) -> str:
        """What to say to a yes without rows."""
        raise NotImplementedError

    def wanted_rows(self) -> list[dict[str, Any]]:
        """The rows that count."""
        return [row for _number, row in self.filled_rows()] if self.wanted else []
