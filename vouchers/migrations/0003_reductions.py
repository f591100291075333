"""What a firm gives up, whole or in part, and the moves that take the money back."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import PROTECT, Q

from vouchers.rules.ledger import Kind
from vouchers.rules.states import AwardState


class Migration(migrations.Migration):
    """Giving up a part of a voucher."""

    dependencies = [
        ("vouchers", "0002_ordinal_at_signature"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            "ledgerentry",
            "kind",
            models.CharField(choices=[(kind, kind) for kind in Kind], max_length=20, verbose_name="movimento"),
        ),
        migrations.CreateModel(
            "Renunciation",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "source",
                    models.CharField(
                        blank=True,
                        choices=[(state.value, state.value) for state in AwardState],
                        help_text="quello in cui era, e in cui torna con un ripensamento",
                        max_length=20,
                        verbose_name="stato del voucher",
                    ),
                ),
                ("reason_code", models.CharField(max_length=40, verbose_name="motivo")),
                ("at", models.DateTimeField(verbose_name="istante")),
                ("undone_at", models.DateTimeField(null=True, verbose_name="ripensamento")),
                (
                    "action",
                    models.ForeignKey(null=True, on_delete=PROTECT, to="applications.action", verbose_name="azione"),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=PROTECT,
                        related_name="renunciations",
                        to="applications.application",
                        verbose_name="domanda",
                    ),
                ),
                (
                    "award",
                    models.ForeignKey(
                        null=True,
                        on_delete=PROTECT,
                        related_name="renunciations",
                        to="vouchers.award",
                        verbose_name="voucher",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="autore"
                    ),
                ),
                (
                    "decree",
                    models.ForeignKey(
                        null=True, on_delete=PROTECT, to="vouchers.decree", verbose_name="decreto che ne prende atto"
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="chi ci ha ripensato",
                    ),
                ),
            ],
            options={"verbose_name": "rinuncia", "verbose_name_plural": "rinunce", "ordering": ["pk"]},
        ),
        migrations.AddField(
            "awardline",
            "renunciation",
            models.ForeignKey(
                null=True,
                on_delete=PROTECT,
                related_name="+",
                to="vouchers.renunciation",
                verbose_name="rinuncia",
            ),
        ),
        migrations.AddConstraint(
            "renunciation",
            models.UniqueConstraint(
                condition=Q(undone_at__isnull=True, action__isnull=False),
                fields=("application", "action"),
                name="one_standing_renunciation_per_action",
            ),
        ),
        migrations.AddConstraint(
            "renunciation",
            models.UniqueConstraint(
                condition=Q(undone_at__isnull=True, action__isnull=True),
                fields=("application",),
                name="one_standing_renunciation_of_the_whole",
            ),
        ),
        migrations.AddConstraint(
            "renunciation",
            models.CheckConstraint(
                condition=Q(action__isnull=False) | Q(award__isnull=False), name="whole_renunciation_has_an_award"
            ),
        ),
        migrations.AddConstraint(
            "renunciation",
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False, decree__isnull=True),
                name="second_thought_has_an_author_and_no_decree",
            ),
        ),
    ]
