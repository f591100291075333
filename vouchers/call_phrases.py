"""The Italian words of a call's parts: what an office reads in place of the keys of its file."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.phrases import Phrase
from vouchers.rules.states import CallDraftState

Words = str | Promise

CALL_DRAFT_STATES = {
    CallDraftState.DRAFT: Phrase(_("In preparazione"), "info", ""),
    CallDraftState.PROPOSED: Phrase(_("Da pubblicare"), "wait", ""),
    CallDraftState.PUBLISHED: Phrase(_("Pubblicata"), "good", ""),
    CallDraftState.DISCARDED: Phrase(_("Scartata"), "", ""),
}
PART_TITLES: dict[str, tuple[Words, Words]] = {
    "identita": (_("Identità"), _("Come l'avviso si presenta nelle pagine e nei decreti.")),
    "sportelli": (_("Versione e sportelli"), _("Da quando valgono queste regole e quando si presentano le domande.")),
    "azioni": (_("Azioni e prodotti"), _("Che cosa si finanzia: una o più linee, ciascuna con il suo denaro.")),
    "fasce": (_("Fasce e importi"), _("Quanto spetta per numero di dipendenti, azione per azione.")),
    "risorse": (_("Risorse"), _("Gli atti che portano denaro: ciascuno si contabilizza alla sua data.")),
    "requisiti": (
        _("Requisiti e percorsi"),
        _("I controlli dell'istruttoria, con norma e motivo di esclusione."),
    ),
    "dichiarazioni": (_("Dichiarazioni"), _("Che cosa dichiara chi presenta la domanda.")),
    "documenti": (_("Documenti"), _("Che cosa si chiede, quando e in quali casi.")),
    "regole": (_("Regole del calcolo e della coda"), _("Come si calcola e in che ordine si serve.")),
    "de-minimis": (_("De minimis"), _("Il regime di aiuto e i regolamenti con i massimali.")),
    "accesso": (_("Accesso, apertura, firma"), _("Come si entra, come si apre lo sportello, come si firma.")),
    "termini": (_("Termini"), _("Entro quando, e che cosa succede dopo.")),
    "motivi": (_("Motivi di rinuncia e di decadenza"), _("Gli elenchi fra cui si sceglie.")),
    "decreti": (
        _("Testi dei decreti"),
        _("Un capoverso per riga. I nomi tra parentesi graffe li riempie il portale."),
    ),
    "comunicazione": (
        _("Testi per chi legge"),
        _("Che cosa comporta, le guide ai documenti, i testi del monitoraggio: in TOML, controllati riga per riga."),
    ),
}
LABELS: dict[str, Words] = {
    "slug": _("Nome nell'indirizzo"), "identity": _("Identità"), "title": _("Titolo"),
    "short_title": _("Titolo breve"), "subtitle": _("Sottotitolo"), "programme": _("Programma"), "axis": _("Asse"),
    "objective": _("Obiettivo"), "programme_action": _("Azione del programma"), "code": _("Codice"), "cup": _("CUP"),
    "aid": _("Natura dell'aiuto"), "authority": _("Amministrazione"), "directorate": _("Direzione"),
    "office": _("Ufficio"), "office_pec": _("PEC dell'ufficio"), "publication": _("Dove si pubblica"),
    "founding_acts": _("Atti dell'avviso"), "date": _("Data"), "act": _("Atto"), "text": _("Testo"),
    "money_acts": _("Atti di dotazione"), "total": _("Totale, €"), "split": _("Ripartizione"),
    "effort": _("Che cosa comporta"),
    "guides": _("Guide ai documenti"), "monitoring": _("Testi del monitoraggio"), "terms": _("Regole"),
    "valid_from": _("In vigore dal"), "summary": _("In breve"), "windows": _("Sportelli"), "desk": _("Numero"),
    "opens": _("Apre"), "closes": _("Chiude"), "timezone": _("Fuso orario"), "actions": _("Azioni"),
    "article": _("Norma"), "compulsory": _("Obbligatoria"), "requires": _("Solo insieme all'azione"),
    "limits": _("Limiti"), "parts": _("Interventi"), "outputs": _("Prodotti"), "bands": _("Fasce"),
    "min": _("Da (dipendenti)"), "max": _("A (dipendenti)"), "amount": _("Importo"),
    "pilot_bands": _("Progetto pilota"),
    "workers": _("Persone nel pilota"), "rules": _("Regole"), "bands_article": _("Norma degli importi"),
    "actions_article": _("Norma delle azioni"), "compulsory_parts_article": _("Norma degli interventi obbligatori"),
    "queue_article": _("Norma dell'ordine"), "headcount_basis": _("Quali dipendenti si contano"),
    "headcount_reference": _("Quando si contano"), "intensity": _("Quota pubblica, %"), "vat": _("IVA"),
    "rounding": _("Arrotondamento"), "partial_award": _("Concessione parziale"),
    "overtaking": _("Una domanda più piccola può passare avanti"),
    "hold_for_pending": _("Si accantona per chi è ancora in istruttoria"),
    "one_live_application": _("Una sola domanda attiva"), "interest_rates": _("Interessi legali"),
    "percent": _("Percento all'anno"), "de_minimis": _("De minimis"), "over_ceiling": _("Oltre il massimale"),
    "overlap": _("Con due regolamenti vale"), "regulations": _("Regolamenti"), "valid_to": _("Fino al"),
    "tail_to": _("Coda fino al"), "ceiling": _("Massimale, €"), "road_freight_ceiling": _("Massimale trasporto, €"),
    "window": _("Periodo"), "login": _("Accesso"), "strength": _("Forza dell'accesso"), "opening": _("Apertura"),
    "mode": _("Ordine"), "waiting_room": _("Sala d'attesa"), "admissions_per_second": _("Ingressi al secondo"),
    "place_minutes": _("Minuti per presentare"), "signature": _("Firma"), "form": _("Forma"), "paths": _("Percorsi"),
    "relaxes": _("Requisiti che non si chiedono"), "costs_from": _("Spese dal"), "introduced_from": _("Introdotto dal"),
    "requirements": _("Requisiti"), "evidence": _("Come si verifica"), "reason": _("Motivo di esclusione"),
    "minimum": _("Minimo"), "ateco_excluded": _("ATECO esclusi"), "declarations": _("Dichiarazioni"),
    "only_paths": _("Solo nei percorsi"), "except_paths": _("Tranne nei percorsi"), "documents": _("Documenti"),
    "phase": _("Quando"), "formats": _("Formati"), "when": _("Solo se"), "path": _("percorso"), "action": _("azione"),
    "signed_by_delegate": _("firma un delegato"), "site_to_open": _("sede da aprire"), "deadlines": _("Termini"),
    "integration": _("Integrazione"), "rejection_notice": _("Preavviso di rigetto"), "decision": _("Decisione"),
    "acceptance": _("Accettazione"), "start_notice": _("Avvio"), "activities": _("Attività"), "pilot": _("Pilota"),
    "claim": _("Rendicontazione"), "records": _("Conservazione"), "agreement_validity": _("Validità dell'accordo"),
    "appeal_court": _("Ricorso al TAR"), "appeal_head_of_state": _("Ricorso straordinario"), "value": _("Durata"),
    "unit": _("Unità"), "effect": _("Che cosa succede"), "suspends_decision": _("Sospende la decisione"),
    "assumption": _("Da confermare"), "note": _("Nota"), "renunciation_reasons": _("Motivi di rinuncia"),
    "forfeiture_reasons": _("Motivi di decadenza"), "decree_preamble": _("Premesse"), "visti": _("Visti"),
    "richiamato": _("Richiamato"), "decrees": _("Decreti"), "GRANT": _("Concessione"), "REJECTION": _("Non ammissione"),
    "FORFEITURE": _("Decadenza"), "subject": _("Oggetto"), "dato_atto": _("Dato atto"),
    "considerato": _("Considerato"), "ritenuto": _("Ritenuto"), "decreta": _("Decreta"), "annexes": _("Allegati"),
}  # fmt: skip
OPTIONS: dict[str, Words] = {
    "LOMBARDY_CONTRACTS": _("tutti i contratti nelle sedi lombarde"),
    "LOMBARDY_FULL_TIME_EQUIVALENT": _("a tempo pieno equivalente, sedi lombarde"),
    "APPLICATION": _("alla domanda"), "ACCEPTANCE": _("all'accettazione"), "START": _("all'avvio"),
    "CLAIM": _("alla rendicontazione"), "ONLY_IF_NOT_RECOVERABLE": _("solo se non recuperabile"),
    "ALWAYS": _("sempre ammissibile"), "NEVER": _("mai ammissibile"),
    "HALF_UP_CENT": _("al centesimo, mezzo per eccesso"), "REFUSE": _("il voucher non si concede"),
    "CUT": _("il voucher si riduce"), "FOUNDING": _("quello dell'avviso"), "NEWEST": _("il più recente"),
    "FISCAL_YEARS_3": _("tre esercizi finanziari"), "ROLLING_3_YEARS": _("tre anni a ritroso"),
    "STRONG": _("identità digitale"), "PLAIN": _("e-mail e password"), "ARRIVAL": _("di arrivo"),
    "DRAW": _("con sorteggio"), "FILE": _("documento firmato digitalmente"), "SESSION": _("sul portale, con l'accesso"),
}  # fmt: skip
HELP: dict[str, Words] = {
    "slug": _("Minuscole, cifre e trattini: lavoro-agile-2027. Non si cambia dopo la pubblicazione."),
    "code": _("Maiuscole, cifre e trattini bassi."),
    "opens": _("Ora di Roma, per esempio 15/01/2027 12:00. L'istante di apertura è compreso."),
    "closes": _("L'istante di chiusura è già fuori."),
    "max": _("Vuoto: «e oltre»."),
    "limits": _("Una riga ciascuno."),
    "formats": _("Uno per riga: pdf, p7m."),
    "relaxes": _("Codici separati da virgole; nessuno: scrivi un trattino."),
    "parts": _("Gli interventi in TOML: [[parts]] con code, title, text, compulsory."),
    "annexes": _("Gli allegati in TOML: [[annexes]] con code e title."),
    "requires": _("Il codice di un'altra azione, se questa si chiede solo insieme a quella."),
}


def label_of(key: str) -> Words:
    """The word of a key; codes of rows and actions are their own."""
    return LABELS.get(key, key)


def trail_of(path: Sequence[str]) -> str:
    """Where a value is, in words: Requisiti › DURC › Testo. A number is that of a row."""
    words = (_("riga %(number)s") % {"number": key} if key.isdecimal() else label_of(key) for key in path)
    return " › ".join(map(str, words))


def said(message: str) -> str:
    """A sentence of the file's reader for who writes on a page: no brackets to add, a capital at the beginning."""
    plain = (
        _("manca: si scrive qui") if message.startswith("manca la voce «") else message.partition(": aggiungi [[")[0]
    )
    return f"{str(plain)[:1].upper()}{str(plain)[1:]}"
