"""Pure ground: money, life cycles, deadlines, roles. Standard library only; no clock, no database."""
