"""What the portal writes to firms about their voucher."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from applications.letters import body, day_before, moment, page_of
from applications.rules.iban import masked
from portal.kernel.money import euro


def granted(protocol: str, decree: str, amount: Decimal, due_at: datetime) -> tuple[str, str]:
    """Subject and text when a voucher is granted."""
    return _("Domanda %(protocol)s: voucher concesso") % {"protocol": protocol}, body(
        _("Con il decreto n. %(decree)s è stato concesso un voucher di %(amount)s.")
        % {"decree": decree, "amount": euro(amount)},
        _("Per averlo bisogna accettarlo entro %(day)s compreso: il silenzio comporta la decadenza.")
        % {"day": day_before(due_at, "il")},
    )


def noted(protocol: str, decree: str, left: Decimal) -> tuple[str, str]:
    """Subject and text when a decree takes note of a renunciation; `left` is what remains of the voucher, in euro."""
    said = (
        _("Il voucher è ora di %(amount)s.") % {"amount": euro(left)}
        if left
        else _("Il voucher è chiuso: nulla è dovuto.")
    )
    return _("Domanda %(protocol)s: presa d'atto della rinuncia") % {"protocol": protocol}, body(
        _("Con il decreto n. %(decree)s l'ufficio ha preso atto della rinuncia.") % {"decree": decree}, said
    )


def rectified(
    protocol: str, decree: str, first: str, changes: Iterable[tuple[str, str, str]], less: bool
) -> tuple[str, str]:
    """Subject and text when a decree corrects another; `less`: an amount comes down."""
    what = {"protocol": protocol, "decree": decree, "first": first}
    lines = [
        _("%(datum)s: era scritto «%(before)s», si legge «%(after)s».")
        % {"datum": datum, "before": before or "—", "after": after}
        for datum, before, after in changes
    ]
    appeal = _("È possibile presentare ricorso al TAR entro 60 giorni o al Capo dello Stato entro 120 giorni.")
    return _("Domanda %(protocol)s: decreto di concessione rettificato") % what, body(
        _("Il decreto n. %(decree)s corregge il decreto di concessione n. %(first)s per la domanda %(protocol)s.")
        % what,
        *lines,
        _("Tutto il resto non cambia, compreso il termine per accettare il voucher."),
        *([appeal] if less else []),
    )


def waiting(protocol: str) -> tuple[str, str]:
    """Subject and text when the money is not enough."""
    return _("Domanda %(protocol)s: in lista d'attesa") % {"protocol": protocol}, body(
        _(
            "La domanda %(protocol)s è ammessa, ma oggi le risorse non bastano, tolto quanto è accantonato per le "
            "domande presentate prima e ancora in istruttoria."
        )
        % {"protocol": protocol},
        _("Resta in lista d'attesa, in ordine di protocollo: se il denaro torna disponibile arriva un messaggio."),
    )


def advanced(protocol: str, amount: Decimal) -> tuple[str, str]:
    """Subject and text when the waiting list moves."""
    return _("Domanda %(protocol)s: è arrivato il suo turno") % {"protocol": protocol}, body(
        _("Si sono liberate risorse: per la domanda %(protocol)s sono prenotati %(amount)s.")
        % {"protocol": protocol, "amount": euro(amount)},
        _("La concessione avviene con il prossimo decreto."),
    )


def accepted(protocol: str, start_due_at: datetime | None) -> tuple[str, str]:
    """Subject and text when a firm accepts its voucher."""
    paragraphs = [_("L'accettazione del voucher della domanda %(protocol)s è registrata.") % {"protocol": protocol}]
    if start_due_at is not None:
        paragraphs.append(
            _("Ora va comunicato l'avvio delle attività, entro %(day)s compreso: il silenzio comporta la decadenza.")
            % {"day": day_before(start_due_at, "il")}
        )
    return _("Domanda %(protocol)s: voucher accettato") % {"protocol": protocol}, body(*paragraphs)


def renounced(protocol: str, until: datetime) -> tuple[str, str]:
    """Subject and text when a firm gives the voucher back."""
    return _("Domanda %(protocol)s: rinuncia registrata") % {"protocol": protocol}, body(
        _("La rinuncia al voucher della domanda %(protocol)s è stata registrata.") % {"protocol": protocol},
        _second_thoughts(until),
    )


def reduced(protocol: str, action: str, granted: bool, until: datetime) -> tuple[str, str]:
    """Subject and text when a firm gives up one action and keeps the rest."""
    what = {"protocol": protocol, "action": action}
    paragraphs = [
        _("Per la domanda %(protocol)s è registrata la rinuncia all'Azione %(action)s: il resto non cambia.") % what
    ]
    if granted:
        paragraphs.append(_("Il decreto di concessione resta com'è: un altro decreto prenderà atto del nuovo importo."))
    return _("Domanda %(protocol)s: rinuncia all'Azione %(action)s") % what, body(*paragraphs, _second_thoughts(until))


def _second_thoughts(until: datetime) -> str:
    day, _comma, hour = moment(until, "del").rpartition(", ")
    return _(
        "Fino alle %(hour)s %(day)s si può cambiare idea dalla pagina della domanda, se intanto il denaro non è "
        "andato a un'altra impresa."
    ) % {"hour": hour, "day": day}


def resumed(protocol: str) -> tuple[str, str]:
    """Subject and text when a firm takes its renunciation back."""
    return _("Domanda %(protocol)s: rinuncia annullata") % {"protocol": protocol}, body(
        _("Il ripensamento è registrato: il voucher della domanda %(protocol)s torna com'era prima della rinuncia.")
        % {"protocol": protocol}
    )


def restored(protocol: str, action: str) -> tuple[str, str]:
    """Subject and text when a firm wants back an action it had given up."""
    what = {"protocol": protocol, "action": action}
    return _("Domanda %(protocol)s: l'Azione %(action)s torna nella domanda") % what, body(
        _("Il ripensamento è registrato: la domanda %(protocol)s comprende di nuovo l'Azione %(action)s.") % what
    )


def excluded(protocol: str, reason: str, because: str) -> tuple[str, str]:
    """Subject and text when an award cannot be granted; `because` is the sentence with its figures."""
    return _("Domanda %(protocol)s: voucher non concedibile") % {"protocol": protocol}, body(
        _("Il voucher della domanda %(protocol)s non può essere concesso: %(reason)s.")
        % {"protocol": protocol, "reason": reason},
        because,
        _("È possibile presentare ricorso al TAR entro 60 giorni o al Capo dello Stato entro 120 giorni."),
    )


def forfeited(protocol: str, reason: str) -> tuple[str, str]:
    """Subject and text when a voucher lapses."""
    return _("Domanda %(protocol)s: decadenza dal voucher") % {"protocol": protocol}, body(
        _("Il voucher della domanda %(protocol)s è decaduto: %(reason)s.")
        % {"protocol": protocol, "reason": reason[:1].lower() + reason[1:]},
        _("È possibile presentare ricorso al TAR entro 60 giorni o al Capo dello Stato entro 120 giorni."),
    )


def acceptance_ends(protocol: str, due_at: datetime, application_id: int) -> tuple[str, str]:
    """Subject and text when the term to accept a voucher is about to end."""
    day = day_before(due_at, "il")
    return _("Domanda %(protocol)s: il voucher va accettato entro %(day)s") % {
        "protocol": protocol,
        "day": day,
    }, body(
        _("Il voucher della domanda %(protocol)s è stato concesso ma non ancora accettato.") % {"protocol": protocol},
        _("Va accettato entro %(day)s compreso: il silenzio comporta la decadenza.") % {"day": day},
        _("Si accetta da qui, dopo l'accesso: %(page)s") % {"page": page_of(application_id)},
    )


def account_named(firm: str, firm_id: int, who: str, before: str, after: str, at: datetime) -> tuple[str, str]:
    """Subject and text when a firm gives its account or another one; `before` is empty the first time.

    The IBANs are never written whole: a mail is read by more eyes than the page.
    """
    what = {"firm": firm, "who": who, "moment": moment(at, "il"), "before": masked(before), "after": masked(after)}
    if before:
        subject = _("%(firm)s: il conto su cui ricevere il voucher è cambiato") % what
        said = _(
            "Il conto su cui %(firm)s riceve il voucher è stato cambiato %(moment)s da %(who)s: era %(before)s, ora "
            "è %(after)s."
        )
    else:
        subject = _("%(firm)s: il conto su cui ricevere il voucher") % what
        said = _("Il conto su cui %(firm)s riceve il voucher è stato indicato %(moment)s da %(who)s: %(after)s.")
    return subject, body(
        said % what,
        _("Se non sei stato tu, né chi agisce per l'impresa, scrivi subito all'ufficio: %(contacts)s")
        % {"contacts": settings.PUBLIC_URL + reverse("contacts")},
        _("Il conto si guarda e si cambia da qui, dopo l'accesso: %(page)s")
        % {"page": settings.PUBLIC_URL + reverse("payment_account", args=[firm_id])},
    )
