"""The opening hour and the proof of order."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    """Waiting rooms, published orders and draws: tables that only grow."""

    dependencies = [
        ("applications", "0009_integration_answers"),
        ("portal", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Draw",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seed", models.CharField(max_length=64, verbose_name="seme")),
                ("drawn_at", models.DateTimeField(verbose_name="sorteggiato il")),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.document",
                        verbose_name="file",
                    ),
                ),
                (
                    "window",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draw",
                        to="applications.deskwindow",
                        verbose_name="sportello",
                    ),
                ),
            ],
            options={
                "verbose_name": "sorteggio",
                "verbose_name_plural": "sorteggi",
            },
        ),
        migrations.CreateModel(
            name="DrawCommitment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("secret", models.CharField(max_length=64)),
                ("sha256", models.CharField(max_length=64, verbose_name="impronta del segreto")),
                ("committed_at", models.DateTimeField(verbose_name="fissato il")),
                (
                    "window",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draw_commitment",
                        to="applications.deskwindow",
                        verbose_name="sportello",
                    ),
                ),
            ],
            options={
                "verbose_name": "impegno del sorteggio",
                "verbose_name_plural": "impegni dei sorteggi",
            },
        ),
        migrations.CreateModel(
            name="DrawnPlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rank", models.PositiveIntegerField(verbose_name="posto")),
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drawn_place",
                        to="applications.application",
                        verbose_name="domanda",
                    ),
                ),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="places",
                        to="applications.draw",
                        verbose_name="sorteggio",
                    ),
                ),
            ],
            options={
                "verbose_name": "posto sorteggiato",
                "verbose_name_plural": "posti sorteggiati",
            },
        ),
        migrations.CreateModel(
            name="PublishedOrder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("count", models.PositiveIntegerField(verbose_name="domande")),
                ("head", models.CharField(max_length=64, verbose_name="ultimo anello")),
                ("published_at", models.DateTimeField(verbose_name="pubblicato il")),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.document",
                        verbose_name="file",
                    ),
                ),
                (
                    "window",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="published_order",
                        to="applications.deskwindow",
                        verbose_name="sportello",
                    ),
                ),
            ],
            options={
                "verbose_name": "ordine pubblicato",
                "verbose_name_plural": "ordini pubblicati",
            },
        ),
        migrations.CreateModel(
            name="WaitingRoom",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("last", models.PositiveBigIntegerField(default=0, verbose_name="ultimo posto")),
                ("free_from", models.DateTimeField(null=True, verbose_name="prossimo turno libero")),
                (
                    "window",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="room",
                        to="applications.deskwindow",
                        verbose_name="sportello",
                    ),
                ),
            ],
            options={
                "verbose_name": "sala d'attesa",
                "verbose_name_plural": "sale d'attesa",
            },
        ),
        migrations.CreateModel(
            name="Arrival",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveBigIntegerField(verbose_name="posto")),
                ("arrived_at", models.DateTimeField(verbose_name="in fila dal")),
                ("admitted_at", models.DateTimeField(verbose_name="turno dal")),
                ("kept_until", models.DateTimeField(verbose_name="turno fino al")),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="arrivals",
                        to="applications.application",
                        verbose_name="domanda",
                    ),
                ),
                (
                    "window",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="arrivals",
                        to="applications.deskwindow",
                        verbose_name="sportello",
                    ),
                ),
            ],
            options={
                "verbose_name": "posto in fila",
                "verbose_name_plural": "posti in fila",
                "indexes": [models.Index(fields=["application", "-number"], name="arrival_of_application")],
                "constraints": [
                    models.UniqueConstraint(fields=("window", "number"), name="one_arrival_per_place"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("admitted_at__gte", models.F("arrived_at")), ("kept_until__gt", models.F("admitted_at"))
                        ),
                        name="arrival_waits_then_has_its_turn",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="arrival",
            trigger=pgtrigger.compiler.Trigger(
                name="arrivals_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation';",
                    hash="bbeb2513356c4fc35f268874c9ae4405b1ba74fe",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_arrivals_append_only_95cbb",
                    table="applications_arrival",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="draw",
            constraint=models.CheckConstraint(
                condition=models.Q(("seed__regex", "^[0-9a-f]{64}$")), name="draw_seed_form"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="draw",
            trigger=pgtrigger.compiler.Trigger(
                name="draw_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation';",
                    hash="446be730dd3fdefa230c49c5b76d8af88893268c",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_draw_append_only_75fe2",
                    table="applications_draw",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="drawcommitment",
            constraint=models.CheckConstraint(
                condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="draw_commitment_form"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="drawcommitment",
            trigger=pgtrigger.compiler.Trigger(
                name="draw_commitment_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation';",
                    hash="ad31c33470811238310ae41e3090d094d58fb96c",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_draw_commitment_append_only_a0298",
                    table="applications_drawcommitment",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="drawnplace",
            constraint=models.UniqueConstraint(fields=("draw", "rank"), name="one_application_per_drawn_place"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="drawnplace",
            trigger=pgtrigger.compiler.Trigger(
                name="drawn_place_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation';",
                    hash="33a6b27df351c6f1d0b04e68e7aad7aa1a92cad4",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_drawn_place_append_only_b0e31",
                    table="applications_drawnplace",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="publishedorder",
            constraint=models.CheckConstraint(
                condition=models.Q(("head__regex", "^[0-9a-f]{64}$")), name="published_order_head_form"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="publishedorder",
            trigger=pgtrigger.compiler.Trigger(
                name="published_order_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation';",
                    hash="bac1ea6e220f3976b776f8e4559494722ea51336",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_published_order_append_only_4bca5",
                    table="applications_publishedorder",
                    when="BEFORE",
                ),
            ),
        ),
    ]
