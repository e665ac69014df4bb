"""Versions of one annotation: their digests, and which one is derived from which.

A digest is that of a set: an edit changes it by what the edit changes, so that the digests of all
states of a long history are known after one pass over its edits.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from annotator.core.annotation import Annotation
from annotator.core.edit import Change, changes_from_json, changes_to_json
from annotator.core.fields import lasting_values
from annotator.core.models import Head, Item
from annotator.core.strict_json import are_texts, read_json

_SIZE: Final = 1 << 256
EDIT_STATES: Final = ("done", "undone", "dropped")


class HistoryEdit(NamedTuple):
    """One row of a history, as the store has it; times are in UTC.

    `title` is read by `message_from_json`, and `changes` by `changes_from_json`.
    """

    title: str
    changes: str
    made_at: str
    undone_at: str | None
    state: str


class Version(NamedTuple):
    """One state of an annotation, with the edits that led to it as far as they are known."""

    annotation: Annotation
    past: tuple[HistoryEdit, ...] = ()

    @property
    def clock(self) -> tuple[str, int]:
        """A value that grows from each state of an annotation to the states derived from it."""
        undone = sum(edit.state != "done" for edit in self.past)
        return self.annotation.updated or "", len(self.past) + undone


def digest(annotation: Annotation) -> str:
    """Return a digest that is the same for annotations with the same content.

    The order of the items and the time spent do not count.
    """
    return _hex(sum(map(_number, _items(annotation))))


def lineage(version: Version) -> frozenset[str]:
    """Return the digests of all states in the history of the version, including its own."""
    steps = [_delta(changes_from_json(edit.changes)) for edit in version.past]
    whole = sum(map(_number, _items(version.annotation)))
    base = whole - sum(
        step for step, edit in zip(steps, version.past, strict=True) if edit.state == "done"
    )
    states = {whole, *_replayed(base, steps, version.past)}
    return frozenset(map(_hex, states))


def to_json(annotation: Annotation) -> str:
    """Return the annotation as JSON without its time of update; `from_json` reads it back equal."""
    return changes_to_json(tuple(Change(None, item) for item in _items(annotation)))


def from_json(text: str, updated: str | None) -> Annotation:
    """Read the output of `to_json`.

    Raises:
        ValueError: The text is something else.
    """
    items = [change.item for change in changes_from_json(text)]
    head = next((item for item in items if isinstance(item, Head)), None)
    if head is None:
        raise ValueError("a version without its head")
    return Annotation.of(head, (item for item in items if not isinstance(item, Head)), updated)


def history_to_json(past: Sequence[HistoryEdit]) -> str:
    return json.dumps(past, ensure_ascii=False, separators=(",", ":"))


def history_from_json(text: str) -> tuple[HistoryEdit, ...]:
    """Read the output of `history_to_json`.

    Raises:
        ValueError: The text is something else.
    """
    rows = read_json(text)
    if not isinstance(rows, list):
        raise ValueError("it is no list of edits")
    return tuple(map(_past_edit, rows))


def _past_edit(row: object) -> HistoryEdit:
    if not isinstance(row, list) or len(row) != len(HistoryEdit._fields):
        raise ValueError("an edit in it has not the fields of one")
    title, changes, made_at, undone_at, state = row
    texts = (title, changes, made_at, state, "" if undone_at is None else undone_at)
    if not are_texts(texts) or state not in EDIT_STATES:
        raise ValueError("an edit in it has not the fields of one")
    changes_from_json(changes)
    return HistoryEdit(*row)


def _items(annotation: Annotation) -> Iterator[Item]:
    yield annotation.head
    yield from annotation.items()


def _replayed(base: int, steps: list[int], past: Sequence[HistoryEdit]) -> Iterator[int]:
    """Yield the states in the order in which they were reached, including abandoned ones."""
    state, without_undone = base, base
    yield state
    stack: list[tuple[int, HistoryEdit]] = []
    for step, edit in zip(steps, past, strict=True):
        while stack and _abandoned_before(stack[-1][1], edit):
            state -= stack.pop()[0]
        stack.append((step, edit))
        state += step
        yield state
        if edit.state == "done":
            without_undone += step
            yield without_undone


def _abandoned_before(edit: HistoryEdit, following: HistoryEdit) -> bool:
    return edit.state == "dropped" and (edit.undone_at or "") <= following.made_at


def _delta(changes: Iterable[Change]) -> int:
    return sum(_number(change.after) - _number(change.before) for change in changes)


def _number(item: Item | None) -> int:
    if item is None:
        return 0
    # Files without history number the items again, and time passes without an edit.
    compared = item._replace(seconds=0) if isinstance(item, Head) else item._replace(ordinal=0)
    values = lasting_values(compared)
    text = json.dumps((type(item).__name__, values), sort_keys=True, ensure_ascii=False)
    return int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")


def _hex(number: int) -> str:
    return f"{number % _SIZE:064x}"
