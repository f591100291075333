"""The register of accredited operators, and the lists that the office loads into it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """The register of accredited operators."""

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("applications", "0013_carried_files"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccreditedOperator",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tax_code", models.CharField(max_length=16, unique=True, verbose_name="codice fiscale")),
                ("name", models.CharField(max_length=200, verbose_name="denominazione")),
                (
                    "training_number",
                    models.CharField(blank=True, max_length=20, verbose_name="numero nell'albo della formazione"),
                ),
                (
                    "labour_number",
                    models.CharField(blank=True, max_length=20, verbose_name="numero nell'albo dei servizi al lavoro"),
                ),
                ("since", models.DateField(null=True, verbose_name="iscritto dal")),
                ("until", models.DateField(null=True, verbose_name="non più iscritto dal")),
                ("imported_at", models.DateTimeField(verbose_name="caricato il")),
            ],
            options={
                "verbose_name": "operatore accreditato",
                "verbose_name_plural": "operatori accreditati",
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(tax_code__regex=r"^([0-9]{11}|[A-Z0-9]{16})$"), name="operator_tax_code_form"
                    ),
                    models.CheckConstraint(
                        condition=~Q(training_number="", labour_number=""), name="operator_is_in_a_register"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OperatorImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uploaded_at", models.DateTimeField(verbose_name="caricato il")),
                ("name", models.CharField(max_length=130, verbose_name="nome del file")),
                ("sha256", models.CharField(max_length=64, verbose_name="impronta del file")),
                ("rows", models.JSONField(verbose_name="righe come scritte")),
                ("confirmed_at", models.DateTimeField(null=True, verbose_name="confermato il")),
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
            options={"verbose_name": "elenco di operatori", "verbose_name_plural": "elenchi di operatori"},
        ),
    ]
