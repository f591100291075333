"""Sending the link of an invitation: it is made while the message leaves, and only its hash stays."""

import secrets
from datetime import datetime

from django.core.mail import EmailMessage

from applications import mandate_letters
from applications.models import Invitation
from applications.rules.mandates import hashed
from portal.kernel.roles import Role
from portal.models import Mail
from portal.services import mail
from portal.services.locks import alone


def deliver(invitation_id: int, *, now: datetime) -> None:
    """Make the link, keep its hash, send it: the link itself is never stored.

    A crash in between sends another link, and only the last one is good. Raises Invitation.DoesNotExist, Busy, and
    what the server answered when another try may help.
    """
    with alone(f"invitation:{invitation_id}"):
        row = Invitation.objects.select_related("firm", "invited_by").get(pk=invitation_id)
        if row.sent_at is not None or row.accepted_at is not None or row.cancelled_at is not None:
            return
        token = secrets.token_urlsafe(32)
        Invitation.objects.filter(pk=row.pk).update(token_sha256=hashed(token))
        who, firm = row.invited_by.name or row.invited_by.email, row.firm.name
        if row.role == Role.APPLICANT:
            channel = Mail.Channel.PEC
            subject, body = mandate_letters.registered_by_delegate(firm, who, row.scopes, row.expires_at, token)
        else:
            channel = Mail.Channel.EMAIL
            subject, body = mandate_letters.invitation(firm, who, row.scopes, row.until, row.expires_at, token)
        sender, server = mail.sender_of(channel), mail.server_of(channel)
        EmailMessage(mail.one_line(subject), body, sender, [row.email], connection=server).send()
        Invitation.objects.filter(pk=row.pk).update(sent_at=now, is_undelivered=False)


def not_delivered(invitation_id: int, *, undelivered: bool = True) -> None:
    """Say that an invitation did not leave, or is tried again."""
    Invitation.objects.filter(pk=invitation_id, sent_at=None).update(is_undelivered=undelivered)
