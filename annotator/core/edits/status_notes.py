"""Edits of status, notes and flags."""

from annotator.core.annotation import Annotation
from annotator.core.edit import Edit
from annotator.core.edits.common import changed, short
from annotator.core.message import message
from annotator.core.models import Article, Head, Item, Status
from annotator.core.terms import term
from annotator.core.unannotated import Dismissal, with_dismissal


def set_status(annotation: Annotation, status: Status) -> Edit:
    """Set the status of the annotation: todo, doing, done or skipped."""
    head = annotation.head
    return changed(message("Set status {1}", term(status)), (head, head._replace(status=status)))


def dismiss(article: Article, annotation: Annotation, start: int, end: int, why: str) -> Edit:
    """Record that `[start, end)` is to have no annotation though it looks like one, and why."""
    head, quoted_text = annotation.head, short(article.text[start:end])
    return changed(
        message("Leave out {1}", quoted_text),
        (head, with_dismissal(head, Dismissal(start, end, why))),
    )


def set_note(item: Item, note: str) -> Edit:
    """Set the note of an entity, mention, quote or the whole annotation."""
    if isinstance(item, Head):
        return changed(message("Change note"), (item, item._replace(notes=note)))
    return changed(message("Change note"), (item, item._replace(note=note)))


def set_flag(item: Item, flag: str, *, on: bool) -> Edit:
    """Add a flag to an entity, mention, quote or the annotation, or remove it."""
    rest = tuple(other for other in item.flags if other != flag)
    flags = (*rest, flag) if on else rest
    title = message("Flag as {1}", flag) if on else message("Remove flag {1}", flag)
    return changed(title, (item, item._replace(flags=flags)))
