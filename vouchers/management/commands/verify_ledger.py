"""`manage.py verify_ledger`: exit code 0 when the record is whole, 1 with every problem otherwise."""

from portal.services.verification import VerifyCommand
from vouchers.domain import consistency


class Command(VerifyCommand):
    """Lives the record again and compares."""

    help = "Controlla la contabilità."
    subject = "della contabilità"
    problems = staticmethod(consistency.problems)
