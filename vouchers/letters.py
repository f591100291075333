"""What the portal writes to firms about their voucher."""

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from applications.letters import body, day_before
from portal.kernel.money import euro


def granted(protocol: str, decree: str, amount: Decimal, due_at: datetime) -> tuple[str, str]:
    """Subject and text when a voucher is granted."""
    return _("Domanda %(protocol)s: voucher concesso") % {"protocol": protocol}, body(
        _("Con il decreto n. %(decree)s è stato concesso un voucher di %(amount)s.")
        % {"decree": decree, "amount": euro(amount)},
        _("Per averlo bisogna accettarlo entro il %(day)s compreso: il silenzio comporta la decadenza.")
        % {"day": day_before(due_at)},
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


def renounced(protocol: str) -> tuple[str, str]:
    """Subject and text when a firm gives the voucher back."""
    return _("Domanda %(protocol)s: rinuncia registrata") % {"protocol": protocol}, body(
        _("La rinuncia al voucher della domanda %(protocol)s è stata registrata.") % {"protocol": protocol}
    )


def excluded(protocol: str, reason: str) -> tuple[str, str]:
    """Subject and text when an award cannot be granted."""
    return _("Domanda %(protocol)s: voucher non concedibile") % {"protocol": protocol}, body(
        _("Il voucher della domanda %(protocol)s non può essere concesso: %(reason)s.")
        % {"protocol": protocol, "reason": reason},
        _("È possibile presentare ricorso al TAR entro 60 giorni o al Capo dello Stato entro 120 giorni."),
    )


def forfeited(protocol: str, reason: str) -> tuple[str, str]:
    """Subject and text when a voucher lapses."""
    return _("Domanda %(protocol)s: decadenza dal voucher") % {"protocol": protocol}, body(
        _("Il voucher della domanda %(protocol)s è decaduto: %(reason)s.")
        % {"protocol": protocol, "reason": reason[:1].lower() + reason[1:]},
        _("È possibile presentare ricorso al TAR entro 60 giorni o al Capo dello Stato entro 120 giorni."),
    )
