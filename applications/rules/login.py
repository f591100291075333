"""How surely a person must be known to submit: the call's dated parameter against the session."""

from applications.rules.term_rows import Login

ORDER = ("PLAIN", "STRONG")


def too_weak(asked: Login, held: str) -> str:
    """What to do when the session is weaker than the terms ask; empty when it is enough."""
    if ORDER.index(held) >= ORDER.index(asked.strength):
        return ""
    how = asked.text[:1].lower() + asked.text[1:].rstrip(".")
    return (
        f"Per presentare la domanda serve un'identità digitale: {how} ({asked.article}). "
        "Quello che hai scritto resta salvato: esci, rientra con l'identità digitale e presenta la domanda."
    )
