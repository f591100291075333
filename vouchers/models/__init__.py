"""Records of the second floor."""

from vouchers.models.allocation import Allocation, MoneyAct
from vouchers.models.award import Award, AwardEvent, AwardLine, Calculation
from vouchers.models.band import HeadcountBand
from vouchers.models.decree import Decree, DecreeEvent, DecreeRow
from vouchers.models.ledger import LedgerEntry

__all__ = [
    "Allocation",
    "Award",
    "AwardEvent",
    "AwardLine",
    "Calculation",
    "Decree",
    "DecreeEvent",
    "DecreeRow",
    "HeadcountBand",
    "LedgerEntry",
    "MoneyAct",
]
