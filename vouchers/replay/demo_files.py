"""The files of the demonstration: the papers that the portal prepares, signed to try, and sent as a firm sends them."""

from datetime import datetime

from django.conf import settings

from applications.documents.application_form import to_pdf
from applications.domain import attachments, forms_to_sign
from applications.domain.attachments import Sent
from applications.models import Application
from portal.models import User
from portal.services.signatures.trial_person import TrialAuthority, TrialPerson

ROOT = "autorita-dimostrativa.pem"


class Unsent(RuntimeError):
    """A file of the demonstration was refused: what was prepared is not what is asked."""


class Desk:
    """Prepares, signs and sends what a draft asks; each firm's legal representative has a certificate of their own.

    `stranger` issues certificates as well, and the portal does not know it: what its people sign cannot be verified.
    """

    def __init__(self, now: datetime) -> None:
        self.known, self.stranger = TrialAuthority.made(now), TrialAuthority.made(now)
        settings.TRUST_ROOTS.mkdir(parents=True, exist_ok=True)
        (settings.TRUST_ROOTS / ROOT).write_bytes(self.known.root)

    def send(self, draft: Application, *, actor: User, now: datetime, verifiable: bool) -> None:
        """Every document that the draft asks: the first signed inside (PAdES), the second wrapped (.p7m), others plain.

        Raises Unsent when one is refused.
        """
        authority = self.known if verifiable else self.stranger
        person = authority.person(draft.firm.representative_name, draft.firm.representative_tax_code)
        for place, wanted in enumerate(attachments.documents_asked(draft, now)):
            form = forms_to_sign.ask_form(draft, actor=actor, now=now, code=wanted.code)
            paper = to_pdf(form)
            kept = forms_to_sign.attach_form(form, paper, now=now)
            sent = signed(place, kept.document.name if kept.document else "", paper, person, now)
            (outcome,) = attachments.receive(draft, wanted.code, [sent], actor=actor, now=now)
            if outcome.attachment is None:
                raise Unsent(outcome.refusal)


def signed(place: int, name: str, paper: bytes, person: TrialPerson, at: datetime) -> Sent:
    """A file as a firm gives it back: by its place among the documents."""
    stem = name.removesuffix("-da-firmare.pdf")
    if place == 0:
        return Sent(f"{stem}-firmata.pdf", person.signs_pdf(paper, at=at))
    if place == 1:
        return Sent(f"{stem}.pdf.p7m", person.wraps(paper, at=at))
    return Sent(f"{stem}.pdf", paper)
