"""Views of the queue that people keep, and the awards by state for its filter."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """The table of saved views."""

    dependencies = [
        ("vouchers", "0003_reductions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slot", models.SmallIntegerField(verbose_name="posto")),
                ("name", models.CharField(max_length=60, verbose_name="nome")),
                ("query", models.CharField(max_length=1000, verbose_name="filtri, come in un indirizzo")),
                ("shared", models.BooleanField(default=False, verbose_name="visibile a tutto l'ufficio")),
                ("created_at", models.DateTimeField(verbose_name="salvata il")),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="di",
                    ),
                ),
            ],
            options={
                "verbose_name": "vista salvata",
                "verbose_name_plural": "viste salvate",
                "ordering": ["name", "pk"],
                "indexes": [models.Index(condition=models.Q(("shared", True)), fields=["name"], name="shared_views")],
                "constraints": [
                    models.UniqueConstraint(fields=("owner", "name"), name="one_view_per_name"),
                    models.UniqueConstraint(fields=("owner", "slot"), name="one_view_per_slot"),
                    models.CheckConstraint(
                        condition=models.Q(("slot__gte", 1), ("slot__lte", 20)), name="views_are_few"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True), models.Q(("query", ""), _negated=True)
                        ),
                        name="view_has_name_and_filters",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="award",
            index=models.Index(fields=["status", "application"], name="award_by_status"),
        ),
    ]
