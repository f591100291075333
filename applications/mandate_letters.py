"""What the portal writes about mandates: invitations, the firm's own link, what a delegate did."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.letters import body, day_before, moment
from applications.rules.mandates import Scope

SCOPES = {
    Scope.FILL: gettext_lazy("compilare i dati e le pagine della domanda"),
    Scope.UPLOAD: gettext_lazy("caricare e togliere documenti"),
    Scope.SUBMIT: gettext_lazy(
        "presentare la domanda, rispondere all'ufficio, ritirarla, accettare o rinunciare, indicare il conto"
    ),
}
"""What a delegate may do, in words."""


def scope_words(scopes: Sequence[str]) -> str:
    """The scopes as one sentence."""
    return "; ".join(str(SCOPES[scope]) for scope in Scope if scope in scopes)


def link(token: str) -> str:
    """The address that works once."""
    return settings.PUBLIC_URL + reverse("invitation", args=[token])


def lasting(until: datetime | None) -> str:
    """Until when a mandate is good, in words."""
    return _("fino al %(day)s compreso") % {"day": day_before(until)} if until else _("senza scadenza")


def invitation(
    firm: str, by: str, scopes: Sequence[str], until: datetime | None, expires_at: datetime, token: str
) -> tuple[str, str]:
    """Subject and text of an invitation to be a firm's delegate."""
    return _("Invito ad agire per %(firm)s") % {"firm": firm}, body(
        _("%(by)s ti invita ad agire per l'impresa %(firm)s sul portale.") % {"by": by, "firm": firm},
        _("Potrai: %(scopes)s. La delega vale %(lasting)s.")
        % {"scopes": scope_words(scopes), "lasting": lasting(until)},
        _("Per leggere l'invito e accettarlo apri questo indirizzo entro il %(moment)s e accedi con questa e-mail:")
        % {"moment": moment(expires_at)},
        link(token),
        _("Se non ti aspettavi questo messaggio, ignoralo: senza la tua accettazione non succede nulla."),
    )


def registered_by_delegate(
    firm: str, by: str, scopes: Sequence[str], expires_at: datetime, token: str
) -> tuple[str, str]:
    """Subject and text to the PEC of a firm that a delegate has registered."""
    return _("%(firm)s è stata registrata sul portale da un delegato") % {"firm": firm}, body(
        _("%(by)s ha registrato l'impresa %(firm)s sul portale, dichiarando di averne la delega.")
        % {"by": by, "firm": firm},
        _("Ha dichiarato di poter: %(scopes)s. Con la domanda dovrà caricare la procura firmata.")
        % {"scopes": scope_words(scopes)},
        _(
            "Per vedere che cosa fa il delegato, o per togliergli la delega, il legale rappresentante apra questo "
            "indirizzo entro il %(moment)s e acceda, o si registri, con la propria e-mail:"
        )
        % {"moment": moment(expires_at)},
        link(token),
        _("L'indirizzo è riservato e vale una volta sola. Se la delega non è vera, scrivi subito all'ufficio."),
    )


def delegate_acted(firm: str, firm_id: int, who: str, what: str, at: datetime) -> tuple[str, str]:
    """Subject and text to the firm about one act of its delegate."""
    return _("%(firm)s: %(what)s") % {"firm": firm, "what": what}, body(
        _("%(who)s, che agisce con delega per %(firm)s, il %(moment)s: %(what)s.")
        % {"who": who, "firm": firm, "moment": moment(at), "what": what},
        acts_page(firm_id),
    )


def pec_moved(firm: str, firm_id: int, who: str, new: str, at: datetime) -> tuple[str, str]:
    """Subject and text to the address that a delegate replaced: the last message that reaches it."""
    return _("%(firm)s: la PEC dell'impresa è stata cambiata") % {"firm": firm}, body(
        _("%(who)s, che agisce con delega per %(firm)s, il %(moment)s ha cambiato la PEC dell'impresa in %(new)s.")
        % {"who": who, "firm": firm, "moment": moment(at), "new": new},
        _("Da adesso l'ufficio e il portale scrivono al nuovo indirizzo: a quello di prima non arriva altro."),
        _("Se il cambio non è vero, scrivi subito all'ufficio e togli la delega."),
        acts_page(firm_id),
    )


def delegate_wrote(firm: str, firm_id: int, rows: Sequence[tuple[str, str, int]]) -> tuple[str, str]:
    """Subject and text of the daily summary: rows of who, what, how many times."""
    return _("%(firm)s: che cosa hanno scritto i delegati") % {"firm": firm}, body(
        _("Dall'ultimo riepilogo, per %(firm)s:") % {"firm": firm},
        "\n".join(f"- {who}: {what} ({times})" for who, what, times in rows),
        acts_page(firm_id),
    )


def acts_page(firm_id: int) -> str:
    """Where the firm reads it all, and takes a mandate back."""
    return _("Tutte le operazioni dei delegati, e le deleghe da revocare: %(address)s") % {
        "address": settings.PUBLIC_URL + reverse("mandates", args=[firm_id])
    }
