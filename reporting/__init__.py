"""Top floor: reads everything, changes nothing below."""
