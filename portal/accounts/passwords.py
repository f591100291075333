"""The rule of passwords in our words: long, and nothing else."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _


class LongEnough(MinimumLengthValidator):
    """A minimum length; what it is made of is one's own business."""

    def get_error_message(self) -> str:
        """What to do about a password that is too short."""
        return _("La password è troppo breve: scrivi almeno %(number)d caratteri, anche una frase.") % {
            "number": self.min_length
        }

    def get_help_text(self) -> str:
        """The rule beforehand."""
        return _("Almeno %(number)d caratteri: va bene una frase.") % {"number": self.min_length}
