"""`manage.py verify_audit`: exit code 0 when the record is whole, 1 with every problem otherwise."""

from portal.services import audit
from portal.services.verification import VerifyCommand


class Command(VerifyCommand):
    """Lives the record again and compares."""

    help = "Controlla il registro delle operazioni."
    subject = "del registro delle operazioni"
    problems = staticmethod(audit.problems)
