"""The acts of the second floor: the only code that writes its records, and the only writer of money."""
