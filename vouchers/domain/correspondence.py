"""Writing to firms about their vouchers."""

from collections.abc import Iterable
from datetime import datetime

from portal.services import mail
from vouchers.models import Award

Letter = tuple[Award, tuple[str, str]]


def write_to_firms(about: str, letters: Iterable[Letter], *, now: datetime) -> None:
    """Send each firm its subject and text; `about` names the event and makes the messages unique.

    The awards must come with `application__firm` selected.
    """
    mail.write(
        [
            mail.Letter(
                key=f"award-{award.pk}-{about}",
                to=award.application.firm.pec,
                subject=subject,
                body=body,
                about=f"application:{award.application_id}",
            )
            for award, (subject, body) in letters
        ],
        now=now,
    )
