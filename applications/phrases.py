"""The Italian words of the first floor: states, desks, events. Tones: good, info, wait, bad, or nothing."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.rules.cross_checks import Likeness
from applications.rules.desk import Desk
from applications.rules.eligibility import Outcome
from applications.rules.states import ApplicationState

Words = str | Promise
OFFICE, FIRM, PORTAL = _("ufficio"), _("impresa"), _("portale")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A state in words: the label of its tag, its tone, and what it means for the firm."""

    label: Words
    tone: str
    explanation: Words


@dataclass(frozen=True, slots=True)
class Happening:
    """An event of a life cycle in words, and whose act it is."""

    title: Words
    by: Words


S = ApplicationState
STATES = {
    S.DRAFT: Phrase(_("Bozza"), "", _("La domanda non è presentata: nessun protocollo, nessun posto nella coda.")),
    S.SUBMITTED: Phrase(
        _("Presentata"),
        "info",
        _("La domanda ha il suo protocollo e aspetta un istruttore. Non devi fare nulla."),
    ),
    S.IN_REVIEW: Phrase(_("In istruttoria"), "info", _("L'ufficio sta controllando i requisiti. Non devi fare nulla.")),
    S.INTEGRATION: Phrase(
        _("Integrazione richiesta"),
        "wait",
        _("Tocca a te: l'ufficio aspetta i dati o i documenti che mancano. Il posto nella coda non cambia."),
    ),
    S.REJECTION_NOTICE: Phrase(
        _("Preavviso di rigetto"),
        "wait",
        _("Tocca a te: prima della decisione puoi presentare osservazioni (art. 10-bis della legge n. 241/1990)."),
    ),
    S.PROPOSED_ADMISSION: Phrase(
        _("In decisione"), "info", _("I controlli sono finiti: decide il responsabile del procedimento.")
    ),
    S.PROPOSED_REJECTION: Phrase(
        _("In decisione"), "info", _("I controlli sono finiti: decide il responsabile del procedimento.")
    ),
    S.ADMITTED: Phrase(
        _("Ammessa"),
        "good",
        _("La domanda possiede i requisiti. La concessione avviene con decreto, in ordine di protocollo."),
    ),
    S.REJECTED: Phrase(
        _("Non ammessa"), "bad", _("La domanda non possiede tutti i requisiti: i motivi sono qui sotto.")
    ),
    S.WITHDRAWN: Phrase(_("Ritirata"), "", _("L'impresa ha ritirato la domanda prima della decisione.")),
}

NEXT = {
    S.DRAFT: _("Completa e presenta la domanda"),
    S.SUBMITTED: _("Un istruttore la prende in carico"),
    S.IN_REVIEW: _("L'istruttore conclude i controlli"),
    S.INTEGRATION: _("Rispondi all'integrazione"),
    S.REJECTION_NOTICE: _("Presenta osservazioni"),
    S.PROPOSED_ADMISSION: _("Il responsabile del procedimento decide"),
    S.PROPOSED_REJECTION: _("Il responsabile del procedimento decide"),
    S.ADMITTED: _("Segui il voucher: decreto e accettazione"),
    S.REJECTED: _("Conclusa: i motivi sono nella domanda"),
    S.WITHDRAWN: _("Conclusa"),
}
"""The next thing that happens, said to the firm."""

TURNS = {"FIRM": _("Tocca a te"), "OFFICE": _("Tocca all'ufficio"), "NOBODY": _("Nessuno deve fare nulla")}
VOUCHER_TURN = _("Lo dice il voucher, qui sotto")
"""An admitted application goes on with its voucher, which has terms of its own."""

OFFICE_STATES = STATES | {
    S.SUBMITTED: Phrase(_("Da prendere in carico"), "wait", _("Protocollata, senza istruttore.")),
    S.IN_REVIEW: Phrase(_("In istruttoria"), "info", _("L'istruttore controlla i requisiti.")),
    S.INTEGRATION: Phrase(_("In attesa di integrazione"), "", _("Tocca all'impresa: il termine è sospeso.")),
    S.REJECTION_NOTICE: Phrase(_("Preavviso di rigetto"), "", _("Tocca all'impresa: il termine è sospeso.")),
    S.PROPOSED_ADMISSION: Phrase(_("Proposta: ammettere"), "wait", _("Decide il responsabile del procedimento.")),
    S.PROPOSED_REJECTION: Phrase(_("Proposta: non ammettere"), "wait", _("Decide il responsabile del procedimento.")),
}
"""The same states seen from the office: what waits for it is marked, what waits for the firm is quiet."""

DESKS = {
    Desk.OPEN: Phrase(_("Aperto"), "good", _("Si possono presentare domande.")),
    Desk.COMING: Phrase(_("In apertura"), "wait", _("Lo sportello non è ancora aperto.")),
    Desk.CLOSED: Phrase(_("Chiuso"), "", _("Non si possono più presentare domande.")),
    Desk.NONE: Phrase(_("Senza sportello"), "", _("Le date dello sportello non sono ancora fissate.")),
}

