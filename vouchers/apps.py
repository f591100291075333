"""Django's name card for this floor."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VouchersConfig(AppConfig):
    """The `vouchers` floor."""

    name = "vouchers"
    verbose_name = _("Voucher, denaro, decreti")
