"""Files taken up from another application of the same firm: whose first day is still that of the original."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Files taken up from another application of the same firm."""

    dependencies = [("applications", "0012_board")]

    operations = [
        migrations.AddField(
            model_name="attachment",
            name="carried_from",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="applications.attachment",
                verbose_name="ripreso da un'altra domanda",
            ),
        ),
    ]
