"""Records of the first floor."""

from applications.models.application import Application, ApplicationEvent, DeclaredAid
from applications.models.call import Action, Call, CallTerms, DeskWindow
from applications.models.firm import Firm, FirmMember
from applications.models.review import IntegrationRequest, Proposal, RejectionNotice

__all__ = [
    "Action",
    "Application",
    "ApplicationEvent",
    "Call",
    "CallTerms",
    "DeclaredAid",
    "DeskWindow",
    "Firm",
    "FirmMember",
    "IntegrationRequest",
    "Proposal",
    "RejectionNotice",
]
