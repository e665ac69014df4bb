"""Functions generated from the declared fields of an item, as `dataclasses` and named tuples do it.

Items are read and written by the million. A generated function takes the time of one that is
written by hand, a loop over the fields twice that. A source is made of the names of fields and of
their defaults alone; nothing that comes from a file is ever part of it.
"""

from collections.abc import Callable, Iterable
from typing import Any

from annotator.core.fields import Kind, fields_of


def unpacked(kind: Kind) -> str:
    """Return the source of a target that takes an item apart into variables named as its fields."""
    return f"({', '.join(field.name for field in fields_of(kind))},)"


def function(arguments: str, body: Iterable[str], **known: Any) -> Callable[..., Any]:
    """Return a function with this body, line by line.

    `known` are the names that it uses besides its arguments. Names of its own start with "_", so
    that no field can take the place of one.
    """
    source = "".join([f"def _made({arguments}):\n", *(f"    {line}\n" for line in body)])
    exec(compile(source, f"<{arguments}>", "exec"), known)
    made: Callable[..., Any] = known["_made"]
    return made
