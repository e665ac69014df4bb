"""Going back to a version of an annotation that merging kept beside it."""

from typing import TYPE_CHECKING

from annotator.core.edit import Edit
from annotator.core.errors import AnnotatorError

if TYPE_CHECKING:
    from annotator.core.versions import Version
    from annotator.store import Project


class RestoreError(AnnotatorError):
    """A version that is not there; nothing was changed."""


def restore(project: "Project", article: str, annotator: str, version: str) -> Edit:
    """Make the kept version whose digest starts with `version` the annotation, as one edit.

    Undo takes it back, so nothing is lost. Raises RestoreError if none or several fit.
    """
    from annotator.store.importer import difference

    key = project.key_of(article)
    if key is None:
        raise RestoreError(f"there is no article {article} in {project.path}")
    wanted = _the_one(project.versions(key, annotator), version, f"{annotator} on {article}")
    changes = difference(project.annotation(key, annotator), wanted.annotation).changes
    edit = Edit(f"Restore version {version[:8]}", changes)
    project.apply(key, annotator, edit)
    return edit


def _the_one(versions: "dict[str, Version]", start: str, whose: str) -> "Version":
    fitting = [kept for digest, kept in versions.items() if digest.startswith(start)]
    if len(fitting) == 1:
        return fitting[0]
    there = ", ".join(digest[:8] for digest in versions) or "none"
    raise RestoreError(f"no single version {start!r} of {whose} is kept; there is {there}")
