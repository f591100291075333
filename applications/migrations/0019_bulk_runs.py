"""Many applications moved together: the frozen selection and what became of each row."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Many applications moved together: the frozen selection and what became of each row."""

    dependencies = [
        ("applications", "0018_decision_term"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BulkRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("APPROVE", "approvazione delle proposte"), ("PROPOSE", "proposta di ammissione")],
                        max_length=10,
                        verbose_name="operazione",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="preparata il")),
                ("note", models.TextField(blank=True, verbose_name="nota")),
                ("confirmed_at", models.DateTimeField(null=True, verbose_name="confermata il")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finita il")),
                ("undo_until", models.DateTimeField(null=True, verbose_name="si annulla fino alle")),
                ("undo_asked_at", models.DateTimeField(null=True, verbose_name="annullamento chiesto il")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="preparata da",
                    ),
                ),
            ],
            options={
                "verbose_name": "operazione su più domande",
                "verbose_name_plural": "operazioni su più domande",
            },
        ),
        migrations.CreateModel(
            name="BulkRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.PositiveIntegerField(verbose_name="posto")),
                ("step_seen", models.BigIntegerField(verbose_name="ultimo passaggio visto")),
                ("work_seen", models.BigIntegerField(verbose_name="proposta o ultimo controllo visto")),
                (
                    "trial",
                    models.CharField(
                        blank=True,
                        choices=[("DONE", "fatta"), ("REFUSED", "non possibile")],
                        max_length=10,
                        verbose_name="esito della prova",
                    ),
                ),
                ("trial_message", models.TextField(blank=True, verbose_name="messaggio della prova")),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[("DONE", "fatta"), ("REFUSED", "non possibile")],
                        max_length=10,
                        verbose_name="esito",
                    ),
                ),
                ("message", models.TextField(blank=True, verbose_name="messaggio")),
                ("done_at", models.DateTimeField(null=True, verbose_name="decisa il")),
                ("undone_at", models.DateTimeField(null=True, verbose_name="annullata il")),
                ("undo_message", models.TextField(blank=True, verbose_name="perché non si annulla")),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="applications.application",
                        verbose_name="domanda",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="applications.bulkrun",
                        verbose_name="operazione",
                    ),
                ),
            ],
            options={
                "verbose_name": "riga di un'operazione",
                "verbose_name_plural": "righe di un'operazione",
                "ordering": ("run", "place"),
            },
        ),
        migrations.AddConstraint(
            model_name="bulkrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["APPROVE", "PROPOSE"])), name="bulk_kind_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("finished_at__isnull", True), ("confirmed_at__isnull", False), _connector="OR"),
                name="bulk_ends_after_its_word",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("undo_asked_at__isnull", True), ("undo_until__isnull", False), _connector="OR"),
                name="bulk_undone_after_its_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkrow",
            constraint=models.UniqueConstraint(fields=("run", "application"), name="one_row_per_application_and_bulk"),
        ),
        migrations.AddConstraint(
            model_name="bulkrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("result__in", ["", "DONE", "REFUSED"]), ("trial__in", ["", "DONE", "REFUSED"])),
                name="bulk_result_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at__isnull", True), ("result", "")),
                    models.Q(models.Q(("result", ""), _negated=True), ("done_at__isnull", False)),
                    _connector="OR",
                ),
                name="bulk_result_has_instant",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("result", "REFUSED"), _negated=True),
                    models.Q(("message", ""), _negated=True),
                    _connector="OR",
                ),
                name="bulk_refusal_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undo_message", ""), ("undone_at__isnull", True)), ("result", "DONE"), _connector="OR"
                ),
                name="bulk_undoes_what_it_did",
            ),
        ),
    ]
