"""All operations that change an annotation, as pure functions that return an `Edit`.

Each raises `Rejected` with a sentence for the status bar if the operation does not fit, and changes
nothing itself: `Annotation.apply` and the store do.
"""

from annotator.core.edits.attributes import set_attributes
from annotator.core.edits.entities import (
    delete_entity,
    merge_entities,
    relabel_entities,
    relabel_entity,
    rename_entity,
    split_entity,
)
from annotator.core.edits.mentions import (
    delete_mention,
    mark,
    move_mention,
    relabel_mention,
    resize_mention,
    set_kind,
)
from annotator.core.edits.occurrences import join_mention, mark_all, unmark_all
from annotator.core.edits.quotes import (
    add_part,
    create_quote,
    delete_quote,
    remove_part,
    resize_part,
    set_addressees,
    set_speaker_status,
    set_speakers,
    set_type,
)
from annotator.core.edits.scheme import apply_scheme_renames
from annotator.core.edits.status_notes import dismiss, set_flag, set_note, set_status
from annotator.core.edits.suggestions import accept, reject

__all__ = [
    "accept",
    "add_part",
    "apply_scheme_renames",
    "create_quote",
    "delete_entity",
    "delete_mention",
    "delete_quote",
    "dismiss",
    "join_mention",
    "mark",
    "mark_all",
    "merge_entities",
    "move_mention",
    "reject",
    "relabel_entities",
    "relabel_entity",
    "relabel_mention",
    "remove_part",
    "rename_entity",
    "resize_mention",
    "resize_part",
    "set_addressees",
    "set_attributes",
    "set_flag",
    "set_kind",
    "set_note",
    "set_speaker_status",
    "set_speakers",
    "set_status",
    "set_type",
    "split_entity",
    "unmark_all",
]
