"""Addresses of the firms."""

from django.urls import path

from applications.views import firms

urlpatterns = [
    path("", firms.firm_list, name="my_firms"),
    path("nuova/", firms.new, name="new_firm"),
    path("ateco/", firms.ateco_options, name="ateco_options"),
    path("comuni/", firms.municipality_options, name="municipality_options"),
    path("<int:pk>/", firms.firm, name="firm"),
    path("<int:pk>/modifica/", firms.edit, name="edit_firm"),
    path("<int:pk>/sedi/nuova/", firms.site, name="new_site"),
    path("<int:pk>/sedi/<int:site_pk>/", firms.site, name="edit_site"),
    path("<int:pk>/sedi/<int:site_pk>/togli/", firms.remove_site, name="remove_site"),
]
