"""What officers find of each requirement: rows that only grow."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """What officers find of each requirement."""

    dependencies = [
        ("applications", "0014_operators"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OfficerCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, verbose_name="requisito")),
                (
                    "outcome",
                    models.CharField(
                        choices=[("YES", "Sì"), ("NO", "No"), ("TO_INTEGRATE", "Da integrare")],
                        max_length=20,
                        verbose_name="esito",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="nota")),
                ("at", models.DateTimeField(verbose_name="controllato il")),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="applications.application",
                        verbose_name="domanda",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="controllato da",
                    ),
                ),
            ],
            options={
                "verbose_name": "controllo dell'istruttore",
                "verbose_name_plural": "controlli dell'istruttore",
                "indexes": [models.Index(fields=["application", "code", "-id"], name="checks_of_application")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["YES", "NO", "TO_INTEGRATE"])),
                        name="check_outcome_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome", "YES"), models.Q(("note", ""), _negated=True), _connector="OR"),
                        name="check_not_met_says_why",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="officercheck",
            trigger=pgtrigger.compiler.Trigger(
                name="check_only_grows",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation';",
                    hash="a090dde82e13a04aed6b3dac6c83c19719e22a71",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_check_only_grows_48875",
                    table="applications_officercheck",
                    when="BEFORE",
                ),
            ),
        ),
    ]
