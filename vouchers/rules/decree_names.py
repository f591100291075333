"""The names that the texts of a call may put in braces in a decree, with what each stands for.

`decree_words.names_of` gives their values; a test holds the two together.
"""

DECREE_NAMES: dict[str, str] = {
    "programme": "programma",
    "axis": "asse del programma",
    "objective": "obiettivo specifico",
    "programme_action": "azione del programma",
    "call_title": "titolo dell'avviso",
    "call_code": "codice dell'avviso",
    "cup": "codice unico di progetto",
    "publication": "sedi di pubblicazione",
    "ordinal": "ordinale del provvedimento",
    "number": "numero del decreto",
    "year": "esercizi finanziari",
    "applications_received": "domande pervenute",
    "applications_examined": "domande definite con il provvedimento",
    "protocol_first": "primo numero di protocollo",
    "protocol_last": "ultimo numero di protocollo",
    "cor_count": "codici COR rilasciati",
    "admitted_count": "domande ammesse e finanziate",
    "waiting_count": "domande ammesse e non finanziate",
    "rejected_count": "domande non ammesse",
    "forfeited_count": "voucher decaduti",
    "amount_total": "importo complessivo",
    "amounts_by_action": "importi per Azione",
    "appropriated_total": "dotazione complessiva",
    "appropriated_by_action": "dotazione per Azione",
    "available_before_total": "risorse prima del provvedimento",
    "available_before_by_action": "risorse per Azione prima del provvedimento",
    "left_total": "risorse dopo il provvedimento",
    "left_by_action": "risorse per Azione dopo il provvedimento",
}
