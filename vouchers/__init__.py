"""Second floor: how much, out of which euro, by which act."""
