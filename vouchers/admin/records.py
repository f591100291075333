"""Bands, money, vouchers and decrees."""

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from applications.phrases import Phrase, Words
from portal.admin.records import ReadOnlyAdmin, instant_column
from portal.kernel.money import euro
from portal.kernel.roles import STAFF
from portal.services.visible import within
from vouchers.domain.facts import standing_total
from vouchers.models import Allocation, Award, Decree, HeadcountBand, LedgerEntry, MoneyAct
from vouchers.models.allocation import BUCKETS
from vouchers.phrases import AWARD_STATES, DECREE_STATES, MOVES
from vouchers.rules.ledger import Kind
from vouchers.rules.states import AwardState, DecreeState


def tag(phrase: Phrase) -> SafeString:
    """A state as a word with its tone."""
    return format_html('<span class="tag tag--{}">{}</span>', phrase.tone or "none", phrase.label)


@admin.register(HeadcountBand)
class HeadcountBandAdmin(ReadOnlyAdmin):
    """The table of the amounts, by version of the terms."""

    readers = STAFF
    published = True
    list_display = ("band", "terms", "action", "amount_shown")
    fields = ("terms", "action", "band", "amount_shown")
    list_select_related = ("terms__call", "action")
    ordering = ("terms", "action", "headcount")

    @admin.display(description=_("dipendenti"), ordering="headcount")
    def band(self, row: HeadcountBand) -> str:
        """The band in words, both ends included."""
        upper = row.headcount.upper
        return f"{row.headcount.lower}-{upper - 1}" if upper else f"{row.headcount.lower} {_('e oltre')}"

    @admin.display(description=_("importo"), ordering="amount")
    def amount_shown(self, row: HeadcountBand) -> str:
        """The amount in euro."""
        return euro(row.amount)


@admin.register(Allocation)
class AllocationAdmin(ReadOnlyAdmin):
    """The lines of money."""

    readers = STAFF
    published = True
    list_display = ("action", "appropriated", "available", "reserved", "committed", "saved")
    fields = ("action", "appropriated", *BUCKETS)
    list_select_related = ("action",)
    ordering = ("action__call", "action__code")


@admin.register(MoneyAct)
class MoneyActAdmin(ReadOnlyAdmin):
    """The acts that brought money."""

    readers = STAFF
    published = True
    list_display = ("act", "code", instant_column("effective_at", _("efficace dal")), "whole")
    fields = ("call", "act", "code", "effective_at", "split_shown", "whole", "applied_at")
    list_select_related = ("call",)

    @admin.display(description=_("totale"))
    def whole(self, row: MoneyAct) -> str:
        """The sum of the lines, in euro."""
        return euro(sum(map(Decimal, row.split.values()), Decimal(0)))

    @admin.display(description=_("ripartizione"))
    def split_shown(self, row: MoneyAct) -> str:
        """The amount of each action."""
        return "; ".join(f"{_('Azione')} {code}: {euro(Decimal(amount))}" for code, amount in sorted(row.split.items()))


class LineFilter(admin.SimpleListFilter):
    """The lines of money of the calls that the person works on."""

    title = _("linea")
    parameter_name = "linea"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """A choice for each line (one query)."""
        mine = within(request.user, timezone.now(), "action__call")
        lines = Allocation.objects.filter(mine).select_related("action__call").order_by("-action__call", "action__code")
        return [(str(line.pk), f"{line.action.call.title}: {line.action}") for line in lines]

    def queryset(self, request: HttpRequest, queryset: QuerySet[LedgerEntry]) -> QuerySet[LedgerEntry]:
        """The entries of the chosen line; all of them for a value that is none of the choices."""
        chosen = self.value() or ""
        return queryset.filter(allocation=int(chosen)) if chosen in dict(self.lookup_choices) else queryset


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    """The ledger, from the newest entry."""

    call_path = "allocation__action__call"
    list_display = ("number", instant_column("at", _("istante")), "allocation", "move", "amount", "award")
    fields = ("number", "at", "allocation", "move", "amount", "award", "decree", "key")
    list_select_related = ("allocation__action", "award")
    list_filter = (LineFilter,)
    search_fields = ("=award__protocol_number",)
    search_help_text = _("Per numero di protocollo.")
    ordering = ("-pk",)

    @admin.display(description=_("n."), ordering="pk")
    def number(self, entry: LedgerEntry) -> int | None:
        """Its place in the ledger."""
        return entry.pk

    @admin.display(description=_("movimento"), ordering="kind")
    def move(self, entry: LedgerEntry) -> Words:
        """The move in words."""
        return str(MOVES[Kind(entry.kind)])


@admin.register(Award)
class AwardAdmin(ReadOnlyAdmin):
    """The vouchers."""

    call_path = "call"
    list_display = ("__str__", "firm", "amount_shown", "state", "cor")
    fields = (
        "dossier", "firm", "state", "amount_shown", "cor", "grant_decree", "granted_at", "acceptance_due_at",
        "accepted_at", "ended_at", "end_reason",
    )  # fmt: skip
    list_select_related = ("application__firm", "grant_decree")
    search_fields = ("=protocol_number", "=cor", "application__firm__name")
    search_help_text = _("Per numero di protocollo, COR o impresa.")
    ordering = ("protocol_year", "protocol_number")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Award]:
        """Each with what it amounts to now."""
        return super().get_queryset(request).annotate(amount=standing_total("pk"))

    @admin.display(description=_("impresa"), ordering="application__firm__name")
    def firm(self, award: Award) -> str:
        """The firm's name."""
        return award.application.firm.name

    @admin.display(description=_("importo"), ordering="amount")
    def amount_shown(self, award: Any) -> str:
        """The whole voucher in euro, without what was given up."""
        return euro(award.amount)

    @admin.display(description=_("stato"), ordering="status")
    def state(self, award: Award) -> SafeString:
        """The state in words."""
        return tag(AWARD_STATES[AwardState(award.status)])

    @admin.display(description=_("fascicolo"))
    def dossier(self, award: Award) -> SafeString:
        """The dossier it belongs to."""
        address = reverse("admin:dossier", args=[award.application_id])
        return format_html('<a href="{}">{} {}</a>', address, _("Domanda"), award.application.protocol)


@admin.register(Decree)
class DecreeAdmin(ReadOnlyAdmin):
    """The decrees; their files are on the managers' page."""

    call_path = "call"
    list_display = ("__str__", "kind", "ordinal", "state", instant_column("signed_at", _("firmato il")))
    fields = (
        "call", "kind", "ordinal", "state", "protocol", "composed_by", "composed_at", "signed_by", "signed_at",
        "snapshot_sha256", "document", "publication",
    )  # fmt: skip
    list_select_related = ("call", "composed_by", "signed_by", "document", "publication")
    list_filter = ("kind",)
    ordering = ("-pk",)

    @admin.display(description=_("stato"), ordering="status")
    def state(self, decree: Decree) -> SafeString:
        """The state in words."""
        return tag(DECREE_STATES[DecreeState(decree.status)])

    @admin.display(description=_("numero e anno"))
    def protocol(self, decree: Decree) -> str:
        """Number and year; empty for a draft."""
        return decree.protocol
