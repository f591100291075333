"""Home addresses in free words: «residente in Via Roma 1, 20100 Milano (MI)» and its many forms.

A phrase begins with who lives there, goes on to the next comma or full stop, and on again while what follows still
looks like a piece of an address. In doubt it covers more: what is covered can be read in the act.
"""

import re

WHO = r"""
    (?: (?: resident[ei] | domiciliat[aeio] | dimorant[ei] | abitant[ei] | abita | risiede | alloggiat[aeio] )
      | (?: con | ha | avente | presso | elegge | eletto | eleggendo | indirizzo\ di | luogo\ di )\ (?:la\ |il\ )?
        (?: (?:propria|proprio|sua|suo)\ )? (?: residenza | domicilio | abitazione | dimora )
      | residenza\ anagrafica | indirizzo\ di\ casa
    )
"""
ALSO = r"""
    (?: \ (?: anagraficamente | attualmente | fiscalmente | stabilmente | elettivamente | fiscale | eletto | ivi ) )*
"""
WHERE = r"""
    (?: \s*:\s*
      | \ (?: all['’] | (?: in | a | ad | al | alla | nel | nella | presso | sit[oa]\ in | sit[oa]\ a )\  )
    )
"""
STREETS = r"""
    (?: via(?:le|letto|dotto)? | v\.le | vic(?:olo|o) | v\.lo | piazz(?:a|ale|etta|ola) | p\.(?:zz)?a | p\.(?:zz?a?)?le
      | cors(?:o|etto) | c\.so | larg(?:o|hetto) | l\.go | strad(?:a|one|ella) | str\. | s\.[ps]\. | contrada | c\.da
      | fraz(?:ione|\.) | loc(?:alità|alita'|\.) | borg(?:o|ata) | rione | calle | campo | campiello | fondamenta
      | salita | discesa | lung\w+ | galleria | passaggio | quartiere | cascina | c\.na | villaggio | traversa | rampa
      | circonvallazione | bastion[ei] | ripa | alzaia | vill[ae] | regione | masseria | maso | parco | residence )
"""
PARTS = r"""
    (?: \d | km | n(?:r|um)?[.°º] | numero | civico | civ\. | int(?:erno|\.) | sc(?:ala|\.) | pian[oi] | pal(?:azz\w+)?
      | pal\. | edificio | lotto | c\.?a\.?p\.? | comune | provincia | prov\. | presso | c/o | in\ | a\  )
"""
SHORT = r"""
    (?: (?-i:\b[A-Z]) | \b(?: n | nr | num | civ | loc | fraz | int | sc | ss | st | prov | cap | str | pal | dott | avv
      | ing | gen | mons | don | col | cav | on | prof | f\.lli | sig | p\.za | p\.zza | p\.le | v\.le | v\.lo | c\.so
      | l\.go | c\.da | c\.na | s\.p | s\.s | c\.a\.p ) ) \.
"""
STOPS = r"""
    (?: \ (?: e | ed | nonché | , )?\ ?(?: resident[ei] | domiciliat[aeio] | titolare | legale\ rapp\w* | rappresent\w+
      | nat[aeio]\b | iscritt[aeio] | con\ (?:codice|partita|sede|iban|c\.f|p\.)\w* | codice\ fisc\w* | cod\.\ fisc\w*
      | c\.?\ ?f\. | p\.?\ ?iva | iban | in\ qualità | quale\ | che\ (?:ha|è|non|si)\b | ha\ (?:chiesto|presentato)
      | per\ (?:la|il|l['’]|un)\b | come\ da ) )
"""
BODY = rf"""
    (?: (?!{STOPS})
      (?: {SHORT} | \.(?=[^\s]) | \.(?=\s+(?-i:[a-zà-ù0-9])) | \([^()\n]{{1,40}}\) | [^,;:.()\n] )
    )+
"""
NAMED_PLACE = r"""
    (?! iban | c\.?f\b | p\.?iva )
    (?-i: [A-ZÀ-Ú][\w'’-]+ (?:\ (?:[A-ZÀ-Ú][\w'’-]* | d[aeio]l?\w{0,3} | in | su\w{0,3} | con | al?\w{0,2} ) )* )
    (?: \ ?\([A-Za-z]{2}\) )?
    (?= \s*(?:[,;.)]|$) )
"""
NEXT = rf"(?: \s*,\s* (?: (?={STREETS}\b|{STREETS}\s|{PARTS}) {BODY} | {NAMED_PLACE} ) )*"
ADDRESS = re.compile(rf"(?P<who>\b{WHO}{ALSO}{WHERE})(?P<where>{BODY}{NEXT})", re.IGNORECASE | re.VERBOSE)
IS_ONE = re.compile(rf"\d|\b{STREETS}\s", re.IGNORECASE | re.VERBOSE)
MANY = re.compile(r"\b(?:residenti|abitanti|domiciliati|domiciliate|alloggiati|dimoranti)\b", re.IGNORECASE)


def without_addresses(text: str, instead: str) -> str:
    """The text with the home addresses in it replaced; a region or a town where many live is not one."""
    return ADDRESS.sub(lambda found: found["who"] + instead if _is_one(found) else found[0], text)


def _is_one(found: re.Match[str]) -> bool:
    return not MANY.search(found["who"]) or bool(IS_ONE.search(found["where"]))
