"""Records of the first floor."""

from applications.models.application import Application, ApplicationEvent, DeclaredAid
from applications.models.arrival import Arrival, Draw, DrawCommitment, DrawnPlace, PublishedOrder, WaitingRoom
from applications.models.assignment import Assignment, ConflictOfInterest, OfficerProvinces
from applications.models.attachment import Attachment, FormToSign
from applications.models.bulk import BulkRow, BulkRun
from applications.models.call import Action, Call, CallTerms, DeskWindow
from applications.models.check import OfficerCheck
from applications.models.dossier_opening import DossierOpening
from applications.models.firm import Firm, FirmMember, Site
from applications.models.headcount_import import HeadcountImport
from applications.models.mandate import Invitation, Telling
from applications.models.message import Message, Reading
from applications.models.operator import AccreditedOperator, OperatorImport
from applications.models.payment_account import PaymentAccount
from applications.models.registry_answer import RegistryAnswer
from applications.models.review import IntegrationRequest, Proposal, RejectionNotice

__all__ = [
    "AccreditedOperator",
    "Action",
    "Application",
    "ApplicationEvent",
    "Arrival",
    "Assignment",
    "Attachment",
    "BulkRow",
    "BulkRun",
    "Call",
    "CallTerms",
    "ConflictOfInterest",
    "DeclaredAid",
    "DeskWindow",
    "DossierOpening",
    "Draw",
    "DrawCommitment",
    "DrawnPlace",
    "Firm",
    "FirmMember",
    "FormToSign",
    "HeadcountImport",
    "IntegrationRequest",
    "Invitation",
    "Message",
    "OfficerCheck",
    "OfficerProvinces",
    "OperatorImport",
    "PaymentAccount",
    "Proposal",
    "PublishedOrder",
    "Reading",
    "RegistryAnswer",
    "RejectionNotice",
    "Site",
    "Telling",
    "WaitingRoom",
]
