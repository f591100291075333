"""How a firm is told apart from the others on a page."""

from django import template

from applications.models import Firm
from applications.rules.wrong_client import mark_of

register = template.Library()


@register.filter
def mark(firm: Firm) -> int:
    """The class of the firm's mark, from 1 to 8."""
    return mark_of(firm.tax_code)
