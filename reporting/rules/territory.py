"""The provinces of Lombardy, and their place on a tile map (column and row, from the top left)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Province:
    """A province: vehicle code, name, ISTAT code, tile."""

    code: str
    name: str
    istat: str
    column: int
    row: int


PROVINCES = (
    Province("BG", "Bergamo", "016", 3, 1),
    Province("BS", "Brescia", "017", 4, 1),
    Province("CO", "Como", "013", 1, 1),
    Province("CR", "Cremona", "019", 3, 3),
    Province("LC", "Lecco", "097", 2, 1),
    Province("LO", "Lodi", "098", 2, 3),
    Province("MB", "Monza e della Brianza", "108", 2, 2),
    Province("MI", "Milano", "015", 1, 2),
    Province("MN", "Mantova", "020", 4, 3),
    Province("PV", "Pavia", "018", 1, 3),
    Province("SO", "Sondrio", "014", 3, 0),
    Province("VA", "Varese", "012", 0, 1),
)
CODES = tuple(province.code for province in PROVINCES)
NAMES = {province.code: province.name for province in PROVINCES}
