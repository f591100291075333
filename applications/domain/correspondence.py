"""Writing to a firm about its application."""

from datetime import datetime

from applications.models import Application
from portal.services import mail


def write_to_firm(application: Application, about: str, subject: str, body: str, *, now: datetime) -> None:
    """Send a message to the firm's PEC; `about` names the event and makes the message unique."""
    letter = mail.Letter(
        key=f"application-{application.pk}-{about}",
        to=application.firm.pec,
        subject=subject,
        body=body,
        about=f"application:{application.pk}",
    )
    mail.write([letter], now=now)
