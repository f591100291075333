"""`manage.py verify_register`: exit code 0 when the record is whole, 1 with every problem otherwise."""

from applications.domain import register
from portal.services.verification import VerifyCommand


class Command(VerifyCommand):
    """Lives the record again and compares."""

    help = "Controlla il registro di protocollo."
    subject = "del registro di protocollo"
    problems = staticmethod(register.problems)
