"""Controlla l'ordine di arrivo pubblicato: python3 prova-ordine.py ordine.txt [impronta della propria ricevuta]

Non si collega a nulla. Finisce con 0 se ogni riga è legata alla precedente e la ricevuta c'è, con 1 se no.
"""

import hashlib
import sys


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def check(lines, receipt):
    chain, seen, last = sha256(lines[0]), 0, ""
    for seen, line in enumerate(lines[1:-1], 1):
        body, _, written = line.rpartition(";")
        chain = sha256(chain + body)
        number, protocol, at, fingerprint = (body.split(";") + [""] * 4)[:4]
        if written != chain or number != str(seen) or at <= last:
            return f"riga {seen + 1}: non segue da quella che la precede ({protocol or 'vuota'})"
        last = at
        if fingerprint == receipt:
            print(f"La tua ricevuta è la numero {number}: protocollo {protocol}, istante {at}.")
            receipt = ""
    if lines[-1] != f"fine;{seen};{chain}":
        return f"riga {len(lines)}: il file non finisce dove dice: mancano righe, o ce ne sono di troppo"
    print(f"{seen} domande, catena intera. Ultimo anello: {chain}")
    return f"nessuna riga ha l'impronta {receipt}" if receipt else ""


with open(sys.argv[1], encoding="utf-8") as file:
    problem = check(file.read().splitlines(), (sys.argv[2] if len(sys.argv) > 2 else "").lower())
sys.exit(f"NON TORNA: {problem}" if problem else 0)
