"""Writing to firms about their vouchers."""

from collections.abc import Iterable
from datetime import datetime

from applications.domain.correspondence import about_of, courtesy
from portal.services import mail
from vouchers.models import Award

Letter = tuple[Award, tuple[str, str]]

SILENT = {
    "compute": "il calcolo segue l'ammissione, che è già comunicata: l'importo si legge nella pagina della domanda",
    "reserve": "la prenotazione non ha ancora effetti per l'impresa; chi lascia la lista d'attesa è avvisato",
    "adapt": "una bozza di decreto non esce dall'ufficio",
    "sign": "un decreto parla alle imprese con le comunicazioni dei suoi voucher",
    "attach": "un decreto parla alle imprese con le comunicazioni dei suoi voucher",
    "discard": "una bozza di decreto non esce dall'ufficio",
}
"""Events of awards and decrees that write to nobody, and why; every other event writes to the firm."""


def write_to_firms(about: str, letters: Iterable[Letter], *, now: datetime) -> None:
    """Send each firm its subject and text by PEC; `about` names the event and makes the messages unique.

    The awards must come with `application__firm` selected.
    """
    rows = list(letters)
    certified = [
        mail.Letter(
            key=key_of(award.pk, about),
            to=award.application.firm.pec,
            subject=subject,
            body=body,
            about=about_of(award.application_id),
        )
        for award, (subject, body) in rows
    ]
    copies = courtesy([award.application for award, _words in rows], about, now=now) if rows else []
    mail.write([*copies, *certified], now=now)


def key_of(award_id: int, about: str) -> str:
    """What makes the message about an event of an award unique."""
    return f"award-{award_id}-{about}"
