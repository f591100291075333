"""The least a page can do in this framework: a view without middleware that inserts one row. The measure of `rush`."""

import os
from uuid import uuid4

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.rush_settings")
django.setup()
settings.MIDDLEWARE = []
settings.ROOT_URLCONF = "benchmarks.bare"

from portal.models import Progress  # noqa: E402


@csrf_exempt
def insert(request: HttpRequest) -> HttpResponse:
    """One row, one answer."""
    row = Progress.objects.create(key=str(uuid4()), title="x", created_at=timezone.now())
    return HttpResponse(str(row.pk))


urlpatterns = [path("", insert)]
application = get_wsgi_application()
