"""A page of a call's draft as forms: a piece is a set of fields, a table of rows or a text, by the file's shape."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.rules.payload import bare
from vouchers.call_phrases import HELP, label_of
from vouchers.forms.call_fields import field_for, read_field, typed
from vouchers.forms.call_text import TomlField, piece_text
from vouchers.rules.call_parts import ESPECIALLY, Kind, Section, Spot
from vouchers.rules.call_shape import Leaf, Rows, Shape, Table

MOST_ROWS = 80
GRID = 8
"""As many columns as a table may have before its rows are laid out one under the other."""
ORIGINAL = "_as_written"
Path = tuple[str, ...]
Words = str | Promise


def flat(shape: Shape, path: Path = ()) -> Iterator[tuple[Path, Shape]]:
    """The values of a table with the keys that lead to each; lists of tables inside it stay whole."""
    if isinstance(shape, Table):
        for key, child in shape.fields.items():
            yield from flat(child, (*path, key))
    else:
        yield path, shape


class PieceForm(forms.Form):
    """The fields of a table of the file, with what is written now."""

    use_required_attribute = False

    def __init__(self, *args: Any, shape: Table, **options: Any) -> None:
        super().__init__(*args, **options)
        self.shapes = {"__".join(path): (path, child) for path, child in flat(shape)}
        self.original = (self.initial or {}).get(ORIGINAL) or {}
        for name, (path, child) in self.shapes.items():
            before = _at(self.original, path)
            self.fields[name] = _field(child, path, before)
            self.initial[name] = typed(child, before) if isinstance(child, Leaf) else piece_text(child, path, before)

    def clean(self) -> dict[str, Any]:
        """Each value as the file keeps it, or the sentence of the file's reader beside its field."""
        self.content: dict[str, Any] = {}
        for name, (path, child) in self.shapes.items():
            if name not in self.cleaned_data:
                continue
            value = self.cleaned_data[name]
            if isinstance(child, Leaf):
                try:
                    value = read_field(child, value, _at(self.original, path))
                except forms.ValidationError as error:
                    self.add_error(name, error)
                    continue
            if value not in (None, "") and not (value == [] and not isinstance(child, Leaf)):
                _put(self.content, path, value)
        return self.cleaned_data

    @property
    def name(self) -> str:
        """What the row is called by: its code and its title."""
        found = [bare(self.original.get(key)) for key in ("desk", "code", "title", "act", "valid_from")]
        return " · ".join(str(word) for word in found[:3] if word) or str(found[3] or found[4] or "")

    def groups(self) -> list[tuple[Words, list[forms.BoundField]]]:
        """The fields by the table they belong to, with its word; those of the piece itself have none."""
        found: dict[str, list[forms.BoundField]] = {}
        for name, (path, _child) in self.shapes.items():
            found.setdefault(path[0] if len(path) > 1 else "", []).append(self[name])
        return [(label_of(key) if key else "", fields) for key, fields in found.items()]


