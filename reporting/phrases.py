"""The Italian words of the reports: states, classes, buckets, moves, kinds of decree."""

from django.utils.translation import gettext_lazy as _

SIZES = {
    "micro": _("Microimpresa (meno di 10 dipendenti)"),
    "small": _("Piccola impresa (tra 10 e 49 dipendenti)"),
    "medium": _("Media impresa (tra 50 e 249 dipendenti)"),
    "large": _("Grande impresa (250 dipendenti e oltre)"),
}
SHORT_SIZES = {"micro": _("Micro"), "small": _("Piccola"), "medium": _("Media"), "large": _("Grande")}
PATHS = {"ORDINARY": _("Avviso originario"), "COVID": _("Addendum COVID-19")}

FUNNEL = {
    "in_review": _("In istruttoria"),
    "rejected": _("Non ammesse"),
    "withdrawn": _("Ritirate prima della decisione"),
    "to_be_granted": _("Ammesse, in attesa del decreto di concessione"),
    "waiting": _("Ammesse, in lista d'attesa"),
    "left_before_grant": _("Ammesse, uscite prima della concessione"),
    "renounced": _("Concesse e poi rinunciate"),
    "forfeited": _("Concesse e poi decadute"),
    "to_be_accepted": _("Concesse, in attesa di accettazione"),
    "accepted": _("Concesse e accettate"),
}

READINESS = {
    "READY": _("Pronte"),
    "NEEDS_HELP": _("Con bisogno di un aiuto"),
    "NOT_NOW": _("Non ora"),
    "UNASKED": _("Questionario non compilato"),
}

EXIT_EVENTS = {
    "renounce": _("Rinuncia"),
    "lapse": _("Decadenza per decorso del termine"),
    "forfeit": _("Decadenza disposta dall'ufficio"),
}

BUCKETS = {
    "available": _("Disponibile"),
    "reserved": _("Prenotato"),
    "committed": _("Impegnato"),
    "settled": _("Liquidato"),
    "paid": _("Pagato"),
    "saved": _("Economie"),
    "recovered": _("Recuperato"),
}

MOVES = {
    "APPROPRIATE": _("Stanziamenti"),
    "RESERVE": _("Prenotazioni"),
    "COMMIT": _("Impegni"),
    "SETTLE": _("Liquidazioni"),
    "PAY": _("Pagamenti"),
    "SAVE": _("Economie accertate"),
    "REUSE": _("Economie rimesse a disposizione"),
    "RELEASE_RESERVED": _("Prenotazioni liberate"),
    "RELEASE_COMMITTED": _("Impegni liberati (disimpegni)"),
    "RECOVER": _("Recuperi"),
    "RESERVE_AGAIN": _("Prenotazioni ripristinate per ripensamento"),
    "COMMIT_AGAIN": _("Impegni ripristinati per ripensamento"),
    "RECTIFY": _("Impegni ridotti per rettifica"),
}

DECREES = {
    "GRANT": _("Approvazione degli esiti e concessione"),
    "REJECTION": _("Non ammissione"),
    "FORFEITURE": _("Decadenza con economia"),
    "REDETERMINATION": _("Presa d'atto di rinunce e rideterminazione"),
    "REFINANCING": _("Rifinanziamento"),
    "RECTIFICATION": _("Rettifica"),
}


def words(table: dict[str, object], code: str) -> str:
    """The words for a code; a code without words is shown as it is rather than hidden."""
    return str(table.get(code, code))
