"""Who is signed in, read with what every page of the office asks about them."""

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef

from portal.models import User


class SignedIn(AuthenticationBackend):
    """Signs in by e-mail, as allauth does; reads the person of a session and their second factor in one query."""

    def get_user(self, user_id: int) -> User | None:
        """The person of a session, with `second_factor`: whether they have one. None when they may not sign in."""
        factors = Authenticator.objects.filter(user_id=OuterRef("pk"))
        user: User | None = User.objects.annotate(second_factor=Exists(factors)).filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
