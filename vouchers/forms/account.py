"""The account on which a firm receives its vouchers: it collects what was typed, the domain judges it."""

from django.utils.translation import gettext_lazy as _

from applications.forms.firms import DomainForm, line


class AccountForm(DomainForm):
    """The IBAN, with or without spaces, and whose account it is."""

    iban = line(
        "IBAN",
        _("È sull'estratto conto e nell'app della banca. Con o senza spazi: IT60 X054 2811 1010 0000 0123 456."),
        autocomplete="off",
        autocapitalize="characters",
        spellcheck="false",
        maxlength="60",
    )
    holder = line(_("Intestatario del conto"), _("L'impresa, come risulta alla banca. Per esempio Alfa S.r.l."))
