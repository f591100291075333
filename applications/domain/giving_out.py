"""Whether the portal gives out the dossiers of a call by itself, or waits for somebody's hand."""

from datetime import datetime

from applications.domain.assignment import NotAssignable
from applications.models import Call
from portal.kernel.roles import Role
from portal.kernel.scopes import of_call
from portal.models import User
from portal.services import audit
from portal.services.acts import act


@act
def set_automatic(call: Call, automatic: bool, *, actor: User, now: datetime) -> Call:
    """From now on the portal gives out the dossiers of the call, or leaves them to who claims and who shares them out.

    What is in somebody's hands stays there. Asking again changes nothing. Raises NotAssignable for who is not a
    proceeding manager of the call.
    """
    if Role.PROCEEDING_MANAGER not in actor.roles_at(now, of_call(call.pk)):
        raise NotAssignable("Chi assegna le domande di un avviso lo decide il responsabile del procedimento.")
    row = Call.objects.select_for_update(no_key=True).get(pk=call.pk)
    if row.assigns_itself != automatic:
        row.assigns_itself = automatic
        row.save(update_fields=["assigns_itself"])
        audit.record("call.set_assignment", f"call:{row.pk}", actor=actor, now=now, automatic=automatic)
    return row
