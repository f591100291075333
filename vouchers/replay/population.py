"""The firms, their consultants and the operators: invented, plausible, with valid check digits."""

from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from random import Random

from . import codes
from .figures import BAND_RANGES, LIVE_BY_PROVINCE, SIZE_RANGES, Profile
from .model import AidSeed, ConsultantSeed, FirmSeed, OperatorSeed
from .names import Names, coined, slug
from .tables import Sector, municipalities, sectors, streets

CONSULTANTS, OPERATORS = 12, 14

# What the office finds to be outside the call: the declared activity is admissible, the facts are not.
FOUND_OUT = {
    "SECTOR": Sector("46", 0, ("46.38.10", "46.21.22"), ("Ittica", "Sementi")),
    "EXCLUDED_SUBJECT": Sector("85", 0, ("85.59.20",), ("Formazione", "Corsi")),
}
FORMS = {
    "micro": (60, 5, 10, 8, 17),
    "small": (72, 18, 6, 4, 0),
    "medium": (45, 55, 0, 0, 0),
    "large": (8, 92, 0, 0, 0),
}
AID_LIMIT, FREIGHT_LIMIT, LARGEST_VOUCHER = 200_000, 100_000, 22_500


def headcounts(rng: Random, profile: Profile) -> tuple[int, int]:
    """All employees and those of the Lombardy sites, for a size class and a band."""
    least, most = SIZE_RANGES[profile.size]
    low, high = BAND_RANGES[profile.band]
    high = min(high, most)
    lombardy = low + int((high - low + 1) * rng.random() ** (2.2 if profile.band == 3 else 1.0))
    total = max(lombardy, least)
    if rng.random() < 0.3:
        total = min(most, total + rng.randint(1, max(1, total // 3)))
    return total, lombardy


def legal_form(rng: Random, division: str, size: str) -> str:
    """A legal form that suits the activity and the size."""
    if division in ("87", "88") and size != "micro":
        return "COOP"
    if division == "94":
        return "ASS"
    return rng.choices(("SRL", "SPA", "SNC", "SAS", "DI"), FORMS[size])[0]


def aids(rng: Random, *, freight: bool, over: bool) -> tuple[AidSeed, ...]:
    """Declared de minimis aids: over the ceiling with any voucher, or with room left for the largest one."""
    ceiling = FREIGHT_LIMIT if freight else AID_LIMIT
    number = 2 if over else rng.choices((0, 1, 2, 3), (72, 16, 8, 4))[0]
    wanted = ceiling - 2_000 if over else int((ceiling - LARGEST_VOUCHER) * (0.05 + 0.9 * rng.random() ** 2))
    # A sum in the financial years 2019 and 2020 stays in the window of every granting date of the story.
    first, span = (date(2019, 2, 1), 400) if over else (date(2017, 3, 1), 1_110)
    shares = [rng.randint(2, 9) for _ in range(number)]
    found = [
        AidSeed(
            first + timedelta(days=rng.randrange(span)),
            (Decimal(wanted) * share / sum(shares)).quantize(Decimal("0.01"), ROUND_DOWN),
        )
        for share in shares
    ]
    return tuple(sorted(found, key=lambda aid: aid.granted_on))


class Registry:
    """Makes firms one after the other, each with identifiers of its own."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.names = Names(rng)
        self.firms: list[FirmSeed] = []

    def add(self, profile: Profile, sector: Sector, province: str, reasons: tuple[str, ...]) -> FirmSeed:
        """A new firm of the given kind; the reasons of a rejection to come may shape it."""
        rng, index = self.rng, len(self.firms)
        sector = next((FOUND_OUT[code] for code in reasons if code in FOUND_OUT), sector)
        form = legal_form(rng, sector.division, profile.size)
        name, handle = self.names.firm(sector.words, form)
        towns = municipalities()[province]
        town = rng.choices(towns, [candidate.weight for candidate in towns])[0]
        total, lombardy = headcounts(rng, profile)
        ateco = rng.choice(sector.codes)
        freight = ateco.startswith("49.41")
        vat = codes.vat_number(index, province)
        firm = FirmSeed(
            index=index,
            name=name,
            legal_form=form,
            tax_code=codes.personal_tax_code(rng, index, town.cadastral) if form == "DI" else vat,
            vat_number=vat,
            rea=codes.rea(index, province),
            ateco=ateco,
            municipality=town.name,
            cadastral_code=town.cadastral,
            postal_code=town.postal_code,
            province=province,
            address=f"{rng.choice(streets())} {rng.randint(1, 180)}",
            pec=f"{handle}@pec.example",
            email=f"{handle}@imprese.example",
            total_employees=total,
            lombardy_headcount=lombardy,
            transport_for_hire=freight,
            consultant=rng.randrange(CONSULTANTS) if rng.random() < 0.35 else None,
            aids=aids(rng, freight=freight, over="DE_MINIMIS" in reasons),
        )
        self.firms.append(firm)
        return firm


def live_sectors(rng: Random, scale: int) -> list[Sector]:
    """The divisions of the live beneficiaries, exact in number, shuffled."""
    dealt = [sector for sector in sectors() for _ in range(sector.live * scale)]
    rng.shuffle(dealt)
    return dealt


def live_provinces(rng: Random, scale: int) -> list[str]:
    """The provinces of the live beneficiaries, exact in number, shuffled."""
    dealt = [province for province, count in LIVE_BY_PROVINCE.items() for _ in range(count * scale)]
    rng.shuffle(dealt)
    return dealt


def consultants(rng: Random) -> tuple[ConsultantSeed, ...]:
    """The studios that file for several firms."""
    found = []
    for index in range(CONSULTANTS):
        name = f"Studio {coined(rng)} Consulenza del Lavoro S.t.p."
        code = codes.vat_number(900_000 + index, "MI")
        found.append(ConsultantSeed(index, name, code, f"{slug(name)}@consulenti.example"))
    return tuple(found)


def operators(rng: Random) -> tuple[OperatorSeed, ...]:
    """The accredited operators, with a number in each of the two registers."""
    return tuple(
        OperatorSeed(
            index,
            f"{coined(rng)} Formazione e Lavoro S.r.l.",
            codes.vat_number(950_000 + index, "MI"),
            f"{1200 + index * 7:04d}",
            f"{300 + index * 5:04d}",
        )
        for index in range(OPERATORS)
    )
