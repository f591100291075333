"""What the portal writes to firms about their application: plain words, what happened, what to do by when."""

from datetime import datetime

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from portal.kernel.days import after

SIGNATURE = _("Sportello — messaggio inviato dal portale, non rispondere a questo indirizzo.")


def moment(instant: datetime, article: str = "") -> str:
    """An instant as people write it, after its article if one is given: 2 aprile 2020, 12:00; l'8 aprile 2020, 12:00.

    Django's Italian months begin with a capital.
    """
    return after(article, date_format(localtime(instant), "j F Y, H:i").lower())


def day_before(instant: datetime, article: str = "") -> str:
    """The last useful day of a term that expires at this instant, after its article if one is given."""
    return after(article, date_format(localtime(instant) - datetime.resolution, "j F Y").lower())


def page_of(application_id: int) -> str:
    """The address of an application's page; only who acts for its firm gets in."""
    return f"{settings.PUBLIC_URL}/domande/{application_id}/"


def body(*paragraphs: str) -> str:
    """The text of a message: paragraphs, then the portal's signature."""
    return "\n\n".join([*paragraphs, SIGNATURE])


def paragraphs_of(text: str) -> tuple[str, ...]:
    """The paragraphs of a message's text, without the portal's signature."""
    return tuple(text.removesuffix(str(SIGNATURE)).strip().split("\n\n"))


def receipt(protocol: str, at: datetime, call: str, days: int) -> tuple[str, str]:
    """Subject and text of the receipt of a submission; `days` are those the office has to decide."""
    return _("Domanda presentata: protocollo %(protocol)s") % {"protocol": protocol}, body(
        _("La domanda per «%(call)s» è stata presentata %(at)s.") % {"call": call, "at": moment(at, "il")},
        _("Il numero di protocollo è %(protocol)s: conservarlo, serve per ogni comunicazione.")
        % {"protocol": protocol},
        _("L'ufficio decide entro %(days)d giorni, salvo sospensioni.") % {"days": days}
        + " "
        + _("Se mancano dati o documenti arriva una richiesta di integrazione, e il conto si ferma."),
    )


def integration(protocol: str, items: list[str], due_at: datetime, application_id: int) -> tuple[str, str]:
    """Subject and text of an integration request."""
    return _("Domanda %(protocol)s: servono altri dati") % {"protocol": protocol}, body(
        _("Per proseguire l'istruttoria della domanda %(protocol)s servono:") % {"protocol": protocol},
        "\n".join(f"- {item}" for item in items),
        _("La risposta va data entro %(day)s compreso: dopo, la domanda è inammissibile.")
        % {"day": day_before(due_at, "il")},
        _("Si risponde da qui, dopo l'accesso: %(page)s") % {"page": page_of(application_id)},
        _("Il posto nella coda non cambia."),
    )


