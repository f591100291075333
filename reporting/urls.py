"""Addresses of the top floor."""

from django.urls import path, re_path

from reporting.views import decrees, management, monitoring, runs

urlpatterns = [
    path("direzione/", management.management, name="management"),
    path("direzione/monitoraggio/", monitoring.monitoring, name="monitoring"),
    path("direzione/monitoraggio/cifre.<str:format>", monitoring.figures, name="monitoring_figures"),
    path("direzione/rapporti/", runs.request_run, name="request_run"),
    path("direzione/rapporti/<int:pk>/", runs.run, name="report_run"),
    path("direzione/rapporti/<int:pk>/file/", runs.run_file, name="report_file"),
    re_path(
        r"^direzione/decreti/(?P<pk>[0-9]{1,15})/(?P<copy>decreto|pubblicazione)/$",
        decrees.decree_file,
        name="decree_file",
    ),
]
