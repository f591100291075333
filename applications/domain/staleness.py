"""When what a draft was judged by changes: its firm, its files, its call."""

from typing import Any

from applications.models import Application
from applications.rules.states import ApplicationState


def ask_again(**which: Any) -> None:
    """Forget that these drafts lacked nothing: whether they do is looked at again before anybody is told."""
    drafts = Application.objects.filter(status=ApplicationState.DRAFT, ready_version__isnull=False, **which)
    drafts.update(ready_version=None)
