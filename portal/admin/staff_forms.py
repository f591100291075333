"""The forms of the office's people: an invitation, a role, its end, an absence. The domain judges them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.demo import ROLE_NAMES
from portal.kernel.days import start_of_day, typed_day
from portal.kernel.deadlines import end_of_day
from portal.kernel.roles import STAFF, Role
from portal.models import User

LONGEST = 500
DAY = _("Giorno, mese e anno, per esempio 1/9/2026.")
OFFICE_ROLES = [(str(role), name) for role, name in ROLE_NAMES.items() if role in STAFF]


class DeskForm(forms.Form):
    """A form of the desk: our sentences, and the refusals of the domain beside their field."""

    use_required_attribute = False
    places: Mapping[str, str] = {}
    """The field of the form for each field that the domain names."""

    def refuse(self, field: str, problem: str) -> None:
        """Write what the domain says beside its field, or on top."""
        self.add_error(self.places.get(field), problem)

    def day(self, name: str, *, whole: bool) -> datetime | None:
        """The instant a typed day stands for: its beginning, or its end (`whole`: the day is included)."""
        text = self.cleaned_data.get(name, "").strip()
        if not text:
            return None
        day = typed_day(text, timezone.localdate())
        return end_of_day(day) if whole else start_of_day(day)

    def check_day(self, name: str, *, whole: bool) -> None:
        """Say beside the field that a text is no day."""
        try:
            self.day(name, whole=whole)
        except (ValueError, OverflowError) as error:
            self.add_error(name, str(error))


def line(label: Any, help_text: Any = "", *, required: str = "", **attrs: str) -> forms.CharField:
    """A line of text; `required` is what is said of an empty one."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=bool(required),
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off", **attrs}),
        error_messages={
            "required": required,
            "max_length": _("Il testo è troppo lungo: al massimo %(limit_value)d caratteri."),
        },
    )


def boxes(label: Any, missing: str) -> forms.MultipleChoiceField:
    """Things to tick, at least one."""
    return forms.MultipleChoiceField(
        label=label,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": missing, "invalid_choice": _("«%(value)s» non è nell'elenco: scegli da lì.")},
    )


class RolesForm(DeskForm):
    """Roles, where, from when to when, why."""

    places = {"roles": "ruoli", "scopes": "avvisi", "until": "al", "since": "dal", "reason": "motivo"}

    ruoli = boxes(_("Ruoli"), _("Scegli almeno un ruolo."))
    avvisi = boxes(_("Per quali avvisi"), _("Scegli per quali avvisi, o per tutti."))
    dal = line(_("Primo giorno"), _("Vuoto: da subito (un invito: da quando è accettato)."), inputmode="numeric")
    al = line(_("Ultimo giorno, compreso"), _("Vuoto: senza scadenza. Si può sempre togliere."), inputmode="numeric")
    motivo = line(
        _("Motivo"), _("Per esempio l'ordine di servizio: resta nel registro."), required=_("Scrivi il motivo.")
    )

    def __init__(self, data: Any, scopes: Mapping[str, str]) -> None:
        super().__init__(data, initial={"avvisi": []})
        self.fields["ruoli"].choices = OFFICE_ROLES  # type: ignore[attr-defined]
        self.fields["avvisi"].choices = [(key or "*", name) for key, name in scopes.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The days, beside their fields."""
        values: dict[str, Any] = super().clean() or {}
        self.check_day("dal", whole=False)
        self.check_day("al", whole=True)
        return values

    def offer(self) -> dict[str, Any]:
        """The arguments of the domain call."""
        data = self.cleaned_data
        return {
            "roles": [Role(role) for role in data["ruoli"]],
            "scopes": ["" if key == "*" else key for key in data["avvisi"]],
            "since": self.day("dal", whole=False),
            "until": self.day("al", whole=True),
            "reason": data["motivo"],
        }


class InviteForm(RolesForm):
    """Whom, and with which roles."""

    places = {**RolesForm.places, "email": "email", "name": "nome"}

    nome = line(_("Nome e cognome"), required=_("Scrivi nome e cognome."))
    email = line(
        _("Indirizzo e-mail di lavoro"), _("Per esempio nome@ente.it."), required=_("Scrivi l'indirizzo e-mail."),
        inputmode="email", spellcheck="false",
    )  # fmt: skip
    field_order = ("nome", "email", "ruoli", "avvisi", "dal", "al", "motivo")


class RevokeForm(DeskForm):
    """From when a role is over, and why."""

    places = {"until": "al", "reason": "motivo"}

    al = line(_("Ultimo giorno, compreso"), _("Vuoto: da subito."), inputmode="numeric")
    motivo = line(_("Motivo"), _("Resta nel registro."), required=_("Scrivi il motivo."))

    def clean(self) -> dict[str, Any]:
        """The day, beside its field."""
        values: dict[str, Any] = super().clean() or {}
        self.check_day("al", whole=True)
        return values


class AbsenceForm(DeskForm):
    """Who is away, when, and who works in their place."""

    places = {"since": "dal", "until": "al", "reason": "motivo", "substitute": "sostituto"}

    persona = forms.ChoiceField(label=_("Persona assente"))
    sostituto = forms.ChoiceField(
        label=_("Sostituto"), help_text=_("Deve avere un ruolo della persona assente, per tutti i giorni.")
    )
    dal = line(_("Primo giorno di assenza"), DAY, required=_("Scrivi il primo giorno."), inputmode="numeric")
    al = line(_("Ultimo giorno, compreso"), DAY, required=_("Scrivi l'ultimo giorno."), inputmode="numeric")
    motivo = line(_("Motivo"), _("Per esempio ferie; non scrivere dati di salute."), required=_("Scrivi il motivo."))

    def __init__(self, data: Any, people: Iterable[User], away: Iterable[User], me: User) -> None:
        super().__init__(data, initial={"persona": str(me.pk)})
        for name, who in (("persona", away), ("sostituto", people)):
            field = self.fields[name]
            field.choices = [("", _("Scegli…")), *((str(one.pk), str(one)) for one in who)]  # type: ignore[attr-defined]
            field.error_messages |= {
                "required": _("Scegli una persona dell'elenco."),
                "invalid_choice": _("Questa persona non è nell'elenco: scegli da lì."),
            }

    def clean(self) -> dict[str, Any]:
        """The days, beside their fields."""
        values: dict[str, Any] = super().clean() or {}
        self.check_day("dal", whole=False)
        self.check_day("al", whole=True)
        return values
