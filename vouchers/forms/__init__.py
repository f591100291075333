"""Forms of the second floor: they collect what was typed; the domain judges it."""
