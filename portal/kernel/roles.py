"""Who may act. A role is granted to a person; the tables of the life cycles say what each role may do."""

from enum import StrEnum


class Role(StrEnum):
    """The roles of the portal (docs/decisions/0003)."""

    APPLICANT = "APPLICANT"
    DELEGATE = "DELEGATE"
    CASE_OFFICER = "CASE_OFFICER"
    PROCEEDING_MANAGER = "PROCEEDING_MANAGER"
    SIGNATORY = "SIGNATORY"
    ACCOUNTANT = "ACCOUNTANT"
    INSPECTOR = "INSPECTOR"
    AUDITOR = "AUDITOR"
    SYSTEM_ADMIN = "SYSTEM_ADMIN"
    SYSTEM = "SYSTEM"
    """The portal itself, when a term expires or the waiting list moves. Never granted to a person."""


STAFF = frozenset(
    {
        Role.CASE_OFFICER,
        Role.PROCEEDING_MANAGER,
        Role.SIGNATORY,
        Role.ACCOUNTANT,
        Role.INSPECTOR,
        Role.AUDITOR,
        Role.SYSTEM_ADMIN,
    }
)
READS_DOSSIERS = STAFF - {Role.SYSTEM_ADMIN}
READS_MANAGEMENT = frozenset({Role.PROCEEDING_MANAGER, Role.SIGNATORY, Role.ACCOUNTANT, Role.AUDITOR})
EMPLOYER_SIDE = frozenset({Role.APPLICANT, Role.DELEGATE})
