"""The words of the decrees that a call need not write itself: its own, under `decrees.<kind>`, come first.

Re-determinations, refinancings and rectifications are alike for every call (domain.md section 7).
"""

from vouchers.rules.decree_facts import RECTIFICATION, REDETERMINATION, REFINANCING

PUBLISH = "di comunicare il presente provvedimento alle imprese interessate e di pubblicarlo ai sensi degli artt. 26 e 27 del D.Lgs. n. 33/2013;"  # noqa: E501
APPEAL = "di dare atto che avverso il presente provvedimento è possibile presentare ricorso al Tribunale amministrativo regionale entro {appeal_court_days} giorni, oppure ricorso straordinario al Presidente della Repubblica entro {appeal_head_of_state_days} giorni, dalla data di comunicazione o di piena conoscenza."  # noqa: E501
SUBJECT = "{programme} - {axis} - {programme_action}. {call_title}: "

DEFAULTS: dict[str, dict[str, object]] = {
    REDETERMINATION: {
        "title": "Presa d'atto di rinunce e rideterminazione dei voucher",
        "subject": SUBJECT
        + "presa d'atto delle rinunce e rideterminazione dei voucher concessi - {ordinal} provvedimento. CUP {cup}",
        "dato_atto": [
            "che alle imprese indicate nell'Allegato E è stato concesso il voucher con i provvedimenti ivi richiamati;",
            "che le medesime imprese hanno comunicato la rinuncia all'intero voucher o a una delle sue Azioni, per i "
            "motivi riportati a fianco di ciascuna, e che è trascorso il tempo per un ripensamento;",
        ],
        "considerato": [
            "che le rinunce riguardano n. {noted_count} voucher o parti di voucher, per complessivi {noted_total}, di "
            "cui {noted_by_action};",
            "che le somme sono tornate disponibili al momento di ciascuna rinuncia, a beneficio della lista d'attesa;",
        ],
        "ritenuto": ["di prendere atto delle rinunce e di rideterminare i voucher indicati nell'Allegato E;"],
        "decreta": [
            "di approvare l'Allegato E «Rinunce e rideterminazioni», parte integrante e sostanziale del presente "
            "provvedimento;",
            "di prendere atto di n. {noted_count} rinunce, per complessivi {noted_total}, di cui {noted_by_action}, e "
            "di ridurre in misura corrispondente gli impegni assunti;",
            "di aggiornare la posizione delle imprese nel Registro nazionale degli aiuti di Stato;",
            PUBLISH,
            APPEAL,
        ],
        "annexes": [{"code": "E", "title": "Rinunce e rideterminazioni"}],
    },
    REFINANCING: {
        "title": "Rifinanziamento dell'avviso",
        "subject": SUBJECT + "incremento della dotazione finanziaria - {ordinal} provvedimento. CUP {cup}",
        "dato_atto": [
            "che a valere sull'Avviso sono pervenute n. {applications_received} domande;",
        ],
        "considerato": [
            "che le risorse disponibili prima del presente provvedimento ammontano a {available_before_by_action};",
            "che si rendono disponibili ulteriori {amount_total}, di cui {amounts_by_action};",
        ],
        "ritenuto": ["di incrementare la dotazione dell'Avviso e di scorrere la lista d'attesa, nell'ordine previsto;"],
        "decreta": [
            "di incrementare la dotazione finanziaria dell'Avviso di {amount_total}, di cui {amounts_by_action};",
            "di dare atto che la dotazione complessiva ammonta a {appropriated_total}, di cui "
            "{appropriated_by_action};",
            "di destinare le nuove risorse alle domande in lista d'attesa, nell'ordine previsto dall'Avviso, e di "
            "rinviare a successivi provvedimenti la concessione dei relativi voucher;",
            "di pubblicare il presente provvedimento nelle sedi previste ({publication});",
            APPEAL,
        ],
        "annexes": [],
    },
    RECTIFICATION: {
        "title": "Rettifica di un decreto di concessione",
        "subject": SUBJECT + "rettifica dell'Allegato A del {rectified_act} - {ordinal} provvedimento. CUP {cup}",
        "dato_atto": [
            "che con il {rectified_act} sono stati concessi i voucher alle imprese elencate nel suo Allegato A;",
            "che nell'Allegato A sono stati riscontrati errori nelle righe di n. {rectified_count} domande, riportate "
            "nell'Allegato F del presente provvedimento con il dato com'era scritto e con quello corretto;",
        ],
        "considerato": [
            "che la correzione riguarda le sole righe indicate e non cambia la posizione delle altre imprese;",
            "che {rectified_effect};",
        ],
        "ritenuto": ["di rettificare l'Allegato A del {rectified_act} nelle righe indicate nell'Allegato F;"],
        "decreta": [
            "di approvare l'Allegato F «Rettifiche», parte integrante e sostanziale del presente provvedimento;",
            "di rettificare l'Allegato A del {rectified_act} come indicato nell'Allegato F, ferma ogni altra parte;",
            "di dare atto che {rectified_effect};",
            "di aggiornare, dove serve, la posizione delle imprese nel Registro nazionale degli aiuti di Stato;",
            PUBLISH,
            APPEAL,
        ],
        "annexes": [{"code": "F", "title": "Rettifiche"}],
    },
}
