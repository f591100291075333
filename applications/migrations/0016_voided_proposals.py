"""A proposal may be voided after it was made or approved, by whom and why."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """A proposal may be voided after it was made or approved, by whom and why."""

    dependencies = [
        ("applications", "0015_checks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="proposal",
            name="hold",
            field=models.CharField(blank=True, max_length=40, verbose_name="comunicazioni trattenute con"),
        ),
        migrations.AddField(
            model_name="proposal",
            name="void_reason",
            field=models.TextField(blank=True, verbose_name="motivo dell'annullamento"),
        ),
        migrations.AddField(
            model_name="proposal",
            name="voided_at",
            field=models.DateTimeField(null=True, verbose_name="annullato il"),
        ),
        migrations.AddField(
            model_name="proposal",
            name="voided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="annullato da",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("void_reason", ""), ("voided_at__isnull", True), ("voided_by__isnull", True)),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("voided_at__isnull", False),
                        ("voided_by__isnull", False),
                        models.Q(("void_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="voided_proposal_says_who_and_why",
            ),
        ),
    ]
