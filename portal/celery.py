"""The Celery application: PostgreSQL holds the facts, the broker only carries hints."""

from celery import Celery

from portal.settings.env import select_settings

select_settings()

app = Celery("sportello")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["portal", "applications", "vouchers", "reporting"])
