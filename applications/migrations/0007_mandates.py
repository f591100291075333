"""Mandates: what a delegate may do, invitations, how far the firms were told."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import applications.models.firm


class Migration(migrations.Migration):
    """Mandates: what a delegate may do, invitations, how far the firms were told."""

    dependencies = [
        ("applications", "0006_integration_items_text"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(default="DELEGATE", max_length=20, verbose_name="ruolo")),
                ("email", models.EmailField(max_length=254, verbose_name="indirizzo")),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10), size=None, verbose_name="che cosa può fare"
                    ),
                ),
                ("until", models.DateTimeField(blank=True, null=True, verbose_name="la delega vale fino al")),
                ("invited_at", models.DateTimeField(verbose_name="invitato il")),
                ("expires_at", models.DateTimeField(verbose_name="il collegamento vale fino al")),
                ("token_sha256", models.CharField(blank=True, max_length=64)),
                ("asked_at", models.DateTimeField(verbose_name="invio chiesto il")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="inviato il")),
                ("is_undelivered", models.BooleanField(default=False, verbose_name="non recapitato")),
                ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="accettato il")),
                ("cancelled_at", models.DateTimeField(blank=True, null=True, verbose_name="annullato il")),
            ],
            options={
                "verbose_name": "invito ad agire per un'impresa",
                "verbose_name_plural": "inviti ad agire per le imprese",
            },
        ),
        migrations.CreateModel(
            name="Telling",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False, verbose_name="lettura")),
                ("number", models.BigIntegerField(default=0, verbose_name="ultima registrazione")),
                ("told_on", models.DateField(blank=True, null=True, verbose_name="ultimo giorno")),
            ],
            options={
                "verbose_name": "avviso alle imprese",
                "verbose_name_plural": "avvisi alle imprese",
            },
        ),
        migrations.AddField(
            model_name="firmmember",
            name="given_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="delega data da",
            ),
        ),
        migrations.AddField(
            model_name="firmmember",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=10),
                default=applications.models.firm.every_scope,
                size=None,
                verbose_name="che cosa può fare",
            ),
        ),
        migrations.AddConstraint(
            model_name="firmmember",
            constraint=models.CheckConstraint(
                condition=models.Q(("scopes__contained_by", ["FILL", "UPLOAD", "SUBMIT"]), ("scopes__len__gt", 0)),
                name="member_has_known_scopes",
            ),
        ),
        migrations.AddConstraint(
            model_name="firmmember",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (
                        models.Func(
                            "since",
                            "until",
                            function="tstzrange",
                            output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField(),
                        ),
                        "&&",
                    ),
                    ("firm", "="),
                    ("user", "="),
                ],
                name="one_membership_at_a_time",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="accepted_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="accettato da",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="firm",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="invitations",
                to="applications.firm",
                verbose_name="impresa",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="invited_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="invita",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("scopes__contained_by", ["FILL", "UPLOAD", "SUBMIT"]), ("scopes__len__gt", 0)),
                name="invitation_has_known_scopes",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["APPLICANT", "DELEGATE"])), name="invitation_is_applicant_or_delegate"
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("accepted_at__isnull", True), ("accepted_by__isnull", True)),
                    models.Q(
                        ("accepted_at__isnull", False), ("accepted_by__isnull", False), ("cancelled_at__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="invitation_accepted_by_somebody_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("accepted_at__isnull", True), ("cancelled_at__isnull", True)),
                fields=("firm", "email"),
                name="one_pending_invitation",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("token_sha256", ""), _negated=True),
                fields=("token_sha256",),
                name="invitation_token_is_unique",
            ),
        ),
    ]
