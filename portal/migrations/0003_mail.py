"""How a message travels."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """How a message travels."""

    dependencies = [("portal", "0002_accounts")]

    operations = [
        migrations.AddField(
            model_name="mail",
            name="again_of",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="again",
                to="portal.mail",
                verbose_name="nuovo invio di",
            ),
        ),
        migrations.AddField(
            model_name="mail",
            name="channel",
            field=models.CharField(
                choices=[("PEC", "PEC"), ("EMAIL", "posta elettronica")],
                default="PEC",
                max_length=10,
                verbose_name="canale",
            ),
        ),
        migrations.AddField(
            model_name="mail",
            name="delivered_at",
            field=models.DateTimeField(null=True, verbose_name="consegnata il"),
        ),
        migrations.AddField(
            model_name="mail",
            name="failure",
            field=models.CharField(
                blank=True,
                choices=[
                    ("NO_ADDRESS", "manca l'indirizzo"),
                    ("BAD_ADDRESS", "l'indirizzo non è valido"),
                    ("REFUSED", "il server di posta ha rifiutato l'indirizzo"),
                    ("UNREACHABLE", "il server di posta non ha risposto"),
                    ("OTHER", "il server di posta non ha accettato il messaggio"),
                ],
                max_length=20,
                verbose_name="perché non è partita",
            ),
        ),
        migrations.AlterField(
            model_name="mail",
            name="message_id",
            field=models.CharField(max_length=200, unique=True),
        ),
        migrations.AddConstraint(
            model_name="mail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "SENT"), _negated=True), ("sent_at__isnull", False), _connector="OR"
                ),
                name="sent_mail_has_instant",
            ),
        ),
        migrations.AddConstraint(
            model_name="mail",
            constraint=models.CheckConstraint(
                condition=models.Q(("delivered_at__isnull", True), ("state", "SENT"), _connector="OR"),
                name="delivered_mail_was_sent",
            ),
        ),
    ]
