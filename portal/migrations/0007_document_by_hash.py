"""Documents found by the hash of their bytes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The index by hash."""

    dependencies = [
        ("portal", "0006_role_scopes"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["sha256"], name="document_sha256"),
        ),
    ]
