"""The demo accounts: one for each role at least, all with the same well-known password. Never in production."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from portal.kernel.roles import Role

DEMO_PASSWORD = "sportello-dimostrativo"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account to try the portal with."""

    email: str
    name: str
    role: Role


ACCOUNTS = (
    DemoAccount("anna@impresa.example", "Anna", Role.APPLICANT),
    DemoAccount("bruno@impresa.example", "Bruno", Role.APPLICANT),
    DemoAccount("consulente@studio.example", "Studio di consulenza", Role.DELEGATE),
    DemoAccount("carla@ufficio.example", "Carla", Role.CASE_OFFICER),
    DemoAccount("istruttrice@ufficio.example", "Seconda istruttrice", Role.CASE_OFFICER),
    DemoAccount("elena@ufficio.example", "Elena", Role.PROCEEDING_MANAGER),
    DemoAccount("dario@ufficio.example", "Dario", Role.SIGNATORY),
    DemoAccount("ragioneria@ufficio.example", "Ragioneria", Role.ACCOUNTANT),
    DemoAccount("ispettore@ufficio.example", "Ufficio controlli", Role.INSPECTOR),
    DemoAccount("ivo@ufficio.example", "Ivo", Role.AUDITOR),
    DemoAccount("amministratore@ufficio.example", "Amministrazione del sistema", Role.SYSTEM_ADMIN),
)

ROLE_NAMES = {
    Role.APPLICANT: _("impresa"),
    Role.DELEGATE: _("delegato dell'impresa"),
    Role.CASE_OFFICER: _("istruttore"),
    Role.PROCEEDING_MANAGER: _("responsabile del procedimento"),
    Role.SIGNATORY: _("dirigente"),
    Role.ACCOUNTANT: _("ragioneria"),
    Role.INSPECTOR: _("controlli in loco"),
    Role.AUDITOR: _("revisore, sola lettura"),
    Role.SYSTEM_ADMIN: _("amministratore del sistema"),
}
