"""What was learned, how the whole programme is doing, and how to read the report."""

from django.utils.translation import gettext as _

from reporting.reports.blocks import Block, Callout, Column, Prose, Section, Table
from reporting.reports.texts import CallTexts, Panorama, PanoramaRow
from reporting.rules.periods import day_in_words


def lessons(texts: CallTexts) -> Section:
    """Strengths, and what should be better next time (in the office's own words)."""
    blocks: list[Block] = []
    if texts.strengths:
        blocks.append(Prose(points=texts.strengths, title=_("Punti di forza della misura")))
    if texts.improvements:
        blocks.append(Prose(points=texts.improvements, title=_("Aspetti da migliorare per il futuro")))
    return Section("valutazioni", _("Punti di forza e aspetti da migliorare"), tuple(blocks))


def panorama(found: Panorama) -> Section:
    """The programme and its axes. Programmed may exceed the endowment: it is pointed out, never refused."""
    title = found.title
    if found.as_of:
        title = _("%(title)s al %(day)s") % {"title": found.title, "day": day_in_words(found.as_of)}
    table = Table(
        _("Attuazione per assi (%(unit)s)") % {"unit": found.unit},
        (
            Column(_("Programma e assi")),
            *(
                Column(name, numeric=True)
                for name in (_("Dotazione"), _("Programmate"), _("Impegnate"), _("Liquidate"), _("Certificata"))
            ),
        ),
        tuple(_row(row) for row in found.rows),
        note=found.note,
    )
    over = [row for row in found.rows if row.over > 0]
    blocks: list[Block] = [table]
    if over:
        listed = "; ".join(
            _("%(title)s: %(over)s in più") % {"title": row.title, "over": _million(row.over)} for row in over
        )
        blocks.append(
            Callout(
                _("Risorse programmate oltre la dotazione"),
                _("%(listed)s (%(unit)s). È ammesso: va tenuto d'occhio.") % {"listed": listed, "unit": found.unit},
                warning=True,
            )
        )
    return Section("programma", title, tuple(blocks))


def _row(row: PanoramaRow) -> tuple[str, ...]:
    committed = _million(row.committed) + (f" ({row.note})" if row.note else "")
    certified = "–" if row.certified is None else _million(row.certified)
    return row.title, _million(row.endowment), _million(row.programmed), committed, _million(row.settled), certified


def _million(value: object) -> str:
    return f"{value:,.1f}".replace(",", " ").replace(".", ",").replace(" ", ".")


def method(as_of: str, digest: str) -> Section:
    """What each word means, and how to obtain the same figures again."""
    return Section(
        "nota",
        _("Nota di lettura"),
        (
            Prose(
                (
                    _(
                        "Dati al %(as_of)s. Ogni cifra è ricostruita dagli eventi registrati fino a quel momento: lo "
                        "stesso rapporto, chiesto di nuovo per la stessa data, dà le stesse cifre."
                    )
                    % {"as_of": as_of},
                ),
                (
                    _("Presentate: domande con numero di protocollo."),
                    _("Ammesse al contributo: voucher concessi con decreto, anche se poi rinunciati o decaduti."),
                    _("Beneficiarie: voucher concessi e ancora in essere."),
                    _("Classe dimensionale: su tutti i dipendenti dell'impresa; l'importo segue invece i dipendenti "
                      "delle sedi lombarde."),
                    _("Impronta delle cifre (SHA-256): %(digest)s") % {"digest": digest},
                ),
            ),
        ),
    )  # fmt: skip
