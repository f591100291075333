"""One bad row for each rule the database keeps by itself. `{...}` are the records of the scene."""

from typing import Any

BUCKETS = ("available", "reserved", "committed", "settled", "paid", "saved", "recovered")


def update(table: str, row: str, **values: str) -> str:
    """SQL that changes one row."""
    return f"UPDATE vouchers_{table} SET {', '.join(f'{k} = {v}' for k, v in values.items())} WHERE id = {row}"


def copied(table: str, where: str, **values: str) -> tuple[str, str, dict[str, str]]:
    """A copy of one row with some columns changed; the test writes its SQL from the table's columns."""
    return (table, where, values)


def renunciations(*rows: dict[str, str]) -> str:
    """SQL that inserts standing renunciations of the granted award's application, with some columns changed."""
    whole = {
        "application_id": "(SELECT application_id FROM vouchers_award WHERE id = {granted})",
        "award_id": "{granted}",
        "action_id": "NULL",
        "source": "'GRANTED'",
        "reason_code": "'OTHER'",
        "at": "now()",
        "by_id": "(SELECT min(id) FROM portal_user)",
        "undone_at": "NULL",
        "undone_by_id": "NULL",
    }
    values = [f"({', '.join((whole | row).values())})" for row in rows]
    return f"INSERT INTO vouchers_renunciation ({', '.join(whole)}) VALUES {', '.join(values)}"


def views(*rows: dict[str, str]) -> str:
    """SQL that inserts saved views of one person, with some columns changed."""
    whole = {
        "owner_id": "(SELECT min(id) FROM portal_user)", "slot": "1", "name": "'Una'", "query": "'stato=tutte'",
        "shared": "false", "created_at": "now()",
    }  # fmt: skip
    values = [f"({', '.join((whole | row).values())})" for row in rows]
    return f"INSERT INTO vouchers_savedview ({', '.join(whole)}) VALUES {', '.join(values)}"


def aid_requests(*rows: dict[str, str]) -> str:
    """SQL that inserts open requests to the State-aid register for the reserved award, with some columns changed."""
    good = {
        "award_id": "{reserved}",
        "amount": "100",
        "state": "'ASKED'",
        "ticket": "''",
        "cor": "''",
        "problem": "''",
        "asked_by_id": "(SELECT min(id) FROM portal_user)",
        "asked_at": "now()",
        "is_deaf": "false",
        "ended_at": "NULL",
    }
    values = [f"({', '.join((good | row).values())})" for row in rows]
    return f"INSERT INTO vouchers_aidrequest ({', '.join(good)}) VALUES {', '.join(values)}"


UNSIGNED = {"signed_document_id": "NULL", "signatures": "NULL"}
ONE_ACTION = {"action_id": "(SELECT action_id FROM vouchers_allocation WHERE id = {line})"}