def notice(protocol: str, reasons: list[str], due_at: datetime, application_id: int, note: str = "") -> tuple[str, str]:
    """Subject and text of the notice before a rejection (art. 10-bis L. 241/1990)."""
    return _("Domanda %(protocol)s: preavviso di rigetto") % {"protocol": protocol}, body(
        _("L'ufficio ritiene che la domanda %(protocol)s non possa essere accolta, per questi motivi:")
        % {"protocol": protocol},
        "\n".join(f"- {reason}" for reason in reasons),
        *([note.strip()] if note.strip() else []),
        _("Fino %(day)s compreso si possono presentare osservazioni (art. 10-bis della legge n. 241/1990).")
        % {"day": day_before(due_at, "al")},
        _("Si presentano da qui, dopo l'accesso: %(page)s") % {"page": page_of(application_id)},
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


def reopened(protocol: str, why: str) -> tuple[str, str]:
    """Subject and text when an admission goes back to review because a check changed."""
    return _("Domanda %(protocol)s: l'esito va riesaminato") % {"protocol": protocol}, body(
        _("L'esito positivo comunicato per la domanda %(protocol)s non vale più: la domanda torna in istruttoria.")
        % {"protocol": protocol},
        why,
        _("Nessun voucher era stato calcolato. Il posto nella coda non cambia; il nuovo esito arriva per PEC."),
    )


def voided(protocol: str, why: str, application_id: int) -> tuple[str, str]:
    """Subject and text for the colleagues who proposed or approved what no longer holds."""
    page = f"{settings.PUBLIC_URL}/ufficio/domande/{application_id}/"
    return _("Domanda %(protocol)s: torna in istruttoria") % {"protocol": protocol}, body(
        _("Un controllo della domanda %(protocol)s è cambiato dopo la proposta: la domanda torna in istruttoria.")
        % {"protocol": protocol},
        why,
        _("Il fascicolo: %(page)s") % {"page": page},
    )


def withdrawn(protocol: str) -> tuple[str, str]:
    """Subject and text when a firm withdraws its application."""
    return _("Domanda %(protocol)s: ritiro registrato") % {"protocol": protocol}, body(
        _("Il ritiro della domanda %(protocol)s è stato registrato. Se ne può presentare un'altra.")
        % {"protocol": protocol}
    )


def taken(protocol: str) -> tuple[str, str]:
    """Subject and text when an officer takes an application into review (art. 8 L. 241/1990)."""
    return _("Domanda %(protocol)s: istruttoria avviata") % {"protocol": protocol}, body(
        _("Un istruttore ha preso in carico la domanda %(protocol)s e controlla i requisiti.") % {"protocol": protocol},
        _("Non bisogna fare nulla: se mancano dati o documenti arriva una richiesta di integrazione."),
    )


def answered(protocol: str, at: datetime) -> tuple[str, str]:
    """Subject and text when an integration was answered."""
    return _("Domanda %(protocol)s: integrazione ricevuta") % {"protocol": protocol}, body(
        _("La risposta alla richiesta di integrazione è arrivata %(at)s.") % {"at": moment(at, "il")},
        _("L'istruttoria riprende e il posto nella coda non cambia."),
    )


def observed(protocol: str, at: datetime) -> tuple[str, str]:
    """Subject and text when observations to a notice were received."""
    return _("Domanda %(protocol)s: osservazioni ricevute") % {"protocol": protocol}, body(
        _("Le osservazioni al preavviso di rigetto sono arrivate %(at)s.") % {"at": moment(at, "il")},
        _("L'ufficio le valuta prima di decidere e ne dà conto nella decisione."),
    )


def courtesy(protocol: str, application_id: int) -> tuple[str, str]:
    """Subject and text of the nudge that goes with a certified message: not what it says."""
    return _("Una PEC per la domanda %(protocol)s") % {"protocol": protocol}, body(
        _("Alla PEC dell'impresa è in arrivo una comunicazione sulla domanda %(protocol)s.") % {"protocol": protocol},
        _("Si legge anche qui, dopo l'accesso: %(page)s") % {"page": page_of(application_id)},
        _("Questo messaggio è una cortesia: i termini si contano dalla PEC."),
    )


def message(protocol: str, application_id: int) -> tuple[str, str]:
    """Subject and text of the nudge when the office writes on an application: not what it says."""
    return _("Domanda %(protocol)s: un messaggio dell'ufficio") % {"protocol": protocol}, body(
        _("L'ufficio ha scritto un messaggio sulla domanda %(protocol)s.") % {"protocol": protocol},
        _("Si legge e si risponde qui, dopo l'accesso: %(page)smessaggi/") % {"page": page_of(application_id)},
    )


def closing(call: str, closes_at: datetime, application_id: int) -> tuple[str, str]:
    """Subject and text when a desk is about to close on a draft."""
    at = moment(closes_at, "il")
    return _("La domanda non è ancora presentata: lo sportello chiude %(at)s") % {"at": at}, body(
        _("Per «%(call)s» c'è una bozza. La bozza NON è una domanda presentata: non ha protocollo né posto in coda.")
        % {"call": call},
        _("Lo sportello chiude %(at)s: a quell'ora esatta non si può più presentare.") % {"at": at},
        _("Si riprende da qui, dopo l'accesso: %(page)s") % {"page": page_of(application_id)},
        _("Chi ha cambiato idea non deve fare nulla."),
    )


def integration_ends(protocol: str, due_at: datetime, application_id: int) -> tuple[str, str]:
    """Subject and text when the term of an integration is about to end."""
    day = day_before(due_at, "il")
    return _("Domanda %(protocol)s: la risposta va data entro %(day)s") % {"protocol": protocol, "day": day}, body(
        _("L'ufficio aspetta ancora i dati o i documenti chiesti per la domanda %(protocol)s.")
        % {"protocol": protocol},
        _("La risposta va data entro %(day)s compreso: dopo, la domanda è inammissibile.") % {"day": day},
        _("Si risponde da qui, dopo l'accesso: %(page)s") % {"page": page_of(application_id)},
    )


def notice_ends(protocol: str, due_at: datetime, application_id: int) -> tuple[str, str]:
    """Subject and text when the term for the observations to a notice is about to end."""
    day = day_before(due_at, "il")
    return _("Domanda %(protocol)s: osservazioni entro %(day)s") % {"protocol": protocol, "day": day}, body(
        _("Per la domanda %(protocol)s è stato inviato un preavviso di rigetto.") % {"protocol": protocol},
        _("Si possono presentare osservazioni fino %(day)s compreso; poi l'ufficio decide senza.")
        % {"day": day_before(due_at, "al")},
        _("Si presentano da qui, dopo l'accesso: %(page)s") % {"page": page_of(application_id)},
    )
