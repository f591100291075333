"""The portal with one page written carelessly: the negative control of mass assignment."""

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import path

from applications.models import Firm
from portal.urls import urlpatterns as good


def careless(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that comes is written."""
    kinds = (models.CharField, models.DateTimeField)
    allowed = {field.attname for field in Firm._meta.concrete_fields if isinstance(field, kinds)}
    Firm.objects.filter(pk=pk).update(**{name: value for name, value in request.POST.items() if name in allowed})
    return HttpResponse()


urlpatterns = [path("imprese/<int:pk>/modifica/", careless, name="edit_firm"), *good]
