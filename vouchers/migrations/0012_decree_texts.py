"""The text of one decree, adapted from that of its call."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("vouchers", "0011_rectifications"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="decree",
            name="signed_decree_is_immutable",
        ),
        migrations.AddField(
            model_name="decree",
            name="texts",
            field=models.JSONField(
                help_text="le sezioni che non sono quelle dell'avviso, blocco per blocco",
                null=True,
                verbose_name="testo adattato",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="decree",
            trigger=pgtrigger.compiler.Trigger(
                name="signed_decree_is_immutable",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.\"status\" = 'SIGNED')",
                    func="\n                    IF (OLD.call_id, OLD.kind, OLD.split, OLD.rectifies_id, OLD.texts, OLD.ordinal, OLD.status, OLD.year, OLD.number, OLD.snapshot, OLD.snapshot_sha256, OLD.composed_by_id, OLD.signed_by_id, OLD.signed_at, OLD.to_be_signed) IS DISTINCT FROM (NEW.call_id, NEW.kind, NEW.split, NEW.rectifies_id, NEW.texts, NEW.ordinal, NEW.status, NEW.year, NEW.number, NEW.snapshot, NEW.snapshot_sha256, NEW.composed_by_id, NEW.signed_by_id, NEW.signed_at, NEW.to_be_signed) OR (OLD.document_id IS NOT NULL AND (OLD.document_id) IS DISTINCT FROM (NEW.document_id)) OR (OLD.publication_id IS NOT NULL AND (OLD.publication_id) IS DISTINCT FROM (NEW.publication_id)) OR (OLD.signed_document_id IS NOT NULL AND (OLD.signed_document_id) IS DISTINCT FROM (NEW.signed_document_id)) OR (OLD.signatures IS NOT NULL AND (OLD.signatures) IS DISTINCT FROM (NEW.signatures)) THEN\n                        RAISE EXCEPTION 'decree % is signed and cannot change', OLD.id\n                            USING ERRCODE = 'check_violation';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="1cfe3a416e7e886fcc36759198ff60967bce3fc0",
                    operation="UPDATE",
                    pgid="pgtrigger_signed_decree_is_immutable_a3a84",
                    table="vouchers_decree",
                    when="BEFORE",
                ),
            ),
        ),
    ]
