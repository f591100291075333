"""A report as a file: JSON for programs, CSV for spreadsheets, PDF for people."""

import csv
import io
import json
from collections.abc import Iterator

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel.cells import neutral
from portal.services import pdf
from reporting import phrases
from reporting.domain.monitoring import Made
from reporting.rules.payload import Payload, payload_of
from reporting.rules.territory import NAMES

Row = tuple[str, str, str, str, str]


def export(format: str, made: Made) -> bytes:
    """The report in one of `MEDIA_TYPES`. Raises KeyError for another name."""
    return EXPORTERS[format](made)


def to_json(made: Made) -> bytes:
    """The figures with their keys, amounts as text ("10705500.00"), counts as whole numbers."""
    content = {"report": made.name, **payload_of(made.figures)}
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def to_csv(made: Made) -> bytes:
    """The figures one a row: section, key, label, count, amount (UTF-8, commas, point for the cents)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("section", "key", "label", "count", "amount"))
    for row in rows_of(made):
        writer.writerow([neutral(cell) for cell in row])
    return out.getvalue().encode()


def to_pdf(made: Made) -> bytes:
    """The report on paper, with its figures inside as JSON. The same figures give the same bytes."""
    report = made.report()
    return pdf.render(
        paper_of(made),
        title=f"{report.title}: {report.call}. {report.subtitle}",
        identifier=f"{made.name}:{made.figures.call}:{report.figures_sha256}",
        created=made.figures.as_of,
        stylesheets=("paper.css", "report.css"),
        files=[pdf.EmbeddedFile("cifre.json", to_json(made), _("Le cifre del rapporto, per i programmi"))],
    )


def paper_of(made: Made) -> str:
    """The HTML that becomes the PDF: cover, contents, chapters, the hash of the figures in the footer."""
    report = made.report()
    return render_to_string(
        "reporting/paper.html",
        {
            "report": report,
            "heading": [settings.AUTHORITY_NAME, settings.OFFICE_NAME],
            "heading_title": report.title,
            "subtitle": report.call,
            "as_of_text": report.subtitle,
            "contents": [{"id": section.key, "title": section.title} for section in report.sections],
            "footer_text": f"{report.title}, {made.figures.call}",
            "sha256": report.figures_sha256,
        },
    )


EXPORTERS = {"json": to_json, "csv": to_csv, "pdf": to_pdf}


def rows_of(made: Made) -> Iterator[Row]:
    """The figures as flat rows; a figure that is only a count or only an amount leaves the other cell empty."""
    content = payload_of(made.figures)
    reasons = dict(made.texts.reasons)
    yield "report", "call", made.texts.title, "", ""
    yield "report", "as_of", content["as_of"], "", ""
    yield "report", "figures_sha256", content["figures_sha256"], "", ""
    for key, words in SUMMARY.items():
        yield "summary", key, str(words), str(content[key]), ""
    yield "summary", "total", _("Importo delle imprese beneficiarie"), "", content["total"]
    yield "summary", "co23", _("Micro, piccole e medie imprese sostenute (CO23)"), str(content["esf"]["CO23"]), ""
    yield from _tallies("by_size", content["by_size"], phrases.SIZES)
    yield from _tallies("by_path", content["by_path"], phrases.PATHS)
    yield from _tallies("by_province", content["by_province"], NAMES)
    for sector in content["top_sectors"]:
        amount = content["by_sector"][sector["division"]]["amount"]
        yield "top_sectors", sector["division"], sector["label"], str(sector["count"]), amount
    for action, amount in content["by_action"].items():
        yield "by_action", action, made.texts.actions.get(action, action), "", amount
    waiting = content["waiting_list"]
    yield "waiting_list", "total", _("Lista d'attesa"), str(waiting["count"]), waiting["amount"]
    for name, words in phrases.FUNNEL.items():
        yield "funnel", name, str(words), str(content["funnel"][name]), ""
    for row in content["exits"]:
        words = reasons.get(row["reason"], row["reason"])
        yield "exits", f"{row['event']}:{row['reason']}", words, str(row["count"]), row["amount"]
    for code, row in content["readiness"].items():
        words = phrases.words(phrases.READINESS, code)
        for name in ("submitted", "granted", "ended"):
            yield f"readiness_{name}", code, words, str(row[name]), ""
    for row in content["rejections"]:
        yield "rejections", row["reason"], reasons.get(row["reason"], row["reason"]), str(row["count"]), ""
    yield from _pace(content["days_to_decision"])
    for action, buckets in content["money"].items():
        for bucket, amount in buckets.items():
            yield f"money_{action}", bucket, phrases.words(phrases.BUCKETS, bucket), "", amount
    for month in content["months"]:
        yield "months_submitted", month["month"], _("Presentate"), str(month["submitted"]), ""
        yield (
            "months_granted",
            month["month"],
            _("Concesse"),
            str(month["granted"]["count"]),
            month["granted"]["amount"],
        )
        yield "months_ended", month["month"], _("Cessate"), str(month["ended"]["count"]), month["ended"]["amount"]
    for decree in content["decrees"]:
        words = phrases.words(phrases.DECREES, decree["kind"])
        yield "decrees", decree["protocol"], words, str(decree["rows"]), decree["amount"]


SUMMARY = {
    "submitted": gettext_lazy("Domande presentate"),
    "admitted": gettext_lazy("Domande ammesse al contributo"),
    "renounced_or_forfeited": gettext_lazy("Voucher rinunciati o decaduti"),
    "live": gettext_lazy("Imprese beneficiarie"),
    "covid": gettext_lazy("Beneficiarie con dichiarazione COVID-19"),
    "ordinary": gettext_lazy("Beneficiarie secondo l'Avviso originario"),
}


def _tallies(section: str, found: Payload, words: dict[str, object]) -> Iterator[Row]:
    for key, tally in found.items():
        yield section, key, phrases.words(words, key), str(tally["count"]), tally["amount"]


def _pace(found: Payload) -> Iterator[Row]:
    yield "days_to_decision", "decided", _("Domande decise"), str(found["decided"]), ""
    yield "days_to_decision", "median", _("Giorni alla decisione (mediana)"), found["median"] or "", ""
    if found["term"] is not None:
        yield "days_to_decision", "within_term", _("Decise entro il termine"), str(found["within_term"]), ""
        share = found["share_within_term"] or ""
        yield "days_to_decision", "share_within_term", _("Quota entro il termine (%)"), share, ""
