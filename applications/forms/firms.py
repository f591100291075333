"""Forms of a firm and of its sites: they collect what was typed; the domain judges it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.models import Firm, Site
from applications.rules.firm import LegalForm
from applications.rules.lists import ateco_titles, provinces
from applications.rules.mandates import Scope
from portal.kernel.roles import Role

LEGAL_FORMS = {
    LegalForm.DI: _("Impresa individuale"),
    LegalForm.LAV: _("Lavoratore autonomo o professionista con partita IVA"),
    LegalForm.SNC: _("Società in nome collettivo (S.n.c.)"),
    LegalForm.SAS: _("Società in accomandita semplice (S.a.s.)"),
    LegalForm.SRL: _("Società a responsabilità limitata (S.r.l.)"),
    LegalForm.SPA: _("Società per azioni (S.p.A.)"),
    LegalForm.COOP: _("Società cooperativa"),
    LegalForm.ASS: _("Associazione, fondazione o altro ente"),
}


def line(label: Any, help_text: Any = "", *, required: bool = True, **attrs: str) -> forms.CharField:
    """A line of text: nothing about it is judged here, so that every wrong answer gets the domain's sentence."""
    widget = forms.TextInput(attrs={"maxlength": "250"} | attrs)
    field = forms.CharField(label=label, help_text=help_text, required=False, widget=widget)
    field.shown_required = required  # type: ignore[attr-defined]
    return field


SCOPES = [
    (Scope.FILL, _("Compila i dati e le pagine della domanda")),
    (Scope.UPLOAD, _("Carica e toglie i documenti")),
    (
        Scope.SUBMIT,
        _("Presenta la domanda, risponde all'ufficio, la ritira; accetta il voucher o vi rinuncia, indica il conto"),
    ),
]
"""What a delegate may do, as forms and pages say it."""


def scopes_field(label: Any, help_text: Any) -> forms.MultipleChoiceField:
    """What a delegate may do, as ticks; nothing is ticked beforehand."""
    return forms.MultipleChoiceField(
        label=label, help_text=help_text, choices=SCOPES, widget=forms.CheckboxSelectMultiple, required=False
    )


def suggested(address: str, listed: str) -> dict[str, str]:
    """What makes a line show suggestions from an official list while one types."""
    return {
        "list": listed,
        "autocomplete": "off",
        "hx-get": address,
        "hx-trigger": "input changed delay:300ms",
        "hx-target": f"#{listed}",
        "hx-swap": "innerHTML",
        "hx-include": "closest form",
        "hx-params": "ateco,province,municipality",
    }


class DomainForm(forms.Form):
    """A form whose answers are judged by an act: its sentences are put beside the fields they speak of."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = getattr(field, "shown_required", field.required)  # «(facoltativo)» on the label
            if isinstance(field, forms.CharField):
                field.error_messages["required"] = ""

    def _clean_fields(self) -> None:
        for name, field in self.fields.items():
            value = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            self.cleaned_data[name] = value

    def told(self) -> list[tuple[str, str]]:
        """What the form starts from, as labels and words, for who may read it and not write it; blanks left out."""
        rows = []
        for bound in self:
            choices = {str(code): str(label) for code, label in getattr(bound.field, "choices", [])}
            value = "" if bound.initial is None else str(bound.initial)
            rows.append((str(bound.label), choices.get(value, value) if value else ""))
        return [row for row in rows if row[1]]

    def refuse(self, problems: Mapping[str, str]) -> None:
        """Put the domain's sentences beside their fields, in the order of the fields; above all, what has no field."""
        for name in [*(problems.keys() - self.fields.keys()), *(name for name in self.fields if name in problems)]:
            self.add_error(name if name in self.fields else None, problems[name])


class PlaceForm(DomainForm):
    """Province and municipality, from the official lists."""

    address = line(
        _("Indirizzo"), _("Via e numero civico. Per esempio Via Garibaldi 12."), autocomplete="street-address"
    )
    province = forms.ChoiceField(
        label=_("Provincia"),
        choices=[("", _("Scegli")), *((code, f"{name} ({code})") for code, name in provinces().items())],
    )
    municipality = line(
        _("Comune"), _("Scegli prima la provincia. Per esempio Milano."), **suggested("/imprese/comuni/", "comuni")
    )


