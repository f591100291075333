"""A decree that corrects another: the decree it is about, and the corrections of its rows."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import vouchers.rules.states


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0022_dossier_openings"),
        ("portal", "0009_staff_invitations"),
        ("vouchers", "0010_award_letters"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="decree",
            name="signed_decree_is_immutable",
        ),
        migrations.RemoveConstraint(
            model_name="decreerow",
            name="one_decree_per_application_and_annex",
        ),
        migrations.AddField(
            model_name="decree",
            name="rectifies",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rectifications",
                to="vouchers.decree",
                verbose_name="decreto che rettifica",
            ),
        ),
        migrations.AddField(
            model_name="decreerow",
            name="corrections",
            field=models.JSONField(null=True, verbose_name="correzioni"),
        ),
        migrations.AlterField(
            model_name="decree",
            name="kind",
            field=models.CharField(
                choices=[
                    ("GRANT", "approvazione degli esiti e concessione"),
                    ("REJECTION", "non ammissione"),
                    ("FORFEITURE", "decadenza con economia"),
                    ("REDETERMINATION", "presa d'atto di rinunce e rideterminazione"),
                    ("REFINANCING", "rifinanziamento"),
                    ("RECTIFICATION", "rettifica di un decreto di concessione"),
                ],
                max_length=20,
                verbose_name="tipo",
            ),
        ),
        migrations.AlterField(
            model_name="decreerow",
            name="annex",
            field=models.CharField(
                choices=[
                    ("A", "ammesse e finanziate"),
                    ("B", "ammesse e non finanziate"),
                    ("C", "non ammesse"),
                    ("D", "decadute"),
                    ("E", "rinunce e rideterminazioni"),
                    ("F", "rettifiche"),
                ],
                max_length=1,
                verbose_name="allegato",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="decree",
            trigger=pgtrigger.compiler.Trigger(
                name="signed_decree_is_immutable",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.\"status\" = 'SIGNED')",
                    func="\n                    IF (OLD.call_id, OLD.kind, OLD.split, OLD.rectifies_id, OLD.ordinal, OLD.status, OLD.year, OLD.number, OLD.snapshot, OLD.snapshot_sha256, OLD.composed_by_id, OLD.signed_by_id, OLD.signed_at, OLD.to_be_signed) IS DISTINCT FROM (NEW.call_id, NEW.kind, NEW.split, NEW.rectifies_id, NEW.ordinal, NEW.status, NEW.year, NEW.number, NEW.snapshot, NEW.snapshot_sha256, NEW.composed_by_id, NEW.signed_by_id, NEW.signed_at, NEW.to_be_signed) OR (OLD.document_id IS NOT NULL AND (OLD.document_id) IS DISTINCT FROM (NEW.document_id)) OR (OLD.publication_id IS NOT NULL AND (OLD.publication_id) IS DISTINCT FROM (NEW.publication_id)) OR (OLD.signed_document_id IS NOT NULL AND (OLD.signed_document_id) IS DISTINCT FROM (NEW.signed_document_id)) OR (OLD.signatures IS NOT NULL AND (OLD.signatures) IS DISTINCT FROM (NEW.signatures)) THEN\n                        RAISE EXCEPTION 'decree % is signed and cannot change', OLD.id\n                            USING ERRCODE = 'check_violation';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="4cb985261530160538ec27fc64be2e5727ed7d05",
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
                    models.Q(("kind", "RECTIFICATION"), ("rectifies__isnull", False)),
                    models.Q(models.Q(("kind", "RECTIFICATION"), _negated=True), ("rectifies__isnull", True)),
                    _connector="OR",
                ),
                name="rectification_names_its_decree",
            ),
        ),
        migrations.AddConstraint(
            model_name="decree",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", vouchers.rules.states.DecreeState["DRAFT"])),
                fields=("rectifies",),
                name="one_open_rectification_per_decree",
            ),
        ),
        migrations.AddConstraint(
            model_name="decreerow",
            constraint=models.UniqueConstraint(
                condition=models.Q(("standing", True), models.Q(("annex__in", ["B", "E", "F"]), _negated=True)),
                fields=("application", "annex"),
                name="one_decree_per_application_and_annex",
            ),
        ),
        migrations.AddConstraint(
            model_name="decreerow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("annex", "F"), ("corrections__isnull", False)),
                    models.Q(models.Q(("annex", "F"), _negated=True), ("corrections__isnull", True)),
                    _connector="OR",
                ),
                name="annex_f_lists_corrections",
            ),
        ),
        migrations.AddConstraint(
            model_name="decreerow",
            constraint=models.UniqueConstraint(
                condition=models.Q(("annex", "F")),
                fields=("decree", "application"),
                name="one_correction_per_application",
            ),
        ),
    ]
