"""Records of the ground floor."""

from portal.models.absence import Absence
from portal.models.audit import AuditEntry, AuditHead
from portal.models.document import Document
from portal.models.outbox import Mail, Promise
from portal.models.progress import Progress
from portal.models.sequence import Sequence
from portal.models.staff_invitation import StaffInvitation
from portal.models.user import RoleGrant, User

__all__ = [
    "Absence",
    "AuditEntry",
    "AuditHead",
    "Document",
    "Mail",
    "Progress",
    "Promise",
    "RoleGrant",
    "Sequence",
    "StaffInvitation",
    "User",
]
