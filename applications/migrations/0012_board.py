"""Working for several firms at once: whose file it seems, the employees of many firms from one file."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Working for several firms at once."""

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL), ("applications", "0011_drafts")]

    operations = [
        migrations.AddField(
            model_name="attachment",
            name="seems_of",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="applications.firm",
                verbose_name="sembra di un'altra impresa",
            ),
        ),
        migrations.CreateModel(
            name="HeadcountImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uploaded_at", models.DateTimeField(verbose_name="caricato il")),
                ("name", models.CharField(max_length=130, verbose_name="nome del file")),
                ("rows", models.JSONField(verbose_name="righe come scritte")),
                ("confirmed_at", models.DateTimeField(null=True, verbose_name="confermato il")),
                ("firms_written", models.PositiveIntegerField(null=True, verbose_name="imprese aggiornate")),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="caricato da",
                    ),
                ),
            ],
            options={
                "verbose_name": "importazione dei dipendenti",
                "verbose_name_plural": "importazioni dei dipendenti",
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(confirmed_at__isnull=True, firms_written__isnull=True)
                        | Q(confirmed_at__isnull=False, firms_written__isnull=False),
                        name="confirmed_import_says_what_it_wrote",
                    ),
                ],
            },
        ),
    ]