EVENTS = {
    "draft": Happening(_("Domanda iniziata"), FIRM),
    "submit": Happening(_("Domanda presentata"), FIRM),
    "take_charge": Happening(_("Presa in carico dall'istruttore"), OFFICE),
    "request_integration": Happening(_("Richiesta di integrazione"), OFFICE),
    "answer_integration": Happening(_("Integrazione inviata"), FIRM),
    "expire_integration": Happening(_("Termine dell'integrazione scaduto: domanda inammissibile"), PORTAL),
    "notify_rejection": Happening(_("Preavviso di rigetto"), OFFICE),
    "submit_observations": Happening(_("Osservazioni presentate"), FIRM),
    "close_notice": Happening(_("Termine delle osservazioni scaduto"), PORTAL),
    "propose_admission": Happening(_("Istruttoria conclusa"), OFFICE),
    "propose_rejection": Happening(_("Istruttoria conclusa"), OFFICE),
    "send_back": Happening(_("Rinviata all'istruttore"), OFFICE),
    "approve_admission": Happening(_("Domanda ammessa"), OFFICE),
    "approve_rejection": Happening(_("Domanda non ammessa"), OFFICE),
    "void_proposal": Happening(_("Tornata in istruttoria"), OFFICE),
    "void_approval": Happening(_("Ammissione da riesaminare"), OFFICE),
    "undo_approval": Happening(_("Decisione annullata prima della comunicazione"), OFFICE),
    "withdraw": Happening(_("Domanda ritirata"), FIRM),
}

OFFICE_EVENTS = EVENTS | {
    "propose_admission": Happening(_("Proposta di ammissione"), OFFICE),
    "propose_rejection": Happening(_("Proposta di non ammissione"), OFFICE),
    "void_proposal": Happening(_("Proposta annullata: un controllo è cambiato"), OFFICE),
    "void_approval": Happening(_("Approvazione annullata: un controllo è cambiato"), OFFICE),
}
"""The same events as the office tells them to itself."""

INTERNAL = frozenset({"propose_rejection", "send_back", "void_proposal"})
"""Events whose written reason is a note inside the office: the firm reads the outcome, not the note."""

PATHS = {"ORDINARY": _("Percorso ordinario"), "COVID": _("Percorso COVID-19")}
SHORT_PATHS = {"ORDINARY": _("ordinario"), "COVID": _("COVID-19")}
SIZES = {"micro": _("micro"), "small": _("piccola"), "medium": _("media"), "large": _("grande")}

OUTCOMES = {
    Outcome.MET: Phrase(_("Risulta"), "good", _("I fatti dichiarati soddisfano il requisito.")),
    Outcome.NOT_MET: Phrase(_("Non risulta"), "bad", _("I fatti dichiarati non soddisfano il requisito.")),
    Outcome.BY_HAND: Phrase(_("A cura dell'ufficio"), "", _("I fatti dichiarati non bastano: controlla l'istruttore.")),
    Outcome.RELAXED: Phrase(_("Non richiesto"), "", _("Il percorso scelto non chiede il requisito.")),
}
"""What the declared facts and the evidence say of a requirement."""

LIKENESSES = {
    Likeness.FILE: Phrase(_("Stesso file"), "bad", _("Un allegato è identico a quello di un'altra impresa.")),
    Likeness.VAT: Phrase(_("Stessa partita IVA"), "bad", _("Un'altra impresa, con un altro codice fiscale, la usa.")),
    Likeness.IBAN: Phrase(
        _("Stesso IBAN"), "bad", _("Un'altra impresa riceve, o riceveva, il denaro sullo stesso conto.")
    ),
    Likeness.LINKED: Phrase(
        _("Impresa collegata"), "bad", _("Tra gli aiuti dichiarati c'è il codice di un'impresa che ha fatto domanda.")
    ),
    Likeness.REPRESENTATIVE: Phrase(
        _("Stesso legale rappresentante"), "bad", _("Può essere un'impresa unica (de minimis, art. 2 par. 2).")
    ),
    Likeness.PEC: Phrase(_("Stessa PEC"), "wait", _("Due imprese ricevono allo stesso indirizzo.")),
    Likeness.CONSULTANT: Phrase(_("Presentata dalla stessa persona"), "", _("Un consulente può seguire più imprese.")),
    Likeness.DELEGATE: Phrase(
        _("Stesso delegato"), "", _("Ha, o ha avuto, la delega di un'altra impresa che ha fatto domanda.")
    ),
}
"""What two applications have in common, and why it is said."""

FOUND = {
    "YES": Phrase(_("Sì"), "good", ""),
    "NO": Phrase(_("No"), "bad", ""),
    "TO_INTEGRATE": Phrase(_("Da integrare"), "wait", ""),
}
"""What the officer found of a requirement."""

SCANS = {
    "CLEAN": Phrase(_("Scansione antivirus pulita"), "good", ""),
    "WAITING": Phrase(_("In attesa della scansione antivirus"), "wait", ""),
    "NOT_SCANNED": Phrase(_("Scansione antivirus non eseguita"), "", ""),
    "INFECTED": Phrase(_("Contiene un virus"), "bad", ""),
}
"""What the antivirus said of a file."""

CHOSEN_BY = {
    "ONLY": _("era il solo a poterla avere"),
    "PROVINCE": _("segue la provincia dell'impresa"),
    "LOAD": _("aveva il carico più leggero"),
    "ROTATION": _("a pari carico, aspettava da più tempo"),
    "ORDER": _("tutti alla pari: il primo dell'elenco"),
}
"""The rule that chose an officer."""

KEPT_OUT = {
    "ABSENT": _("assente"),
    "CONFLICT": _("conflitto di interessi dichiarato"),
    "FILED": _("agisce, o ha agito, per l'impresa"),
    "RELEASED": _("l'aveva già lasciata"),
}
"""Why an officer could not have a dossier."""
