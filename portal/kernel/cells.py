"""Cells of a spreadsheet: what somebody typed must stay a text."""

FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would run if a cell began with it."""


def neutral(cell: str) -> str:
    """The cell, with an apostrophe in front when a spreadsheet would take it for a formula."""
    return f"'{cell}" if cell.startswith(FORMULAS) else cell
