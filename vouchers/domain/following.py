"""How an admitted application goes on, told to the pages of the floor below: the next step of its voucher, by when."""

from collections.abc import Collection, Mapping

from applications.domain.story import Following
from applications.models import Application
from vouchers.models import Award
from vouchers.rules.states import AwardState

NEXT = {
    AwardState.COMPUTED: "L'ufficio guarda se ci sono risorse",
    AwardState.WAITING: "Il voucher è in lista d'attesa: aspetta altre risorse",
    AwardState.RESERVED: "Un decreto concede il voucher",
    AwardState.GRANTED: "Accetta il voucher, oppure rinuncia",
    AwardState.ACCEPTED: "Il voucher è accettato",
    AwardState.RENOUNCED: "Conclusa: hai rinunciato al voucher",
    AwardState.FORFEITED: "Conclusa: il voucher è decaduto",
    AwardState.EXCLUDED: "Conclusa: il voucher non è stato concesso",
}
"""The next thing that happens, said to the firm."""


def following(applications: Collection[int]) -> Mapping[int, Following]:
    """The next step of each application that has a voucher; the term of the acceptance while it runs."""
    rows = Award.objects.filter(application__in=applications)
    return {
        pk: Following(NEXT[AwardState(status)], due_at if status == AwardState.GRANTED else None)
        for pk, status, due_at in rows.values_list("application_id", "status", "acceptance_due_at")
    }


def computed(application: Application) -> str:
    """Why an admission cannot be taken back: its voucher is computed; nothing while it has none."""
    if getattr(application, "award", None) is None:
        return ""
    return f"Domanda {application.protocol}: il voucher è già calcolato, l'ammissione non si riapre da qui."
