"""Addresses of the firms."""

from django.urls import path

from applications.views import firms, mandates

urlpatterns = [
    path("", firms.firm_list, name="my_firms"),
    path("nuova/", firms.new, name="new_firm"),
    path("ateco/", firms.ateco_options, name="ateco_options"),
    path("comuni/", firms.municipality_options, name="municipality_options"),
    path("<int:pk>/", firms.firm, name="firm"),
    path("<int:pk>/deleghe/", mandates.mandates, name="mandates"),
    path("<int:pk>/deleghe/lascia/", mandates.leave, name="leave_firm"),
    path("<int:pk>/deleghe/<int:member>/revoca/", mandates.revoke, name="revoke_mandate"),
    path("<int:pk>/inviti/<int:invitation>/rimanda/", mandates.send_again, name="send_invitation_again"),
    path("<int:pk>/inviti/<int:invitation>/annulla/", mandates.cancel, name="cancel_invitation"),
    path("inviti/<int:invitation>/", mandates.own_invitation, name="own_invitation"),
    path("inviti/<str:token>/", mandates.invitation, name="invitation"),
    path("<int:pk>/modifica/", firms.edit, name="edit_firm"),
    path("<int:pk>/sedi/nuova/", firms.site, name="new_site"),
    path("<int:pk>/sedi/<int:site_pk>/", firms.site, name="edit_site"),
    path("<int:pk>/sedi/<int:site_pk>/togli/", firms.remove_site, name="remove_site"),
]
