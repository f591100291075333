"""Who belongs to the office, who to the firms, who may read a dossier."""

from portal.kernel.roles import EMPLOYER_SIDE, READS_DOSSIERS, READS_MANAGEMENT, STAFF, Role


def test_every_role_is_of_the_office_or_of_the_firms_or_the_portal_itself():
    assert STAFF | EMPLOYER_SIDE | {Role.SYSTEM} == set(Role)
    assert not STAFF & EMPLOYER_SIDE
    assert Role.SYSTEM not in STAFF | EMPLOYER_SIDE


def test_the_system_administrator_reads_no_dossier():
    assert {Role.SYSTEM_ADMIN} == STAFF - READS_DOSSIERS


def test_management_is_read_by_those_who_answer_for_it():
    assert READS_MANAGEMENT < READS_DOSSIERS
    assert Role.CASE_OFFICER not in READS_MANAGEMENT
