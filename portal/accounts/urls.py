"""The doors of the portal: only what somebody can use, under Italian addresses."""

from allauth.account import views
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as identities
from allauth.usersessions.views import list_usersessions
from django.contrib.auth.decorators import login_required
from django.urls import include, path, re_path

from portal.accounts.invitation import staff_invitation
from portal.accounts.views import Identities, Security, SignIn

urlpatterns = [
    path("", SignIn.as_view(), name="account_login"),
    path("invito/<str:token>/", staff_invitation, name="staff_invitation"),
    path("uscita/", views.logout, name="account_logout"),
    path("sospeso/", views.account_inactive, name="account_inactive"),
    path("registrazione/", views.signup, name="account_signup"),
    path("conferma/", views.email_verification_sent, name="account_email_verification_sent"),
    path("conferma/<key>/", views.confirm_email, name="account_confirm_email"),
    path("ripeti/", views.reauthenticate, name="account_reauthenticate"),
    path("password/", views.password_change, name="account_change_password"),
    path("password/prima/", views.password_set, name="account_set_password"),
    path("password/dimenticata/", views.password_reset, name="account_reset_password"),
    path("password/dimenticata/inviata/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/nuova/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/nuova/fatta/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("accessi/", list_usersessions, name="usersessions_list"),
    path("sicurezza/", login_required(Security.as_view()), name="mfa_index"),
    path("codice/", second_factor.authenticate, name="mfa_authenticate"),
    path("codice/ripeti/", second_factor.reauthenticate, name="mfa_reauthenticate"),
    path("sicurezza/applicazione/", totp.activate_totp, name="mfa_activate_totp"),
    path("sicurezza/applicazione/disattiva/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("sicurezza/riserva/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("sicurezza/riserva/nuovi/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("sicurezza/riserva/scarica/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("sicurezza/passkey/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("sicurezza/passkey/nuova/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("sicurezza/passkey/ripeti/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("sicurezza/passkey/entra/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("sicurezza/passkey/<int:pk>/togli/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path("sicurezza/passkey/<int:pk>/nome/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("identita/", login_required(Identities.as_view()), name="socialaccount_connections"),
    path("identita/annullato/", identities.login_cancelled, name="socialaccount_login_cancelled"),
    path("identita/errore/", identities.login_error, name="socialaccount_login_error"),
    path("identita/registrazione/", identities.signup, name="socialaccount_signup"),
    path("identita/", include("allauth.socialaccount.providers.openid_connect.urls")),
]
