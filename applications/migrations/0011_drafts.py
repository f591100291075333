"""What a draft keeps besides its answers."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Whether nothing was missing, papers prepared for more documents than one, and which paper a file contains."""

    dependencies = [("applications", "0010_opening_hour")]

    operations = [
        migrations.AddField(
            model_name="application",
            name="ready_version",
            field=models.PositiveIntegerField(null=True, verbose_name="salvataggio a cui nulla mancava"),
        ),
        migrations.AddField(
            model_name="formtosign",
            name="code",
            field=models.CharField(default="APPLICATION_FORM", max_length=40, verbose_name="documento"),
        ),
        migrations.RemoveConstraint(model_name="formtosign", name="one_form_per_content"),
        migrations.AddConstraint(
            model_name="formtosign",
            constraint=models.UniqueConstraint(
                fields=("application", "code", "snapshot_sha256"), name="one_form_per_content"
            ),
        ),
        migrations.AddField(
            model_name="attachment",
            name="form",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="applications.formtosign",
                verbose_name="documento del portale che contiene",
            ),
        ),
    ]
