"""The one way a file is turned away."""


class Refused(ValueError):
    """The file is not taken; the text says, in Italian, what is wrong and what to do."""
