"""The database refuses every bad row by itself, whoever writes it; a rule without its row here is an error."""

import re
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from portal.models import Document
from tests.vouchers.models.bad_rows import APPEND_ONLY, OTHER_TRIGGERS, SQL
from tests.vouchers.models.conftest import Scene
from vouchers.models import Allocation, Award, Calculation, Decree, HeadcountBand

CONSTRAINTS = """
    SELECT conname FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
    WHERE relname LIKE 'vouchers\\_%' AND contype IN ('c', 'u', 'x')
    UNION
    SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
    WHERE relname LIKE 'vouchers\\_%' AND indisunique AND NOT indisprimary
"""
TRIGGERS = """
    SELECT relname, tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE relname LIKE 'vouchers\\_%' AND NOT tgisinternal
"""


def rows(sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def run(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def copy_sql(table: str, where: str, values: dict[str, str]) -> str:
    found = rows(f"SELECT column_name FROM information_schema.columns WHERE table_name = 'vouchers_{table}'")
    names = [f'"{name}"' for (name,) in found if name != "id"]
    taken = ", ".join(values.get(name.strip('"'), name) for name in names)
    return (
        f"INSERT INTO vouchers_{table} ({', '.join(names)}) SELECT {taken} FROM vouchers_{table} WHERE {where} LIMIT 1"
    )


def names_of(scene: Scene, now: Any) -> dict[str, int]:
    """The ids the bad rows speak of; the signed decree has its document."""
    document = Document.objects.create(
        kind="k", name="n", media_type="m", size=1, sha256="a" * 64, key="k", created_at=now
    )
    papers = {"document": document, "publication": document, "signed_document": document, "signatures": {}}
    Decree.objects.filter(pk=scene.signed.pk).update(**papers)
    file = Document.objects.create(kind="k", name="n", media_type="m", size=1, sha256="b" * 64, key="f", created_at=now)
    free = Calculation.objects.get(award=scene.granted)
    free.pk = None
    free.save(force_insert=True)
    application = scene.granted.application
    application.pk = application.client_key = application.receipt_code = None
    application.protocol_number, application.status, application.reason_codes = 999, "WITHDRAWN", []
    application.save(force_insert=True)
    return {
        "line": Allocation.objects.order_by("pk")[0].pk,
        "band": HeadcountBand.objects.order_by("pk")[0].pk,
        "granted": scene.granted.pk,
        "reserved": scene.reserved.pk,
        "signed": scene.signed.pk,
        "draft": scene.draft.pk,
        "call_draft": scene.call_draft.pk,
        "document": document.pk,
        "file": file.pk,
        "calculation": free.pk,
        "application": application.pk,
    }


def test_no_rule_of_the_database_is_without_its_bad_row(db: None) -> None:
    assert {name for (name,) in rows(CONSTRAINTS)} == set(SQL)


def test_no_trigger_is_without_its_test(db: None) -> None:
    found = {(table, re.sub(r"^pgtrigger_(.*)_[0-9a-f]{5}$", r"\1", name)) for table, name in rows(TRIGGERS)}
    assert found == set(APPEND_ONLY.items()) | OTHER_TRIGGERS


@pytest.mark.parametrize("name", SQL)
def test_a_bad_row_is_refused(scene: Scene, now: Any, name: str) -> None:
    ids = names_of(scene, now)
    bad = SQL[name]
    sql = (bad if isinstance(bad, str) else copy_sql(*bad)).format(**ids)

    with pytest.raises(IntegrityError) as refused:
        run(sql)

    assert refused.value.__cause__.diag.constraint_name == name


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("sql", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_what_was_written_stays(scene: Scene, table: str, sql: str) -> None:
    before = rows(f"SELECT * FROM {table} ORDER BY id")
    run("SET CONSTRAINTS ALL IMMEDIATE")  # a table whose foreign keys are still to be judged cannot be truncated

    with pytest.raises(IntegrityError, match="is append-only"):
        run(sql.format(table))

    assert before
    assert rows(f"SELECT * FROM {table} ORDER BY id") == before


FROZEN = {
    "call_id": "NULL", "kind": "'REJECTION'", "ordinal": "9", "status": "'DRAFT'", "year": "1999", "number": "9",
    "snapshot": "'{}'", "snapshot_sha256": "repeat('b', 64)", "composed_by_id": "signed_by_id",
    "signed_by_id": "composed_by_id", "signed_at": "now()", "to_be_signed": "true",
    "texts": "'{}'",
    "rectifies_id": "id",
}  # fmt: skip


@pytest.mark.parametrize("column", FROZEN)
def test_a_signed_decree_does_not_change(scene: Scene, column: str) -> None:
    with pytest.raises(IntegrityError, match="is signed and cannot change"):
        run(f"UPDATE vouchers_decree SET {column} = {FROZEN[column]} WHERE id = {scene.signed.pk}")


@pytest.mark.parametrize("column", ["document_id", "publication_id", "signed_document_id", "signatures"])
def test_papers_are_attached_to_a_signed_decree_once(scene: Scene, now: Any, column: str) -> None:
    names_of(scene, now)

    for value in ("NULL", "'[]'" if column == "signatures" else "999"):
        with pytest.raises(IntegrityError, match="is signed and cannot change"):
            run(f"UPDATE vouchers_decree SET {column} = {value} WHERE id = {scene.signed.pk}")


def test_a_draft_may_still_change(scene: Scene) -> None:
    assert Decree.objects.filter(pk=scene.draft.pk).update(ordinal=9) == 1


@pytest.mark.parametrize("which", ["signed", "draft"])
def test_decrees_are_never_deleted(scene: Scene, which: str) -> None:
    decree = getattr(scene, which)
    with pytest.raises(DatabaseError, match="Cannot delete rows from vouchers_decree table"):
        run(f"DELETE FROM vouchers_decree WHERE id = {decree.pk}")

    assert Decree.objects.filter(pk=decree.pk).exists()


def test_who_wrote_a_draft_of_a_call_is_refused_as_its_publisher(scene: Scene) -> None:
    writer = scene.call_draft.editors[0]
    with pytest.raises(IntegrityError, match="cannot publish it"):
        run(f"UPDATE vouchers_calldraft SET published_by_id = {writer} WHERE id = {scene.call_draft.pk}")


@pytest.mark.parametrize("change", ["content = '{}'", "editors = '{}'"])
def test_a_draft_of_a_call_that_was_proposed_does_not_change(scene: Scene, change: str) -> None:
    run(
        f"UPDATE vouchers_calldraft SET status = 'PROPOSED', proposed_by_id = composed_by_id "
        f"WHERE id = {scene.call_draft.pk}"
    )
    with pytest.raises(IntegrityError, match="cannot change"):
        run(f"UPDATE vouchers_calldraft SET {change} WHERE id = {scene.call_draft.pk}")


def test_who_wrote_a_draft_of_a_call_is_not_forgotten(scene: Scene) -> None:
    with pytest.raises(IntegrityError, match="cannot change"):
        run(f"UPDATE vouchers_calldraft SET editors = '{{}}' WHERE id = {scene.call_draft.pk}")


def test_drafts_of_calls_are_never_deleted(scene: Scene) -> None:
    with pytest.raises(DatabaseError, match="Cannot delete rows from vouchers_calldraft table"):
        run(f"DELETE FROM vouchers_calldraft WHERE id = {scene.call_draft.pk}")


def test_the_scene_itself_is_good(scene: Scene) -> None:
    assert (scene.granted.status, scene.reserved.status) == ("GRANTED", "RESERVED")
    assert (scene.signed.status, scene.draft.status) == ("SIGNED", "DRAFT")
    assert Award.objects.count() == 2
