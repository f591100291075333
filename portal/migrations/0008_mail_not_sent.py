"""Messages that did not leave are found quickly."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0007_document_by_hash"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="mail",
            index=models.Index(
                condition=models.Q(("state", "SENT"), _negated=True), fields=["-id"], name="mail_not_sent"
            ),
        ),
    ]