class FirmForm(PlaceForm):
    """Everything about a firm but its sites."""

    tax_code = line(_("Codice fiscale dell'impresa"), _("11 cifre per una società, 16 caratteri per una persona."))
    name = line(_("Denominazione"), _("Come risulta dalla visura: Alfa S.r.l."), autocomplete="organization")
    legal_form = forms.ChoiceField(label=_("Forma giuridica"), choices=[("", _("Scegli")), *LEGAL_FORMS.items()])
    vat_number = line(_("Partita IVA"), _("11 cifre. Solo un ente senza attività commerciale può non averla."))
    rea = line(
        _("Numero REA"),
        _("È sulla visura. Per esempio MI-1234567. Professionisti ed enti non iscritti lo lasciano vuoto."),
    )
    ateco = line(
        _("Codice ATECO dell'attività prevalente"),
        _("Sei cifre (ATECO 2007), per esempio 62.01.00; oppure scrivi qualche parola, per esempio software."),
        **suggested("/imprese/ateco/", "codici-ateco"),
    )
    road_freight = forms.ChoiceField(
        label=_("Trasporta merci su strada per conto terzi?"),
        help_text=_("Si chiede perché per questo settore il massimale degli aiuti de minimis può essere diverso."),
        choices=[("no", _("No")), ("si", _("Sì"))],
        widget=forms.RadioSelect,
    )
    pec = line("PEC", _("Qui arrivano le comunicazioni che contano."), autocomplete="email", inputmode="email")
    total_employees = line(
        _("Dipendenti in totale"), _("In tutta Italia, non solo in Lombardia. Per esempio 12."), inputmode="numeric"
    )
    total_employees_on = line(_("Contati il giorno"), _("Giorno, mese e anno. Per esempio 31/10/2026."))
    representative_name = line(_("Legale rappresentante"), _("Nome e cognome."))
    representative_tax_code = line(
        _("Codice fiscale del legale rappresentante"), _("16 caratteri. Serve a riconoscere la firma digitale.")
    )
    field_order = (
        "tax_code", "name", "legal_form", "vat_number", "rea", "ateco", "road_freight", "address", "province",
        "municipality", "pec", "total_employees", "total_employees_on", "representative_name",
        "representative_tax_code",
    )  # fmt: skip


class FirmUpdateForm(FirmForm):
    """The same without the codice fiscale, which never changes."""

    tax_code = None  # type: ignore[assignment]


class RegistrationForm(FirmForm):
    """A firm and in which capacity one registers it."""

    capacity = forms.ChoiceField(
        label=_("Registri l'impresa come"),
        help_text=_(
            "Chi rappresenta l'impresa può dare e togliere deleghe. Un delegato fa solo ciò che gli è affidato."
        ),
        choices=[
            (Role.APPLICANT, _("Legale rappresentante o titolare")),
            (Role.DELEGATE, _("Delegato: consulente, professionista, dipendente con delega")),
        ],
        widget=forms.RadioSelect,
    )
    scopes = scopes_field(
        _("Se sei un delegato: che cosa ti è stato affidato?"),
        _("Come è scritto nella procura, che caricherai con la domanda. Chi rappresenta l'impresa lascia vuoto."),
    )
    field_order = ("capacity", "scopes", *FirmForm.field_order)


class SiteForm(PlaceForm):
    """A site with its employees."""

    employees = line(
        _("Dipendenti in questa sede"), _("Le persone con contratto di lavoro. Per esempio 12."), inputmode="numeric"
    )
    employees_on = line(_("Contati il giorno"), _("Giorno, mese e anno. Per esempio 31/10/2026."))


def written(day: date | None) -> str:
    """A day as it is typed: 31/10/2026."""
    return f"{day:%d/%m/%Y}" if day else ""


def firm_answers(firm: Firm) -> dict[str, Any]:
    """A firm's data as they would be typed."""
    answers = {name: getattr(firm, name) for name in FirmForm.field_order}
    title = ateco_titles().get(firm.ateco)
    return answers | {
        "road_freight": "si" if firm.road_freight else "no",
        "ateco": f"{firm.ateco} {title}" if title else firm.ateco,
        "total_employees_on": written(firm.total_employees_on),
    }


def site_answers(site: Site) -> dict[str, Any]:
    """A site's data as they would be typed."""
    answers = {name: getattr(site, name) for name in ("address", "province", "municipality", "employees")}
    return answers | {"employees_on": written(site.employees_on)}
