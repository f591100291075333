"""The application on paper, to be signed: made from the content that was frozen when it was asked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from applications.domain.forms_to_sign import attach_form, fingerprint
from applications.forms.plan import CRITERIA
from applications.models import FormToSign
from applications.rules.signing import TO_SIGN
from portal.kernel.money import euro
from portal.services import pdf


class ContentBroken(ValueError):
    """The frozen content of a paper does not have its fingerprint."""


@dataclass(frozen=True, slots=True)
class Section:
    """A titled list of labels and values."""

    title: str
    rows: list[tuple[str, str]]


def render(form: FormToSign) -> None:
    """Make the PDF and attach it; a form that has it is left as it is. Raises ContentBroken."""
    if form.document_id is None:
        attach_form(form, to_pdf(form), now=timezone.now())


def to_pdf(form: FormToSign) -> bytes:
    """The PDF; the same content asked at the same instant gives the same bytes, and hides no other file."""
    if fingerprint(form.snapshot) != form.snapshot_sha256:
        raise ContentBroken(_("Il contenuto della domanda %(pk)s è cambiato.") % {"pk": form.application_id})
    model = form.code != TO_SIGN
    return pdf.render(
        (model_html if model else to_html)(form.snapshot, form.snapshot_sha256),
        title=f"{form.snapshot['title'] if model else _('Domanda di partecipazione')}: {form.snapshot['firm']['name']}",
        identifier=form.snapshot_sha256,
        created=form.asked_at,
    )


def to_html(content: Mapping[str, Any], sha256: str) -> str:
    """The page WeasyPrint lays out; everything in it is escaped."""
    context = {
        "content": content,
        "sections": list(sections_of(content)),
        "sha256": sha256,
        "heading": [settings.AUTHORITY_NAME, settings.OFFICE_NAME],
    }
    return render_to_string("papers/application.html", context)


def model_html(content: Mapping[str, Any], sha256: str) -> str:
    """The page of a document's model."""
    context = {"content": content, "sha256": sha256, "heading": [settings.AUTHORITY_NAME, settings.OFFICE_NAME]}
    return render_to_string("papers/model.html", context)


def sections_of(content: Mapping[str, Any]) -> Iterator[Section]:
    """The answers in the order of the wizard; what was not answered is left out."""
    firm, answers = content["firm"], content["answers"]
    plan, operator = answers.get("plan") or {}, answers.get("operator") or {}
    registers, pilot = answers.get("operator_registers") or {}, plan.get("pilot") or {}
    place = f"{firm['address']}, {firm['municipality']} ({firm['province']})".removeprefix(", ")
    yield _section(
        _("Impresa"),
        (_("Denominazione"), firm["name"]), (_("Codice fiscale"), firm["tax_code"]),
        (_("Partita IVA"), firm["vat_number"]), ("REA", firm["rea"]), (_("Codice ATECO"), firm["ateco"]),
        (_("Sede"), place), ("PEC", firm["pec"]),
        (_("Dipendenti in totale"), answers.get("total_employees")),
        (_("Dipendenti nelle sedi lombarde"), answers.get("headcount")),
        *((_("Sede operativa"), _site(site)) for site in answers.get("sites") or ()),
    )  # fmt: skip
    yield _section(
        _("Che cosa si chiede"), (_("Percorso"), content["path"]),
        *((str(one["title"]), _action(one, answers.get("headcount"))) for one in content["actions"]),
    )  # fmt: skip
    yield _section(
        _("Piano di smart working"),
        *((_("Attività a distanza"), _activity(one)) for one in plan.get("activities") or ()),
        (_("Giorni al mese"), plan.get("days_per_month")), (_("Fasce di contattabilità"), plan.get("contact_hours")),
        (_("Strumenti"), plan.get("tools")), (_("Formazione"), plan.get("training")),
        (_("Sicurezza"), plan.get("safety")), (_("Inizio del progetto pilota"), _day(pilot.get("starts_on"))),
        (_("Durata in mesi"), pilot.get("months")), (_("Lavoratori coinvolti"), pilot.get("workers")),
        (_("Indicatori"), plan.get("indicators")),
    )  # fmt: skip
    yield _section(
        _("Operatore accreditato"), (_("Denominazione"), operator.get("name")),
        (_("Codice fiscale"), operator.get("tax_code")),
        (_("Albo della formazione"), registers.get("training")), (_("Albo del lavoro"), registers.get("labour")),
    )  # fmt: skip
    goods = answers.get("equipment") or ()
    yield _section(_("Strumentazione"), *((str(one["item"]), _("per: ") + str(one["activity"])) for one in goods))
    yield _section(
        _("Aiuti de minimis ricevuti"), *((_day(one["granted_on"]), _aid(one)) for one in answers.get("aids") or ())
    )


def _section(title: str, *rows: tuple[str, Any]) -> Section:
    return Section(title, [(label, str(value)) for label, value in rows if value not in (None, "", [])])


def _site(site: Mapping[str, Any]) -> str:
    people = _("%(n)s dipendenti") % {"n": site["headcount"]}
    return f"{site['municipality']} ({site['province']}), {people}"


def _action(one: Mapping[str, Any], headcount: Any) -> str:
    """What an action is, by the terms, and how much it may bring, by the headcount declared."""
    if not one["ceiling"]:
        return str(one["text"])
    ceiling = _("Importo massimo: %(euro)s, con %(n)s dipendenti nelle sedi lombarde.") % {
        "euro": euro(Decimal(str(one["ceiling"]))),
        "n": headcount,
    }
    return f"{one['text']} {ceiling}"


def _activity(one: Mapping[str, Any]) -> str:
    why = "; ".join(str(CRITERIA.get(code, code)) for code in one.get("criteria") or ())
    return f"{one['name']} ({why})" if why else str(one["name"])


def _aid(one: Mapping[str, Any]) -> str:
    return f"{euro(Decimal(str(one['amount'])))}, {one['granted_to']}"


def _day(text: Any) -> str:
    return f"{date.fromisoformat(text):%d/%m/%Y}" if text else ""