class RowsFormSet(forms.BaseFormSet):
    """The rows of a table of the file: each may be moved by its place, or taken away."""

    deletion_widget = forms.CheckboxInput

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        """The place and the mark of what goes, in words."""
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Togli questa riga")
        if self.can_order:
            form.fields["ORDER"].label = _("Posizione")
            form.fields["ORDER"].widget.attrs["class"] = "field--short"

    def value(self) -> list[dict[str, Any]]:
        """The rows as the file keeps them, in their places; blank ones do not count."""
        kept = self.ordered_forms if self.can_order else [f for f in self.forms if not self._should_delete_form(f)]
        return [form.content for form in kept if getattr(form, "content", None)]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a page: its title, its kind, its form."""

    section: Section
    title: Words
    form: Any

    @property
    def is_rows(self) -> bool:
        """Whether it is a table of rows."""
        return self.section.kind is Kind.ROWS

    @property
    def is_grid(self) -> bool:
        """Whether its rows are short enough to stand as the lines of a table."""
        fields = self.form.empty_form.fields.values()
        return len(fields) <= GRID and not any(isinstance(row.widget, forms.Textarea) for row in fields)

    @property
    def columns(self) -> list[forms.Field]:
        """The heads of the table."""
        return list(self.form.empty_form.fields.values())

    def value(self) -> Any:
        """What the piece says, as plain JSON; only once it is valid."""
        if self.is_rows:
            return self.form.value()
        if self.section.kind is Kind.TEXT:
            return self.form.cleaned_data["text"]
        return self.form.content


def piece(section: Section, content: Mapping[str, Any], data: Any = None, more: str = "") -> Piece:
    """The form of a section on what the draft says; with `data`, on what was typed. `more`: the one with a new row."""
    shape, value, prefix = section.shape(content), section.get(content), section.code
    title = label_of(section.keys[-1]) if section.keys else label_of(section.only[0])
    if section.path == "terms":
        title = _("Versione")
    if section.kind is Kind.TEXT:
        return Piece(section, title, _text_form(shape, section, value, data))
    if section.kind is Kind.FIELDS:
        form = PieceForm(data, prefix=prefix, initial={ORIGINAL: value or {}}, shape=shape)
        return Piece(section, title, form)
    if data is not None and more == prefix:
        data = _with_a_row(data, prefix)
    extra = 0 if value else 1
    assert isinstance(shape, Rows)
    made = forms.formset_factory(
        PieceForm, formset=RowsFormSet, extra=extra, can_delete=True, can_order=shape.key == "code",
        max_num=MOST_ROWS, absolute_max=MOST_ROWS + 20,
    )  # fmt: skip
    initial = [{ORIGINAL: row} for row in value or []]
    return Piece(section, title, made(data, prefix=prefix, initial=initial, form_kwargs={"shape": shape.table}))


def anchor_of(spot: Spot) -> str:
    """The id of the field that mends a problem, or of the piece that holds it."""
    keys = [str(int(key) - 1) if key.isdecimal() else key for key in spot.keys]
    if spot.section.path in ESPECIALLY or spot.section.kind is Kind.TEXT or not keys:
        return f"parte-{spot.section.code}"
    if spot.section.kind is Kind.FIELDS:
        return f"id_{spot.section.code}-{'__'.join(keys)}"
    return f"id_{spot.section.code}-{keys[0]}-{'__'.join(keys[1:])}" if keys[1:] else f"parte-{spot.section.code}"


def _with_a_row(data: Any, prefix: str) -> Any:
    changed = data.copy()
    total = changed.get(f"{prefix}-TOTAL_FORMS", "0")
    if total.isdecimal() and int(total) < MOST_ROWS:
        changed[f"{prefix}-TOTAL_FORMS"] = str(int(total) + 1)
    return changed


def _text_form(shape: Shape, section: Section, value: Any, data: Any) -> forms.Form:
    form = forms.Form(data, prefix=section.code, initial={"text": piece_text(shape, section.keys, value)})
    form.use_required_attribute = False
    form.fields["text"] = TomlField(shape, section.keys, label=label_of(section.keys[-1]), rows=18)
    return form


def _field(shape: Shape, path: Path, before: Any) -> forms.Field:
    key = path[-1]
    label: Any = label_of(key)
    if path[0] in ("split", "amount") and len(path) > 1:
        label = _("Azione %(code)s, €") % {"code": key}
    elif path[0] == "when":
        label = f"{label_of('when')}: {label}"
    if not isinstance(shape, Leaf):
        return TomlField(shape, (key,), label=label, rows=5, help_text=HELP.get(key, ""))
    note = before.get("note") if isinstance(before, Mapping) and bare(before.get("assumption")) is True else None
    return field_for(shape, key, label, _("Da confermare: %(note)s") % {"note": note} if note else HELP.get(key, ""))


def _at(node: Any, path: Path) -> Any:
    for key in path:
        node = node.get(key) if isinstance(node, Mapping) else None
    return node


def _put(content: dict[str, Any], path: Path, value: Any) -> None:
    for key in path[:-1]:
        content = content.setdefault(key, {})
    content[path[-1]] = value
