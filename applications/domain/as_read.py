"""An act on an application as its officer read it: if something happened since, the act says what and stops."""

from collections.abc import Callable
from typing import TypeVar

from applications.letters import moment
from applications.models import Application, ApplicationEvent
from applications.rules.states import APPLICATION
from portal.models import User
from portal.services.acts import act

Result = TypeVar("Result")


class Moved(ValueError):
    """Something happened to the application after the page was read: who, what and when."""

    def __init__(self, application: Application, step: ApplicationEvent) -> None:
        who = str(step.actor) if step.actor else "il portale"
        super().__init__(
            f"Intanto la domanda {application.protocol} è andata avanti: {APPLICATION.word(step.event)} "
            f"({who}, {moment(step.at)}). Adesso è «{APPLICATION.word(application.status)}». Di quello che hai "
            "chiesto non è stato scritto nulla: rileggi il fascicolo prima di decidere."
        )
        self.step = step

    def is_of(self, event: str, actor: User) -> bool:
        """Whether it is the same thing done by the same hand: a button pressed twice."""
        return self.step.event == event and self.step.actor_id == actor.pk


def last_step(application: Application) -> ApplicationEvent | None:
    """The last thing that happened to an application: what a page carries to know later whether it is stale."""
    return ApplicationEvent.objects.filter(subject=application).select_related("actor").order_by("-pk").first()


@act
def as_read(application: Application, step: int, do: Callable[[Application], Result]) -> Result:
    """Do something to an application if `step` is still its last one; the lock is held until it is done.

    Raises Moved, and whatever `do` raises; nothing is written then.
    """
    row = Application.objects.select_for_update(of=("self",)).select_related("firm", "call", "terms")
    fresh = row.get(pk=application.pk)
    last = last_step(fresh)
    if last is not None and last.pk != step:
        raise Moved(fresh, last)
    return do(fresh)
