"""Messages between a firm, its delegates and the office."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Messages between a firm, its delegates and the office."""

    dependencies = [
        ("applications", "0007_mandates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "circle",
                    models.CharField(
                        choices=[("OFFICE", "impresa e ufficio"), ("FIRM", "chi agisce per l'impresa")],
                        max_length=10,
                        verbose_name="chi legge",
                    ),
                ),
                ("page", models.SlugField(blank=True, max_length=60, verbose_name="pagina della domanda")),
                (
                    "side",
                    models.CharField(
                        choices=[("FIRM", "impresa"), ("OFFICE", "ufficio")], max_length=10, verbose_name="parte"
                    ),
                ),
                ("body", models.TextField(verbose_name="testo")),
                ("written_at", models.DateTimeField(verbose_name="scritto il")),
                ("client_key", models.UUIDField(unique=True)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
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
                        verbose_name="scritto da",
                    ),
                ),
            ],
            options={
                "verbose_name": "messaggio",
                "verbose_name_plural": "messaggi",
            },
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "side",
                    models.CharField(
                        choices=[("FIRM", "impresa"), ("OFFICE", "ufficio")], max_length=10, verbose_name="parte"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="letto il")),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings",
                        to="applications.message",
                        verbose_name="messaggio",
                    ),
                ),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="letto da",
                    ),
                ),
            ],
            options={
                "verbose_name": "lettura",
                "verbose_name_plural": "letture",
            },
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["application", "circle", "page"], name="messages_of_application"),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("body", ""), _negated=True), name="message_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("circle", "OFFICE"), ("side", "FIRM"), _connector="OR"),
                name="inside_message_is_the_firms",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("circle", "FIRM"), ("page", ""), _connector="OR"),
                name="message_on_a_page_stays_inside",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="message",
            trigger=pgtrigger.compiler.Trigger(
                name="message_only_grows",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation';",
                    hash="e674d7257dcfc384927cdf99f318bd6d8c3e32a2",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_message_only_grows_1ed59",
                    table="applications_message",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.UniqueConstraint(fields=("message", "reader"), name="one_reading_per_reader"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reading",
            trigger=pgtrigger.compiler.Trigger(
                name="reading_only_grows",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation';",
                    hash="93175901960fdfacb7c7667cda12e915192b997d",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_reading_only_grows_21cc0",
                    table="applications_reading",
                    when="BEFORE",
                ),
            ),
        ),
    ]
