"""Letters that wait together before leaving, and may be called off."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Letters that wait together before leaving, and may be called off."""

    dependencies = [
        ("portal", "0003_mail"),
    ]

    operations = [
        migrations.AddField(
            model_name="mail",
            name="held_until",
            field=models.DateTimeField(null=True, verbose_name="trattenuta fino alle"),
        ),
        migrations.AddField(
            model_name="mail",
            name="hold",
            field=models.CharField(
                blank=True, help_text="tipo:identificativo", max_length=40, verbose_name="trattenuta con"
            ),
        ),
        migrations.AlterField(
            model_name="mail",
            name="state",
            field=models.CharField(
                choices=[
                    ("QUEUED", "in partenza"),
                    ("SENT", "inviata"),
                    ("FAILED", "non recapitata"),
                    ("CANCELLED", "annullata prima di partire"),
                ],
                default="QUEUED",
                max_length=10,
                verbose_name="stato",
            ),
        ),
        migrations.AddIndex(
            model_name="mail",
            index=models.Index(
                condition=models.Q(("hold", ""), _negated=True), fields=["hold"], name="mail_held_together"
            ),
        ),
        migrations.AddConstraint(
            model_name="mail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("held_until__isnull", True), ("hold", "")),
                    models.Q(models.Q(("hold", ""), _negated=True), ("held_until__isnull", False)),
                    _connector="OR",
                ),
                name="held_mail_says_until_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="mail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "CANCELLED"), _negated=True),
                    models.Q(("hold", ""), _negated=True),
                    _connector="OR",
                ),
                name="only_held_mail_is_cancelled",
            ),
        ),
    ]