ANOTHER = "(SELECT max(id) FROM portal_user WHERE id <> composed_by_id)"

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
    # letters
    "vouchers_awardletter_row_id_key": copied("awardletter", "award_id = {granted}"),
    "award_letter_sha256": copied("awardletter", "award_id = {granted}", row_id="-1", sha256="'x'"),
    # requests to the State-aid register
    "one_open_aid_request_per_award": aid_requests({}, {}),
    "aid_request_is_open_or_ended": aid_requests({"ended_at": "now()"}),
    "sent_aid_request_has_a_ticket": aid_requests({"state": "'SENT'"}),
    "answered_aid_request_has_a_code": aid_requests({"state": "'ANSWERED'", "ended_at": "now()"}),
    "failed_aid_request_says_why": aid_requests({"state": "'REFUSED'", "ended_at": "now()"}),
    "aid_request_asks_for_money": aid_requests({"amount": "0"}),
    "visura_lists_aids_when_found": copied("aidvisura", "outcome = 'FOUND'", outcome="'DOWN'", aids="'[1]'"),
    # renunciations
    "one_standing_renunciation_per_action": renunciations(ONE_ACTION, ONE_ACTION),
    "one_standing_renunciation_of_the_whole": renunciations({}, {}),
    "whole_renunciation_has_an_award": renunciations({"award_id": "NULL"}),
    "second_thought_has_an_author_and_no_decree": renunciations({"undone_at": "now()"}),
    # saved views
    "one_view_per_name": views({}, {"slot": "2"}),
    "one_view_per_slot": views({}, {"name": "'Altra'"}),
    "view_has_name_and_filters": views({"query": "''"}),
    "views_are_few": views({"slot": "21"}),
    # bands
    "band_amount_is_positive": copied("headcountband", "id = {band}", headcount="'[1,3)'", amount="-1"),
    "band_starts_with_somebody": copied("headcountband", "id = {band}", headcount="'[0,3)'"),
    "bands_never_overlap": copied("headcountband", "id = {band}"),
    # decrees
    "signed_decree_is_complete": update("decree", "{draft}", status="'SIGNED'"),
    "unsigned_decree_has_no_number": update("decree", "{draft}", year="2020", number="99"),
    "one_decree_per_number": copied(
        "decree", "id = {signed}", ordinal="77", document_id="NULL", publication_id="NULL", **UNSIGNED
    ),
    "one_decree_per_ordinal": copied(
        "decree", "id = {signed}", number="77", document_id="NULL", publication_id="NULL", **UNSIGNED
    ),
    "vouchers_decree_number_check": copied("decree", "id = {signed}", ordinal="77", number="-1"),
    "vouchers_decree_ordinal_check": update("decree", "{draft}", ordinal="-1"),
    "vouchers_decree_year_check": copied("decree", "id = {signed}", ordinal="77", year="-1"),
    "vouchers_decree_document_id_key": copied(
        "decree", "id = {signed}", ordinal="77", number="77", publication_id="NULL", document_id="{document}",
        **UNSIGNED,
    ),
    "vouchers_decree_signed_document_id_key": copied(
        "decree", "id = {signed}", ordinal="77", number="77", document_id="{file}", publication_id="NULL",
        signed_document_id="{document}", signatures="'{{}}'",
    ),
    "signed_file_comes_with_its_signatures": update("decree", "{draft}", signatures="'{{}}'"),
    "vouchers_decree_publication_id_key": copied(
        "decree", "id = {signed}", ordinal="77", number="77", document_id="NULL", publication_id="{document}",
        **UNSIGNED,
    ),
    "one_decree_per_renunciation": (
        f"WITH given AS ({renunciations({})} RETURNING id) "
        "INSERT INTO vouchers_decreerow (decree_id, annex, position, application_id, award_id, renunciation_id, "
        "reason_codes, standing) SELECT {draft}, 'E', place, (SELECT application_id FROM vouchers_award WHERE id = "
        "{granted}), {granted}, given.id, ARRAY['OTHER'], true FROM given, (VALUES (1), (2)) AS places(place)"
    ),
    "vouchers_moneyact_decree_id_key": "UPDATE vouchers_moneyact SET decree_id = {signed}",
    "refinancing_brings_money": update("decree", "{draft}", kind="'REFINANCING'"),
    "rectification_names_its_decree": update("decree", "{draft}", kind="'RECTIFICATION'"),
    "one_open_rectification_per_decree": (
        "INSERT INTO vouchers_decree (call_id, kind, status, rectifies_id, composed_by_id, composed_at, "
        "snapshot_sha256, to_be_signed) SELECT call_id, 'RECTIFICATION', 'DRAFT', {signed}, composed_by_id, "
        "composed_at, '', false FROM vouchers_decree, (VALUES (1), (2)) AS twice(n) WHERE vouchers_decree.id = {draft}"
    ),
    "annex_f_lists_corrections": "UPDATE vouchers_decreerow SET annex = 'F' WHERE decree_id = {draft}",
    "one_correction_per_application": (
        "INSERT INTO vouchers_decreerow (decree_id, annex, position, application_id, award_id, reason_codes, "
        "corrections, standing) SELECT {draft}, 'F', place, application_id, id, '{{}}', '[]', true "
        "FROM vouchers_award, (VALUES (1), (2)) AS places(place) WHERE id = {granted}"
    ),
    "annex_e_lists_renunciations": "UPDATE vouchers_decreerow SET annex = 'E' WHERE decree_id = {draft}",
    "financed_row_has_an_award": "UPDATE vouchers_decreerow SET award_id = NULL WHERE decree_id = {draft}",
    "one_row_per_position": copied("decreerow", "decree_id = {draft}", standing="false"),
    "one_decree_per_application_and_annex": copied("decreerow", "decree_id = {draft}", position="99"),
    "vouchers_decreerow_position_check": "UPDATE vouchers_decreerow SET position = -1 WHERE decree_id = {draft}",
    # drafts of calls
    "one_open_draft_per_call": copied("calldraft", "id = {call_draft}"),
    "proposed_call_draft_has_a_proposer": update("calldraft", "{call_draft}", status="'PROPOSED'"),
    "published_call_draft_is_complete": update("calldraft", "{call_draft}", status="'PUBLISHED'"),
    "unpublished_call_draft_has_no_publisher": update("calldraft", "{call_draft}", published_at="now()"),
    "who_wrote_a_call_does_not_publish_it": update(
        "calldraft", "{call_draft}", status="'PUBLISHED'", published_at="now()", proposed_by_id=ANOTHER,
        published_by_id=ANOTHER,
    ),
    # ledger
    "entry_amount_is_positive": copied("ledgerentry", "kind = 'COMMIT'", key="'new'", amount="0"),
    "entry_belongs_to_an_award": copied("ledgerentry", "kind = 'COMMIT'", key="'new'", award_id="NULL"),
    "vouchers_ledgerentry_key_key": copied("ledgerentry", "kind = 'COMMIT'"),
}  # fmt: skip

APPEND_ONLY = {
    "vouchers_aidvisura": "visure_only_grow",
    "vouchers_awardevent": "events_append_only",
    "vouchers_awardletter": "award_letters_are_kept",
    "vouchers_calldraftedit": "edits_append_only",
    "vouchers_calldraftevent": "events_append_only",
    "vouchers_calculation": "calculations_are_kept",
    "vouchers_decreeevent": "events_append_only",
    "vouchers_headcountband": "bands_are_frozen",
    "vouchers_ledgerentry": "ledger_append_only",
}

OTHER_TRIGGERS = {
    ("vouchers_calldraft", "call_drafts_are_kept"),
    ("vouchers_calldraft", "editors_do_not_publish"),
    ("vouchers_calldraft", "only_open_drafts_are_edited"),
    ("vouchers_decree", "decrees_are_kept"),
    ("vouchers_decree", "signed_decree_is_immutable"),
    ("vouchers_headcountband", "bands_without_gaps"),
}
"""Each has tests of its own below."""
