"""The digital signature of the file of a decree."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0015_checks"),
        ("portal", "0008_mail_not_sent"),
        ("vouchers", "0006_call_drafts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="decree",
            name="signed_decree_is_immutable",
        ),
        migrations.AddField(
            model_name="decree",
            name="signatures",
            field=models.JSONField(null=True, verbose_name="firme del file"),
        ),
        migrations.AddField(
            model_name="decree",
            name="signed_document",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="portal.document",
                verbose_name="decreto firmato digitalmente",
            ),
        ),
        migrations.AddField(
            model_name="decree",
            name="to_be_signed",
            field=models.BooleanField(
                default=False,
                help_text="le lettere e il termine per accettare aspettano il file firmato",
                verbose_name="con firma digitale",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="decree",
            trigger=pgtrigger.compiler.Trigger(
                name="signed_decree_is_immutable",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.\"status\" = 'SIGNED')",
                    func="\n                    IF (OLD.call_id, OLD.kind, OLD.ordinal, OLD.status, OLD.year, OLD.number, OLD.snapshot, OLD.snapshot_sha256, OLD.composed_by_id, OLD.signed_by_id, OLD.signed_at, OLD.to_be_signed) IS DISTINCT FROM (NEW.call_id, NEW.kind, NEW.ordinal, NEW.status, NEW.year, NEW.number, NEW.snapshot, NEW.snapshot_sha256, NEW.composed_by_id, NEW.signed_by_id, NEW.signed_at, NEW.to_be_signed) OR (OLD.document_id IS NOT NULL AND (OLD.document_id) IS DISTINCT FROM (NEW.document_id)) OR (OLD.publication_id IS NOT NULL AND (OLD.publication_id) IS DISTINCT FROM (NEW.publication_id)) OR (OLD.signed_document_id IS NOT NULL AND (OLD.signed_document_id) IS DISTINCT FROM (NEW.signed_document_id)) OR (OLD.signatures IS NOT NULL AND (OLD.signatures) IS DISTINCT FROM (NEW.signatures)) THEN\n                        RAISE EXCEPTION 'decree % is signed and cannot change', OLD.id\n                            USING ERRCODE = 'check_violation';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="4abf6f6d8990843bf06326a598342f360374a520",
                    operation="UPDATE",
                    pgid="pgtrigger_signed_decree_is_immutable_a3a84",
                    table="vouchers_decree",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="decree",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("signatures__isnull", True), ("signed_document__isnull", True)),
                    models.Q(
                        ("document__isnull", False), ("signatures__isnull", False), ("signed_document__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="signed_file_comes_with_its_signatures",
            ),
        ),
    ]
