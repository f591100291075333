"""What the portal writes to firms about their application: plain words, what happened, what to do by when."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

SIGNATURE = _("Sportello — messaggio inviato dal portale, non rispondere a questo indirizzo.")


def moment(instant: datetime) -> str:
    """An instant as people write it: 2 aprile 2020, 12:00 (Django's Italian months begin with a capital)."""
    return date_format(localtime(instant), "j F Y, H:i").lower()


def day_before(instant: datetime) -> str:
    """The last useful day of a term that expires at this instant."""
    return date_format(localtime(instant) - datetime.resolution, "j F Y").lower()


def body(*paragraphs: str) -> str:
    """The text of a message: paragraphs, then the portal's signature."""
    return "\n\n".join([*paragraphs, SIGNATURE])


def receipt(protocol: str, at: datetime, call: str) -> tuple[str, str]:
    """Subject and text of the receipt of a submission."""
    return _("Domanda presentata: protocollo %(protocol)s") % {"protocol": protocol}, body(
        _("La domanda per «%(call)s» è stata presentata il %(at)s.") % {"call": call, "at": moment(at)},
        _("Il numero di protocollo è %(protocol)s: conservarlo, serve per ogni comunicazione.")
        % {"protocol": protocol},
        _("L'ufficio decide entro 60 giorni. Se mancano dati o documenti arriva una richiesta di integrazione."),
    )


def integration(protocol: str, items: list[str], due_at: datetime) -> tuple[str, str]:
    """Subject and text of an integration request."""
    return _("Domanda %(protocol)s: servono altri dati") % {"protocol": protocol}, body(
        _("Per proseguire l'istruttoria della domanda %(protocol)s servono:") % {"protocol": protocol},
        "\n".join(f"- {item}" for item in items),
        _("La risposta va data entro il %(day)s compreso: dopo, la domanda è inammissibile.")
        % {"day": day_before(due_at)},
        _("Il posto nella coda non cambia."),
    )


def notice(protocol: str, reasons: list[str], due_at: datetime) -> tuple[str, str]:
    """Subject and text of the notice before a rejection (art. 10-bis L. 241/1990)."""
    return _("Domanda %(protocol)s: preavviso di rigetto") % {"protocol": protocol}, body(
        _("L'ufficio ritiene che la domanda %(protocol)s non possa essere accolta, per questi motivi:")
        % {"protocol": protocol},
        "\n".join(f"- {reason}" for reason in reasons),
        _("Fino al %(day)s compreso si possono presentare osservazioni (art. 10-bis della legge n. 241/1990).")
        % {"day": day_before(due_at)},
    )


def admitted(protocol: str) -> tuple[str, str]:
    """Subject and text when a review ends well."""
    return _("Domanda %(protocol)s: istruttoria conclusa con esito positivo") % {"protocol": protocol}, body(
        _("La domanda %(protocol)s possiede i requisiti richiesti.") % {"protocol": protocol},
        _("La concessione avviene con decreto, in ordine di protocollo e nei limiti delle risorse."),
    )


def rejected(protocol: str, reasons: list[str]) -> tuple[str, str]:
    """Subject and text when a review ends with a rejection."""
    return _("Domanda %(protocol)s: non ammessa") % {"protocol": protocol}, body(
        _("La domanda %(protocol)s non è ammessa, per questi motivi:") % {"protocol": protocol},
        "\n".join(f"- {reason}" for reason in reasons),
        _("È possibile presentare ricorso al TAR entro 60 giorni o al Capo dello Stato entro 120 giorni."),
    )


def withdrawn(protocol: str) -> tuple[str, str]:
    """Subject and text when a firm withdraws its application."""
    return _("Domanda %(protocol)s: ritiro registrato") % {"protocol": protocol}, body(
        _("Il ritiro della domanda %(protocol)s è stato registrato. Se ne può presentare un'altra.")
        % {"protocol": protocol}
    )
