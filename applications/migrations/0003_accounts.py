# The data of a firm's registration, and its sites.

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("applications", "0002_initial")]

    operations = [
        migrations.AddField(
            "firm", "total_employees", models.PositiveIntegerField(null=True, verbose_name="dipendenti in totale")
        ),
        migrations.AddField(
            "firm", "total_employees_on", models.DateField(null=True, verbose_name="dipendenti contati il")
        ),
        migrations.AddField(
            "firm",
            "representative_name",
            models.CharField(blank=True, default="", max_length=200, verbose_name="legale rappresentante"),
            preserve_default=False,
        ),
        migrations.AddField(
            "firm",
            "representative_tax_code",
            models.CharField(
                blank=True, default="", max_length=16, verbose_name="codice fiscale del legale rappresentante"
            ),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="Site",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.CharField(max_length=200, verbose_name="indirizzo")),
                ("municipality", models.CharField(max_length=100, verbose_name="comune")),
                ("province", models.CharField(max_length=2, verbose_name="provincia")),
                ("employees", models.PositiveIntegerField(verbose_name="dipendenti")),
                ("employees_on", models.DateField(verbose_name="contati il")),
                (
                    "firm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sites",
                        to="applications.firm",
                        verbose_name="impresa",
                    ),
                ),
            ],
            options={"verbose_name": "sede operativa", "verbose_name_plural": "sedi operative", "ordering": ["pk"]},
        ),
        migrations.AddConstraint(
            "firm",
            models.CheckConstraint(
                condition=models.Q(
                    ("total_employees__isnull", True), ("total_employees_on__isnull", False), _connector="OR"
                ),
                name="firm_employees_have_their_day",
            ),
        ),
        migrations.AddConstraint(
            "site", models.UniqueConstraint(fields=("firm", "municipality", "address"), name="one_site_per_address")
        ),
    ]
