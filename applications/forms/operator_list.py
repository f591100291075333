"""Sending the list of accredited operators."""

from django.utils.translation import gettext_lazy as _

from applications.forms.board import HeadcountFileForm


class OperatorListForm(HeadcountFileForm):
    """One file; what is wrong in it is said by the domain."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = _("Elenco degli operatori")
        self.fields["file"].help_text = _("CSV o .xlsx, al massimo 1 MB e 10.000 righe. Per esempio operatori.csv.")
