"""The choice of actions: compulsory ones, and those that exist only together with another (B only with A)."""

from collections.abc import Sequence

from applications.rules.terms import Action


def wrong_actions(actions: Sequence[Action], asked: Sequence[str]) -> tuple[str, ...]:
    """What is wrong in the actions asked, in Italian with the article: none, unknown, alone, compulsory missing."""
    known = {action.code: action for action in actions}
    if not asked:
        return ("Scegliere almeno un'Azione.",)
    unknown = [f"L'Azione «{code}» non esiste in questo avviso." for code in asked if code not in known]
    chosen = [known[code] for code in asked if code in known]
    alone = [
        f"L'{action.title} si può chiedere solo insieme all'Azione {action.requires} ({action.article})."
        for action in chosen
        if action.requires and action.requires not in asked
    ]
    named = {action.requires for action in chosen}
    compulsory = [
        f"L'{action.title} è obbligatoria ({action.article})."
        for action in actions
        if action.compulsory and action.code not in asked and action.code not in named
    ]
    return (*unknown, *alone, *compulsory)
