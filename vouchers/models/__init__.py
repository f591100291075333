"""Records of the second floor."""

from vouchers.models.aid_request import AidRequest
from vouchers.models.aid_visura import AidVisura
from vouchers.models.allocation import Allocation, MoneyAct
from vouchers.models.award import Award, AwardEvent, AwardLine, Calculation
from vouchers.models.award_letter import AwardLetter
from vouchers.models.band import HeadcountBand
from vouchers.models.call_draft import CallDraft, CallDraftEdit, CallDraftEvent
from vouchers.models.decree import Decree, DecreeEvent, DecreeRow
from vouchers.models.ledger import LedgerEntry
from vouchers.models.renunciation import Renunciation
from vouchers.models.saved_view import SavedView

__all__ = [
    "AidRequest",
    "AidVisura",
    "Allocation",
    "Award",
    "AwardEvent",
    "AwardLetter",
    "AwardLine",
    "Calculation",
    "CallDraft",
    "CallDraftEdit",
    "CallDraftEvent",
    "Decree",
    "DecreeEvent",
    "DecreeRow",
    "HeadcountBand",
    "LedgerEntry",
    "MoneyAct",
    "Renunciation",
    "SavedView",
]
