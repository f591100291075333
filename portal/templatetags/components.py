"""Pieces of page: each has its template in `templates/components/`."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """A decorative icon of Bootstrap Italia's sheet (`it-file`), hidden from screen readers."""
    return format_html(
        '<svg class="icon-text" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("bootstrap-italia/svg/sprites.svg"),
        name,
    )


@register.inclusion_tag("components/tag.html")
def tag(phrase: Any) -> dict[str, Any]:
    """A state as a word with its tone; `phrase` has `label` and `tone`."""
    return {"label": phrase.label, "tone": phrase.tone}


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """Every error of a form in one box that takes focus, each a link to its field."""
    fields = [{"target": field.id_for_label or field.auto_id, "text": text} for field in form for text in field.errors]
    return {"form": form, "fields": fields, "general": form.non_field_errors()}


@register.inclusion_tag("components/breadcrumb.html")
def trail(here: Any, *steps: Any) -> dict[str, Any]:
    """Where the page is: pairs of label and address after the page's own title."""
    return {"here": here, "steps": list(zip(steps[::2], steps[1::2], strict=True))}


@register.inclusion_tag("components/pagination.html")
def pages(page: Page[Any], label: str) -> dict[str, Any]:
    """Previous and next, and where one is."""
    return {"page": page, "label": label}


@register.inclusion_tag("components/progress.html")
def progress(done: int, total: int, label: str) -> dict[str, Any]:
    """How much of a long job is done: a bar with its figures beside it."""
    return {"done": done, "total": total, "label": label, "percent": 100 * done // total if total else 0}


@register.filter
def why(field: BoundField) -> str:
    """Why a field is asked, when its form says so (`why_of`); empty otherwise."""
    return field.form.why_of(field.name) if hasattr(field.form, "why_of") else ""


@register.filter
def item(mapping: Mapping[str, Any], key: str) -> Any:
    """A value of a mapping by a key known only at rendering."""
    return mapping.get(key)
