"""Ground floor: the site, the people, and what every other floor stands on."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
