"""What an integration asks, and what was answered."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

TYPED = models.JSONField(default=dict, verbose_name="risposta come si scrive")
GIVEN = models.JSONField(null=True, verbose_name="risposta inviata, con il prima e il dopo")
HAND = models.ForeignKey(
    null=True,
    on_delete=django.db.models.deletion.PROTECT,
    related_name="+",
    to=settings.AUTH_USER_MODEL,
    verbose_name="risposta di",
)


class Migration(migrations.Migration):
    """What an integration asks, and what was answered."""

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("applications", "0008_messages"),
    ]

    operations = [
        *(
            migrations.AddField(model, name, field)
            for model in ("integrationrequest", "rejectionnotice")
            for name, field in (("typed", TYPED), ("given", GIVEN), ("answered_by", HAND))
        ),
        migrations.AddField(
            "integrationrequest",
            "asked",
            models.JSONField(default=list, verbose_name="dati, documenti e domande chiesti"),
        ),
        migrations.AddConstraint(
            "integrationrequest",
            models.CheckConstraint(
                condition=Q(given__isnull=True) | Q(answered_by__isnull=False, answered_at__isnull=False),
                name="integration_given_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            "rejectionnotice",
            models.CheckConstraint(
                condition=Q(given__isnull=True) | Q(answered_by__isnull=False, closed_at__isnull=False),
                name="observations_given_by_somebody",
            ),
        ),
    ]
