"""The Italian words of the second floor: states and events of vouchers and decrees."""

from django.utils.translation import gettext_lazy as _

from applications.phrases import FIRM, OFFICE, PORTAL, Happening, Phrase
from applications.rules.precheck import Verdict
from applications.rules.readiness import Readiness
from vouchers.rules.funding import Outcome
from vouchers.rules.ledger import Kind
from vouchers.rules.outliers import Mark
from vouchers.rules.states import AwardState, DecreeState

A = AwardState
AWARD_STATES = {
    A.COMPUTED: Phrase(_("Calcolato"), "info", _("L'importo è calcolato; la prenotazione delle risorse è in corso.")),
    A.WAITING: Phrase(
        _("In lista d'attesa"),
        "wait",
        _("Le risorse non bastano oggi. Se tornano disponibili, la lista scorre in ordine di protocollo."),
    ),
    A.RESERVED: Phrase(
        _("Risorse prenotate"), "info", _("Il denaro è da parte: la concessione avviene con il prossimo decreto.")
    ),
    A.GRANTED: Phrase(
        _("Concesso, da accettare"), "wait", _("Tocca a te: accetta il voucher entro il termine, o decade.")
    ),
    A.ACCEPTED: Phrase(_("Accettato"), "good", _("Il voucher è accettato: si possono avviare le attività.")),
    A.RENOUNCED: Phrase(_("Rinunciato"), "", _("L'impresa ha rinunciato al voucher; il denaro è tornato disponibile.")),
    A.FORFEITED: Phrase(_("Decaduto"), "bad", _("Il voucher è decaduto.")),
    A.EXCLUDED: Phrase(_("Escluso"), "bad", _("Il voucher non può essere concesso.")),
}

AWARD_EVENTS = {
    "compute": Happening(_("Importo calcolato"), PORTAL),
    "reserve": Happening(_("Risorse prenotate"), PORTAL),
    "queue": Happening(_("In lista d'attesa"), PORTAL),
    "exclude": Happening(_("Escluso dalla concessione"), OFFICE),
    "grant": Happening(_("Voucher concesso con decreto"), OFFICE),
    "accept": Happening(_("Voucher accettato"), FIRM),
    "renounce": Happening(_("Rinuncia al voucher"), FIRM),
    "reduce": Happening(_("Rinuncia a un'azione"), FIRM),
    "restore": Happening(_("Ripensamento: l'azione torna nel voucher"), FIRM),
    "resume_waiting": Happening(_("Ripensamento: di nuovo in lista d'attesa"), FIRM),
    "resume_reserved": Happening(_("Ripensamento: risorse di nuovo prenotate"), FIRM),
    "resume_granted": Happening(_("Ripensamento: voucher di nuovo concesso"), FIRM),
    "resume_accepted": Happening(_("Ripensamento: voucher di nuovo accettato"), FIRM),
    "rectify": Happening(_("Decreto di concessione rettificato"), OFFICE),
    "lapse": Happening(_("Decadenza: voucher non accettato in tempo"), PORTAL),
    "forfeit": Happening(_("Decadenza"), OFFICE),
}

AWARD_DOORS = {
    "accept": ("accept_award", _("Accetta il voucher"), True),
    "renounce": ("renounce_award", _("Rinuncia al voucher"), False),
    "reduce": ("reduce_award", _("Rinuncia solo all'Azione {action}"), False),
    "restore": ("think_again", _("Riprendi l'Azione {action}"), False),
    "resume_waiting": ("think_again", _("Riprendi il voucher"), True),
    "resume_reserved": ("think_again", _("Riprendi il voucher"), True),
    "resume_granted": ("think_again", _("Riprendi il voucher"), True),
    "resume_accepted": ("think_again", _("Riprendi il voucher"), True),
}
"""Where the button of an event leads, what it says, whether it is the page's main one."""

DECREE_STATES = {
    DecreeState.DRAFT: Phrase(_("In preparazione"), "wait", _("Il decreto non è firmato e si può ancora scartare.")),
    DecreeState.SIGNED: Phrase(_("Firmato"), "good", _("Il decreto ha il suo numero e non cambia più.")),
    DecreeState.DISCARDED: Phrase(_("Scartato"), "", _("Il decreto non è stato firmato e non lo sarà.")),
}

