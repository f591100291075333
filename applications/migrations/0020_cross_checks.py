"""Indexes to look across applications."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """What the cross-checks look by."""

    dependencies = [
        ("applications", "0019_bulk_runs"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="declaredaid",
            index=models.Index(fields=["granted_to"], name="declared_aid_granted_to"),
        ),
        migrations.AddIndex(
            model_name="firm",
            index=models.Index(
                condition=models.Q(("representative_tax_code", ""), _negated=True),
                fields=["representative_tax_code"],
                name="firm_representative",
            ),
        ),
        migrations.AddIndex(
            model_name="firm",
            index=models.Index(condition=models.Q(("pec", ""), _negated=True), fields=["pec"], name="firm_pec"),
        ),
    ]
