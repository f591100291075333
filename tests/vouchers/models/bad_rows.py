"""One bad row for each rule the database keeps by itself. `{...}` are the records of the scene."""

from typing import Any

BUCKETS = ("available", "reserved", "committed", "settled", "paid", "saved", "recovered")


def update(table: str, row: str, **values: str) -> str:
    """SQL that changes one row."""
    return f"UPDATE vouchers_{table} SET {', '.join(f'{k} = {v}' for k, v in values.items())} WHERE id = {row}"


def copied(table: str, where: str, **values: str) -> tuple[str, str, dict[str, str]]:
    """A copy of one row with some columns changed; the test writes its SQL from the table's columns."""
    return (table, where, values)


SQL: dict[str, Any] = {
    # money lines
    **{
        f"line_{bucket}_never_negative": update(
            "allocation", "{line}", **{bucket: "-1", "appropriated": f"appropriated - {bucket} - 1"}
        )
        for bucket in BUCKETS
    },
    "line_buckets_sum_to_appropriated": update("allocation", "{line}", appropriated="appropriated + 0.01"),
    "vouchers_allocation_action_id_key": copied("allocation", "id = {line}"),
    "one_money_act_per_code": copied("moneyact", "code = 'OPENING'"),
    # awards
    "accepted_award_has_instant": update("award", "{granted}", status="'ACCEPTED'"),
    "ended_award_says_why": update("award", "{granted}", status="'RENOUNCED'", ended_at="now()"),
    "granted_award_has_decree": update("award", "{reserved}", status="'GRANTED'", granted_at="now()"),
    "one_award_per_cor": "UPDATE vouchers_award SET cor = '1234567' WHERE id IN ({granted}, {reserved})",
    "vouchers_award_protocol_number_check": update("award", "{granted}", protocol_number="-1"),
    "vouchers_award_protocol_year_check": update("award", "{granted}", protocol_year="-1"),
    "vouchers_award_application_id_key": copied("award", "id = {reserved}", calculation_id="{calculation}"),
    "vouchers_award_calculation_id_key": copied("award", "id = {reserved}", application_id="{application}"),
    "award_line_is_positive": "UPDATE vouchers_awardline SET amount = 0 WHERE award_id = {granted}",
    "one_line_per_award_and_action": copied("awardline", "award_id = {granted} AND allocation_id = {line}"),
    # bands
    "band_amount_is_positive": copied("headcountband", "id = {band}", headcount="'[1,3)'", amount="-1"),
    "band_starts_with_somebody": copied("headcountband", "id = {band}", headcount="'[0,3)'"),
    "bands_never_overlap": copied("headcountband", "id = {band}"),
    # decrees
    "signed_decree_is_complete": update("decree", "{draft}", status="'SIGNED'"),
    "unsigned_decree_has_no_number": update("decree", "{draft}", year="2020", number="99"),
    "one_decree_per_number": copied(
        "decree", "id = {signed}", ordinal="77", document_id="NULL", publication_id="NULL"
    ),
    "one_decree_per_ordinal": copied(
        "decree", "id = {signed}", number="77", document_id="NULL", publication_id="NULL"
    ),
    "vouchers_decree_number_check": copied("decree", "id = {signed}", ordinal="77", number="-1"),
    "vouchers_decree_ordinal_check": update("decree", "{draft}", ordinal="-1"),
    "vouchers_decree_year_check": copied("decree", "id = {signed}", ordinal="77", year="-1"),
    "vouchers_decree_document_id_key": copied(
        "decree", "id = {signed}", ordinal="77", number="77", publication_id="NULL", document_id="{document}"
    ),
    "vouchers_decree_publication_id_key": copied(
        "decree", "id = {signed}", ordinal="77", number="77", document_id="NULL", publication_id="{document}"
    ),
    "financed_row_has_an_award": "UPDATE vouchers_decreerow SET award_id = NULL WHERE decree_id = {draft}",
    "one_row_per_position": copied("decreerow", "decree_id = {draft}", standing="false"),
    "one_decree_per_application_and_annex": copied("decreerow", "decree_id = {draft}", position="99"),
    "vouchers_decreerow_position_check": "UPDATE vouchers_decreerow SET position = -1 WHERE decree_id = {draft}",
    # ledger
    "entry_amount_is_positive": copied("ledgerentry", "kind = 'COMMIT'", key="'new'", amount="0"),
    "entry_belongs_to_an_award": copied("ledgerentry", "kind = 'COMMIT'", key="'new'", award_id="NULL"),
    "vouchers_ledgerentry_key_key": copied("ledgerentry", "kind = 'COMMIT'"),
}  # fmt: skip

APPEND_ONLY = {
    "vouchers_awardevent": "events_append_only",
    "vouchers_calculation": "calculations_are_kept",
    "vouchers_decreeevent": "events_append_only",
    "vouchers_headcountband": "bands_are_frozen",
    "vouchers_ledgerentry": "ledger_append_only",
}

OTHER_TRIGGERS = {
    ("vouchers_decree", "decrees_are_kept"),
    ("vouchers_decree", "signed_decree_is_immutable"),
    ("vouchers_headcountband", "bands_without_gaps"),
}
"""Each has tests of its own below."""
