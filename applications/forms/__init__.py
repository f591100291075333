"""Forms of the first floor: they collect what was typed and read answers from it; the domain judges them."""