TERMS_IN_ORDER = (
    "decision", "integration", "rejection_notice", "acceptance", "start_notice", "activities", "pilot", "claim",
    "agreement_validity", "records",
)  # fmt: skip
"""The terms of a call in the order in which a firm meets them; others follow."""

PHASES = {
    "APPLICATION": _("Con la domanda"),
    "ACCEPTANCE": _("All'accettazione del voucher"),
    "START": _("All'avvio delle attività"),
    "CLAIM": _("Alla rendicontazione"),
}

MOVES = {
    Kind.APPROPRIATE: _("Stanziamento"),
    Kind.RESERVE: _("Prenotazione"),
    Kind.COMMIT: _("Impegno"),
    Kind.SETTLE: _("Liquidazione"),
    Kind.PAY: _("Pagamento"),
    Kind.SAVE: _("Economia accertata"),
    Kind.REUSE: _("Economia rimessa a disposizione"),
    Kind.RELEASE_RESERVED: _("Prenotazione liberata"),
    Kind.RELEASE_COMMITTED: _("Disimpegno"),
    Kind.RECOVER: _("Recupero"),
    Kind.RESERVE_AGAIN: _("Prenotazione ripristinata per ripensamento"),
    Kind.COMMIT_AGAIN: _("Impegno ripristinato per ripensamento"),
    Kind.RECTIFY: _("Impegno ridotto per rettifica"),
}
"""A move of the ledger, one entry at a time."""

OUTCOMES = {
    Outcome.SERVED: _("Servita"),
    Outcome.HELD: _("In istruttoria, euro accantonati"),
    Outcome.WAITING: _("In attesa"),
}
"""What becomes of a place in the queue."""

MARKS = {
    Mark.CEILING: Phrase(
        _("Oltre il massimale de minimis"), "bad", _("La composizione del decreto lo escluderà, e servirà chi segue.")
    ),
    Mark.REPRESENTATIVE: Phrase(
        _("Stesso legale rappresentante"), "wait", _("Verifica se le imprese sono un'impresa unica (de minimis).")
    ),
    Mark.SITES: Phrase(
        _("Dipendenti diversi nelle sedi"), "wait", _("Vale il numero della domanda: chiedi come è stato contato.")
    ),
    Mark.TOTAL: Phrase(_("Più dipendenti che in totale"), "wait", _("Uno dei due numeri non è aggiornato.")),
    Mark.EDGE: Phrase(_("Sul bordo della fascia"), "info", _("Un dipendente in meno cambia l'importo.")),
}
"""Why an application stands out in a session."""

VERDICTS = {
    Verdict.YES: Phrase(
        _("Sì, sembra fare per te"),
        "good",
        _("Le tue risposte non mostrano ostacoli. I requisiti si controllano poi sulla domanda."),
    ),
    Verdict.TO_CHECK: Phrase(
        _("Forse: c'è qualcosa da verificare"),
        "wait",
        _("Nessuna risposta ti esclude, ma prima di compilare la domanda chiarisci i punti qui sotto."),
    ),
    Verdict.NO: Phrase(
        _("No, così non fa per te"),
        "bad",
        _("Con queste risposte la domanda non sarebbe ammessa: i motivi sono qui sotto, con l'articolo."),
    ),
}

READINESS = {
    Readiness.READY: Phrase(
        _("Siete pronti"),
        "good",
        _("Ci sono le condizioni per portare a termine il piano."),
    ),
    Readiness.NEEDS_HELP: Phrase(
        _("Serve un aiuto"),
        "wait",
        _("Si può fare, con un appoggio: prima della domanda parlatene con il consulente o con l'operatore."),
    ),
    Readiness.NOT_NOW: Phrase(
        _("Non ora"),
        "bad",
        _("Manca qualcosa senza cui il piano non si conclude: meglio aspettare."),
    ),
}

READINESS_ADVICE = {
    "management": _("Senza la volontà di chi dirige, l'accordo e la formazione dei responsabili restano sulla carta."),
    "person": _("Scegliete chi segue il progetto, in azienda o nello studio che vi assiste."),
    "activities": _("Fate l'elenco delle attività che non chiedono la presenza: il piano parte da lì."),
    "time": _("Tutte le attività si concludono in un termine fisso: se l'anno è già pieno, aspettate."),
    "cash": _("Il voucher arriva dopo la rendicontazione: chiedete alla banca o scegliete un operatore che attenda."),
}
"""What to do about each answer that is not a plain yes."""
