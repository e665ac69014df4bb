"""Giving many entities of a project another label, one undoable edit for each article."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from annotator.core import edits
from annotator.core.annotation import StaleEdit
from annotator.services.job import Cancelled, Progress, never, unseen

if TYPE_CHECKING:
    from annotator.store import Project


@dataclass(slots=True)
class RelabelReport:
    """What was relabelled. `articles` are the keys of those that changed; `passed_over` counts
    entities that were gone or had another label by then."""

    label: str
    entities: int = 0
    articles: list[int] = field(default_factory=list)
    passed_over: int = 0
    cancelled: bool = False


def relabel(  # noqa: PLR0913  # what to relabel, how, and who watches
    project: "Project",
    annotator: str,
    chosen: Mapping[int, Sequence[str]],
    old: str,
    new: str,
    *,
    progress: Progress = unseen,
    cancelled: Cancelled = never,
) -> RelabelReport:
    """Give the entities of `chosen` (ids by article key) that have the label `old` the label `new`.

    Each article is one transaction with its place in the history, so undo works in each. What is
    done when the job is cancelled stays. Raises StoreError.
    """
    report = RelabelReport(new)
    title = project.scheme.label(new).title
    for number, (key, ids) in enumerate(chosen.items(), start=1):
        if cancelled():
            report.cancelled = True
            break
        annotation = project.annotation(key, annotator)
        there = [id_ for id_ in ids if id_ in annotation.entities]
        fitting = [id_ for id_ in there if annotation.entities[id_].label == old]
        report.passed_over += len(ids) - len(fitting)
        if fitting and old != new:
            edit = edits.relabel_entities(annotation, fitting, new, title)
            try:
                project.apply(key, annotator, edit)
            except StaleEdit:  # somebody changed them in the blink since they were read
                report.passed_over += len(fitting)
                continue
            report.entities += len(fitting)
            report.articles.append(key)
        progress(number, len(chosen), title)
    return report
