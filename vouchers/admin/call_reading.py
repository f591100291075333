"""The draft of a call read in other ways: what it changes, how firms would see it, what it would give, its file."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.admin.desk import screen, show
from portal.kernel.roles import READS_DOSSIERS
from vouchers.admin.call_draft import draft_named, things_to_mend
from vouchers.admin.mine import calls_of
from vouchers.call_phrases import OPTIONS, PART_TITLES, trail_of
from vouchers.domain.call_rehearsal import compare
from vouchers.domain.call_weighing import Weighed, weigh
from vouchers.forms.call_drafts import PopulationForm
from vouchers.forms.call_fields import typed
from vouchers.models import CallDraft
from vouchers.rules.call_difference import Change, call_changes
from vouchers.rules.call_parts import spot_of
from vouchers.rules.call_schema import CALL
from vouchers.rules.call_shape import Leaf
from vouchers.rules.call_text import to_toml
from vouchers.rules.states import CallDraftState
from vouchers.views.call_preview import preview_page


@screen("avvisi/bozze/<int:pk>/differenze/", name="call_difference", readers=READS_DOSSIERS)
@require_safe
def difference(request: HttpRequest, pk: int) -> HttpResponse:
    """Field by field, how the call is published and how it would be."""
    item = draft_named(request.user, pk)
    published = _published(item)
    found = call_changes(published, item.content)
    groups: dict[str, list[tuple[str, str, str]]] = {}
    for change in found:
        row = (trail_of(_named(change.path)), words(change, change.before), words(change, change.after))
        groups.setdefault(_part_title(change.path, item.content), []).append(row)
    return show(
        request,
        "admin/call_difference.html",
        _("Differenze"),
        draft=item,
        groups=groups.items(),
        count=len(found),
        published=published is not None,
    )


@screen("avvisi/bozze/<int:pk>/anteprima/", name="call_preview", readers=READS_DOSSIERS)
@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The call's page and its estimate as a firm would find them; nothing is published."""
    item = draft_named(request.user, pk)
    weighed = weigh(item, timezone.now())
    if weighed.file is None:
        return _unreadable(request, item, weighed, _("Anteprima"))
    return preview_page(request, weighed.file, item)


@screen("avvisi/bozze/<int:pk>/prova/", name="call_rehearsal", readers=READS_DOSSIERS)
@require_safe
def rehearsal(request: HttpRequest, pk: int) -> HttpResponse:
    """What the draft would give to the applications of a published call: totals, bands, who is out. Read only."""
    item = draft_named(request.user, pk)
    weighed = weigh(item, timezone.now())
    if weighed.file is None:
        return _unreadable(request, item, weighed, _("Prova a secco"))
    mine = calls_of(request.user).order_by("-pk")
    form = PopulationForm(mine, request.GET if "su" in request.GET else None)
    population = form.cleaned_data["su"] if form.is_bound and form.is_valid() else None
    if population is None and not form.errors:
        population = item.call or mine.first()
    if not form.is_bound:
        form.initial["su"] = population.slug if population else None
    return show(
        request,
        "admin/call_rehearsal.html",
        _("Prova a secco"),
        draft=item,
        form=form,
        population=population,
        compared=compare(weighed.file, population) if population else None,
    )


def _unreadable(request: HttpRequest, item: CallDraft, weighed: Weighed, title: str) -> HttpResponse:
    """How many things are to be mended before the draft can be read in this way."""
    count = things_to_mend(item, weighed.problems)
    return show(request, "admin/call_unreadable.html", title, draft=item, count=count)


@screen("avvisi/bozze/<int:pk>/file/", name="call_file", readers=READS_DOSSIERS)
@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft as a TOML file, in the format of the calls."""
    item = draft_named(request.user, pk)
    answer = HttpResponse(to_toml(CALL, item.content), content_type="application/toml; charset=utf-8")
    name = item.content.get("slug") or f"bozza-{item.pk}"
    answer["Content-Disposition"] = f'attachment; filename="{name}.toml"'
    return answer


def _published(item: CallDraft) -> Mapping[str, Any] | None:
    """What the draft is compared with: the call as it is, or, once the draft is published, the version before."""
    if item.call is None or not item.base_sha256:
        return None
    if item.status == CallDraftState.PUBLISHED:
        return {**item.content, "terms": item.content["terms"][:-1]}
    return item.call.source


def _named(path: Sequence[str]) -> list[str]:
    """The keys of a value for who reads: the code of its row stays as it is."""
    return [key for key in path if key not in ("terms", "identity")]


def _part_title(path: Sequence[str], content: Mapping[str, Any]) -> str:
    """The part of the draft where a value is written."""
    last = f"terms[{len(content['terms'])}]" if path[0] == "terms" else path[0]
    spot = spot_of(".".join([last, *path[1:]]), content)
    return str(PART_TITLES[spot.part.code][0]) if spot else ""


def words(change: Change, value: Any) -> str:
    """A value as people read it; empty when it is not there."""
    if value is None:
        return ""
    if change.shape.options:
        return str(OPTIONS.get(value, value))
    if isinstance(value, bool):
        return _("sì") if value else _("no")
    shape: Leaf = change.shape
    return str(typed(shape, value))
