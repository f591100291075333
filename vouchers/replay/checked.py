"""The checks of an officer in a story: before an admission is proposed every requirement was found met."""

from datetime import datetime

from applications.domain import decisions
from applications.domain.checklist import Found, latest, record_checks, requirements_of
from applications.models import Application, OfficerCheck, Proposal
from portal.models import User


def propose_checked(application: Application, *, actor: User, now: datetime) -> Proposal:
    """Find every requirement of the application's path met, then propose to admit it: two acts of the same hand."""
    found = [Found(row.code, OfficerCheck.Outcome.YES) for row in requirements_of(application)]
    seen = max((row.pk for row in latest(application).values()), default=0)
    record_checks(application, found, seen=seen, actor=actor, now=now)
    return decisions.propose_admission(application, actor=actor, now=now)
