"""Papers of the first floor: made from what was frozen, never from live rows."""
