"""The acts of the first floor: the only code that writes its records."""
