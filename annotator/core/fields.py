"""The fields of items, as `core.models` declares them, for all code that treats fields alike.

A field is declared once, as a line of its named tuple: its name, type and default. Its values, its
column and its key in the native format follow from the type, unless a `Declared` says otherwise.
From these follow the rows of the store, the lines of the native format and their schema, the
history, and what the losses of formats are proved with.
"""

from collections.abc import Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

from annotator.core.shapes import OBJECT, SPANS, TEXT, TEXTS, TRUTH, FieldType, maybe, one_of

Kind = type[tuple[Any, ...]]
"""A class of items or spans: a named tuple."""
REQUIRED: Final = object()
"""The default of a field that has none."""
EXTRA: Final = "extra"
"""The last of the fields that the first version of the file had; those after it came later."""


class Declared(NamedTuple):
    """What a field has besides its type, in the `Annotated` of its declaration.

    `values` are the allowed values if the type does not say them, and `column` the column in the
    store if it is called otherwise. The rest is about the native format: whether a line has the
    field, and may omit a default when written; the default of a missing key if it is not that of
    the field, and the limits and the description in the schema.
    """

    values: FieldType | None = None
    column: str = ""
    in_line: bool = True
    omitted: bool = False
    missing: object = REQUIRED
    limits: Mapping[str, int] = {}
    description: str = ""


class Field(NamedTuple):
    """One field of an item.

    `place` is its place in the tuple, `type` its Python type, and `shape` what it may hold.
    `default` is REQUIRED if it has none. A field that was added `later` has the place, the key and
    the column after all others, and is invisible while it has its default: in a line, in the
    history, and in digests.
    """

    name: str
    place: int
    type: Any
    shape: FieldType
    default: Any
    later: bool
    declared: Declared

    @property
    def column(self) -> str:
        """The column of the item's table; spans have a table of their own."""
        return self.declared.column or self.name

    @property
    def is_list(self) -> bool:
        """Whether it holds texts, which are a tuple here and a list in JSON."""
        return self.shape.fits is TEXTS.fits

    @property
    def is_object(self) -> bool:
        return self.shape.fits is OBJECT.fits

    @property
    def in_line(self) -> bool:
        """Whether a line of the native format has a key for it, which is its name."""
        return self.declared.in_line and self.name != EXTRA

    @property
    def missing(self) -> Any:
        """What a missing key stands for in a line; REQUIRED if it may not be missing."""
        return self.default if self.declared.missing is REQUIRED else self.declared.missing

    @property
    def omitted(self) -> bool:
        """Whether a line of the native format leaves the key out for the default."""
        return self.later or self.declared.omitted


def fields_of(kind: Kind) -> tuple[Field, ...]:
    """Return the fields of a kind of item, in the order of its tuple."""
    return _fields(kind)


@cache
def _fields(kind: Any) -> tuple[Field, ...]:
    hints = get_type_hints(kind, include_extras=True)
    names: tuple[str, ...] = kind._fields
    defaults: dict[str, Any] = kind._field_defaults
    last = names.index(EXTRA) if EXTRA in names else len(names)
    return tuple(
        _field(name, place, hints[name], defaults.get(name, REQUIRED), later=place > last)
        for place, name in enumerate(names)
    )


def later_fields(kind: Kind) -> tuple[Field, ...]:
    """Return the fields that were added after the first version of the file; each has a default."""
    return _later(kind)


@cache
def _later(kind: Any) -> tuple[Field, ...]:
    return tuple(field for field in _fields(kind) if field.later)


def lasting_values(item: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the values of an item or span for a digest.

    Those of later fields count only if they differ from the default, so that a digest made before
    a field was added stays the same.
    """
    later = _later(type(item))
    if not later:
        return item
    added = ([f.name, item[f.place]] for f in later if item[f.place] != f.default)
    return (*item[: later[0].place], *added)


def validation_error(item: tuple[Any, ...]) -> str | None:
    """Return what is wrong with the fields of an item or span, or None if they are valid."""
    for value, field in zip(item, _fields(type(item)), strict=True):
        if not field.shape.holds(value):
            return f"{field.name} is not {field.shape.words}"
    return None


def _field(name: str, place: int, hint: Any, default: Any, *, later: bool) -> Field:
    known = [value for value in getattr(hint, "__metadata__", ()) if isinstance(value, Declared)]
    declared = known[0] if known else Declared()
    type_ = get_args(hint)[0] if hasattr(hint, "__metadata__") else hint
    return Field(name, place, type_, declared.values or _shape(type_), default, later, declared)


def _shape(type_: Any) -> FieldType:
    """Return the values that a type allows."""
    origin, arguments = get_origin(type_), get_args(type_)
    if origin in (Union, UnionType):
        (inner,) = (argument for argument in arguments if argument is not NoneType)
        return maybe(_shape(inner))
    if origin is Literal:
        return one_of(arguments)
    if origin is tuple:
        return TEXTS if arguments[0] is str else SPANS
    shape = {str: TEXT, bool: TRUTH, dict: OBJECT}.get(origin or type_)
    if shape is None:
        raise TypeError(f"a field of the type {type_} needs its allowed values: see Declared")
    return shape
