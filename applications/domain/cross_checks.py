"""Other firms' applications that share a file, a code or a person with this one: what fraud or a slip leaves."""

from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast

from applications.models import Application, Attachment, DeclaredAid, FirmMember, PaymentAccount
from applications.rules.cross_checks import SHOWN, Hit, Likeness, Sign, signs
from applications.rules.states import ApplicationState
from portal.kernel.roles import Role

NAMED = ("pk", "call", "protocol_year", "protocol_number", "firm__name")


def signs_of(item: Application) -> list[Sign]:
    """What a presented application has in common with those of other firms, whatever their call (one query).

    `item` carries its firm. Each way of looking goes through an index and stops one beyond what is listed.
    """
    others = Application.objects.exclude(status=ApplicationState.DRAFT).exclude(firm=item.firm_id).order_by()
    found = [_named(rows, likeness, what) for likeness, what, rows in _ways(item, others)]
    first, *rest = [rows[: SHOWN + 1] for rows in found]
    return signs(
        Hit(Likeness(likeness), what, pk, call, f"{year}/{number:07d}", firm)
        for pk, call, year, number, firm, likeness, what in first.union(*rest, all=True)
    )


def _ways(item: Application, others: QuerySet[Application]) -> list[tuple[Likeness, Any, QuerySet[Application]]]:
    firm = item.firm
    own = Attachment.objects.filter(application=item, removed_at=None).values("document__sha256")
    same_file = Q(attachments__removed_at=None, attachments__document__sha256__in=own)
    accounts = PaymentAccount.objects.filter(firm=item.firm_id).values("iban")
    same_account = Q(firm__payment_accounts__iban__in=accounts)  # those left behind too
    named_here = DeclaredAid.objects.filter(application=item).exclude(granted_to=firm.tax_code).values("granted_to")
    delegates = FirmMember.objects.filter(firm=item.firm_id, role=Role.DELEGATE).values("user")
    same_delegate = Q(firm__members__role=Role.DELEGATE, firm__members__user__in=delegates)
    told = Q(submitted_by=item.submitted_by_id)  # the same consultant is said already
    ways: list[tuple[Likeness, Any, QuerySet[Application]]] = [
        (Likeness.FILE, F("attachments__document__name"), others.filter(same_file).distinct()),
        (Likeness.IBAN, F("firm__payment_accounts__iban"), others.filter(same_account).distinct()),
        (Likeness.LINKED, F("firm__tax_code"), others.filter(firm__tax_code__in=named_here)),
        (Likeness.LINKED, Value(firm.tax_code), others.filter(declared_aids__granted_to=firm.tax_code).distinct()),
        (Likeness.CONSULTANT, F("submitted_by__name"), others.filter(told)),
        (Likeness.DELEGATE, F("firm__members__user__name"), others.filter(~told, same_delegate).distinct()),
    ]
    codes = (
        (Likeness.VAT, "vat_number", firm.vat_number),
        (Likeness.REPRESENTATIVE, "representative_tax_code", firm.representative_tax_code),
        (Likeness.PEC, "pec", firm.pec),
    )
    ways += [
        (likeness, Value(code), others.filter(**{f"firm__{column}": code})) for likeness, column, code in codes if code
    ]
    return ways


def _named(rows: QuerySet[Application], likeness: Likeness, what: Any) -> QuerySet[Any, Any]:
    return rows.annotate(
        likeness=Value(likeness.value, output_field=CharField()), what=Cast(what, CharField())
    ).values_list(*NAMED, "likeness", "what")
