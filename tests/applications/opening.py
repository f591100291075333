"""Calls that open by draw or with a waiting room in front, published from the real file with a few more lines."""

from datetime import timedelta

from applications.models import Call
from tests.conftest import CALL_FILE, LONG_AGO
from vouchers.domain import funding
from vouchers.domain.publishing import publish
from vouchers.rules.call_file import read_call

ROWS = """[terms.opening]
mode = "{mode}"
article = "Avviso, Modalità di presentazione"
waiting_room = {room}
admissions_per_second = {pace}
place_minutes = {minutes}

[terms.rules]"""


def text_with(*, mode: str = "ARRIVAL", room: bool = False, pace: int = 1, minutes: int = 10) -> str:
    """The file of the call, with the way it opens."""
    rows = ROWS.format(mode=mode, room=str(room).lower(), pace=pace, minutes=minutes)
    return CALL_FILE.read_text(encoding="utf-8").replace("[terms.rules]", rows, 1)


def published(*, mode: str = "ARRIVAL", room: bool = False, pace: int = 1, minutes: int = 10) -> Call:
    """The call, its first money on the lines."""
    call = publish(read_call(text_with(mode=mode, room=room, pace=pace, minutes=minutes)), now=LONG_AGO).call
    funding.apply_money_act(call.money_acts.get(code="OPENING"), actor=None, now=LONG_AGO + timedelta(days=60))
    return call
