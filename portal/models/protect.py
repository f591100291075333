"""Tables that only grow: the database itself refuses to change or remove their rows."""

import pgtrigger


def append_only(name: str) -> pgtrigger.Trigger:
    """A trigger that refuses UPDATE, DELETE and TRUNCATE on the table, whoever asks."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate,
        func="RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation';",
    )
