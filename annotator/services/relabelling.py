"""Relabelling of many entities in a project, with one undoable edit for each article."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from annotator.core import edits
from annotator.core.annotation import StaleEdit
from annotator.core.edit_rules import complete_edit
from annotator.services.job import Cancelled, Progress, ignore_progress, never_cancelled

if TYPE_CHECKING:
    from annotator.store import Project


@dataclass(slots=True)
class RelabelReport:
    """What was relabelled.

    `articles` are the keys of the changed articles; `passed_over` counts the entities that no
    longer existed or had another label by then.
    """

    label: str
    entities: int = 0
    articles: list[int] = field(default_factory=list)
    passed_over: int = 0
    cancelled: bool = False


def relabel(  # noqa: PLR0913  # what to relabel, how, and how a job reports
    project: "Project",
    annotator: str,
    chosen: Mapping[int, Sequence[str]],
    old: str,
    new: str,
    *,
    progress: Progress = ignore_progress,
    cancelled: Cancelled = never_cancelled,
) -> RelabelReport:
    """Give the entities of `chosen` (ids by article key) that have the label `old` the label `new`.

    Each article is changed in one transaction, by one edit in its history, so undo works in each.
    A cancelled job keeps what it has done. Raises StoreError.
    """
    report = RelabelReport(new)
    title = project.scheme.label(new).title
    for number, (key, ids) in enumerate(chosen.items(), start=1):
        if cancelled():
            report.cancelled = True
            break
        annotation = project.annotation(key, annotator)
        present = [id_ for id_ in ids if id_ in annotation.entities]
        matching = [id_ for id_ in present if annotation.entities[id_].label == old]
        report.passed_over += len(ids) - len(matching)
        if matching and old != new:
            edit = edits.relabel_entities(annotation, matching, new, title)
            edit = complete_edit(annotation, edit, annotator)
            try:
                project.apply(key, annotator, edit)
            except StaleEdit:  # another program has changed them since they were read
                report.passed_over += len(matching)
                continue
            report.entities += len(matching)
            report.articles.append(key)
        progress(number, len(chosen), title)
    return report
