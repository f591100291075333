"""After the last day of the published history: who was still in review withdraws, so that no dossier waits for years.

What is read as of that day stays as it was.
"""

from datetime import datetime, timedelta

from django.db import transaction

from applications.domain import review
from applications.models import Application
from applications.rules.states import ApplicationState
from portal.kernel.deadlines import ROME
from portal.services import audit, jobs

from .figures import AS_OF
from .post import last_letter, send_off

STORY_OF = "smart-working-2020"
BEGINS = datetime(2021, 11, 2, 10, tzinfo=ROME)
APART = timedelta(minutes=15)


def close() -> int:
    """Withdraw what the history left in review and nobody has touched since, at one time; how many there were."""
    left = Application.objects.filter(call__slug=STORY_OF, status=ApplicationState.IN_REVIEW)
    untouched = left.exclude(events__at__date__gt=AS_OF).select_related("created_by").order_by("pk")
    with jobs.muted(), transaction.atomic(), audit.collected():
        before, rows = last_letter(), list(untouched)
        for number, row in enumerate(rows):
            now = BEGINS + APART * number
            review.withdraw(row, actor=row.created_by, reason="L'impresa ritira la domanda.", now=now)
        send_off(after=before)
    return len(rows)
