"""The rules that every edit of an annotator follows, whichever writer makes it.

An edit says what its author changed. What follows from it is added here, always in this order: work
on the article has begun, whether suggestions were shown is recorded, decisions on gold that changes
become "changed", deleted suggestions are rejected, changed ones name who changed them. The store
writes nothing but completed edits, and completes any other edit that it is given.
"""

from annotator.core.annotation import Annotation
from annotator.core.edit import Change, Edit
from annotator.core.models import Head


class CompletedEdit(Edit):
    """An edit to be written as it is. Only `complete_edit` and `exempt` make one."""

    __slots__ = ()


def complete_edit(
    annotation: Annotation, edit: Edit, author: str, *, held_back: bool | None = None
) -> CompletedEdit:
    """Return the edit with all that follows from it.

    Args:
        annotation: The annotation before the edit, which fits to it.
        edit: The edit. One that is complete is returned unchanged.
        author: The annotator who makes it.
        held_back: Whether suggestions were held back from the author for a blind test; None if
            that is not known, or if there is no test.
    """
    if isinstance(edit, CompletedEdit):
        return edit
    edit = begun(annotation, edit)
    if held_back is not None:
        from annotator.core.blind_test import record_held_back

        edit = record_held_back(annotation, edit, held_back)
    if annotation.decisions:
        from annotator.core.adjudication import mark_decisions_changed

        edit = mark_decisions_changed(annotation, edit)
    else:
        from annotator.core.rejection import reject_deleted

        edit = reject_deleted(annotation, edit)
    from annotator.core.provenance import signed

    return CompletedEdit(*signed(annotation, edit, author))


def exempt(edit: Edit) -> CompletedEdit:
    """Return an edit that no annotator makes, and to which no rule applies.

    Such as an import, a restored version, or the new name of a label in all annotations.
    """
    return CompletedEdit(*edit)


def begun(annotation: Annotation, edit: Edit) -> Edit:
    """Return the edit, which also sets the status to doing if it is the first of an article."""
    head = annotation.head
    if head.status != "todo" or any(isinstance(change.item, Head) for change in edit.changes):
        return edit
    return Edit(edit.title, (*edit.changes, Change(head, head._replace(status="doing"))))
