"""`manage.py verify_orders`: exit code 0 when the published orders are those of the register, 1 with every problem."""

from applications.domain import order_proof
from portal.services.verification import VerifyCommand


class Command(VerifyCommand):
    """Computes each published order again and compares."""

    help = "Controlla gli ordini di arrivo pubblicati."
    subject = "degli ordini pubblicati"
    problems = staticmethod(order_proof.problems)
