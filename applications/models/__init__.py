"""Records of the first floor."""

from applications.models.application import Application, ApplicationEvent, DeclaredAid
from applications.models.attachment import Attachment, FormToSign
from applications.models.call import Action, Call, CallTerms, DeskWindow
from applications.models.firm import Firm, FirmMember, Site
from applications.models.review import IntegrationRequest, Proposal, RejectionNotice

__all__ = [
    "Action",
    "Application",
    "ApplicationEvent",
    "Attachment",
    "Call",
    "CallTerms",
    "DeclaredAid",
    "DeskWindow",
    "Firm",
    "FirmMember",
    "FormToSign",
    "IntegrationRequest",
    "Proposal",
    "RejectionNotice",
    "Site",
]
