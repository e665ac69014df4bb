"""Changing the scheme of a project together with the annotations that use its names."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotator.core.message import message
from annotator.core.scheme import Scheme
from annotator.services.job import (
    Cancelled,
    JobCancelled,
    Progress,
    ignore_progress,
    never_cancelled,
)

if TYPE_CHECKING:
    from annotator.store import Project


@dataclass(frozen=True, slots=True)
class SchemeReport:
    """The number of changed annotations; a cancelled job has changed nothing."""

    annotations: int
    cancelled: bool = False


def change_scheme(
    project: "Project",
    scheme: Scheme,
    *,
    labels: Mapping[str, str],
    types: Mapping[str, str],
    progress: Progress = ignore_progress,
    cancelled: Cancelled = never_cancelled,
) -> SchemeReport:
    """Give the project this scheme; `labels` and `types` map old names to new ones.

    The entities and quotes of all annotators are changed, each annotation by one edit in its own
    history; all of them or none. Raises StoreError.
    """

    def step(done: int, total: int) -> None:
        if cancelled():
            raise JobCancelled
        progress(done, total, message("Changing annotations"))

    try:
        changed = project.set_scheme(scheme, labels=labels, types=types, step=step)
    except JobCancelled:
        return SchemeReport(0, cancelled=True)
    return SchemeReport(changed)
