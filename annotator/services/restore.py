"""Restoring a version of an annotation that a merge kept beside it."""

from typing import TYPE_CHECKING

from annotator.core.edit import Edit
from annotator.core.edit_rules import exempt
from annotator.core.errors import AnnotatorError
from annotator.core.message import message

if TYPE_CHECKING:
    from annotator.core.versions import Version
    from annotator.store import Project


class RestoreError(AnnotatorError):
    """A version that does not exist; nothing was changed."""


def restore(project: "Project", article: str, annotator: str, version: str) -> Edit:
    """Replace the annotation by the kept version whose digest starts with `version`.

    This is one edit, which can be undone. Raises RestoreError if no version or several match.
    """
    from annotator.store.importer import difference

    key = project.key_of(article)
    if key is None:
        raise RestoreError(message("there is no article {1} in {2}", article, project.path))
    kept_version = _single_match(
        project.versions(key, annotator), version, f"{annotator} on {article}"
    )
    changes = difference(project.annotation(key, annotator), kept_version.annotation).changes
    edit = exempt(Edit(message("Restore version {1}", version[:8]), changes))
    project.apply(key, annotator, edit)
    return edit


def _single_match(versions: "dict[str, Version]", start: str, owner: str) -> "Version":
    matches = [kept for digest, kept in versions.items() if digest.startswith(start)]
    if len(matches) == 1:
        return matches[0]
    known = ", ".join(digest[:8] for digest in versions) or "none"
    raise RestoreError(
        message("no single version {1} of {2} is kept; there is {3}", repr(start), owner, known)
    )
