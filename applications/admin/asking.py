"""What the form of an integration offers: the documents of the terms, the fields that may be asked, the questions."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from applications.domain.calls import terms_of
from applications.forms.answers import Presented, as_presented, in_words
from applications.forms.desk_review import Offered
from applications.models import Application
from applications.rules.attachments import PHASE
from applications.rules.integration import Asked, may_ask
from applications.wizard import STEPS, situation_of


def documents_offered(item: Application) -> list[Offered]:
    """Every document of the application phase, with the words of the terms."""
    rows = [row for row in terms_of(item).documents if row.phase == PHASE]
    return [
        Offered(
            Asked.document(row.code, _("Allega: %(title)s. %(text)s") % {"title": row.title, "text": row.text}),
            row.title,
        )
        for row in rows
    ]


def fields_offered(item: Application) -> list[Offered]:
    """The fields of the pages as they were written that may be asked again, each with what it says now."""
    if not item.typed:
        return []
    situation = as_presented(item, situation_of(item, item.submitted_at or timezone.now()))
    presented = Presented({step.slug: step.form for step in STEPS}, situation, item.typed)
    found = []
    for step in STEPS:
        values = presented.values(step.slug)
        for name, field in step.form(situation, values).fields.items() if values else ():
            if not may_ask(step.slug, name, item.typed):
                continue
            title = f"{step.title}: {field.label}"
            ask = Asked.field(step.slug, name, _("Correggi o completa «%(title)s».") % {"title": title})
            found.append(Offered(ask, title, in_words(field, values.get(name, ""))))
    return found


def offered(item: Application) -> Sequence[Offered]:
    """Documents first, then fields."""
    return [*documents_offered(item), *fields_offered(item)]
