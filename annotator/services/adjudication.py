"""Automatic adjudication in a whole project: gold is made of what annotators agree on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from annotator.core.adjudication import GOLD, ReviewerDecision, Rule, accept_agreed, queue
from annotator.core.edit_rules import complete_edit
from annotator.core.errors import Rejected
from annotator.services.agreement import chosen, side_by_side
from annotator.services.job import Cancelled, Progress, ignore_progress, never_cancelled

if TYPE_CHECKING:
    from annotator.store import Project


@dataclass(slots=True)
class AdjudicationReport:
    """The number of compared articles, of items accepted by the rule, and of those left open."""

    articles: int = 0
    taken: int = 0
    left: int = 0
    cancelled: bool = False


def adjudicate(  # each is one option of the command
    project: "Project",
    rule: Rule,
    by: str,
    annotators: Sequence[str] | None = None,
    *,
    progress: Progress = ignore_progress,
    cancelled: Cancelled = never_cancelled,
) -> AdjudicationReport:
    """Accept what fits the rule in each article that at least two of these people annotated.

    Each article gets one edit of gold, which can be undone; earlier decisions are kept. A
    cancelled job keeps the articles that are finished. Raises ReviewError.
    """
    names = chosen(project, annotators)
    total = project.stats().articles
    report = AdjudicationReport()
    for number, (id_, side) in enumerate(side_by_side(project, names), start=1):
        if cancelled():
            report.cancelled = True
            break
        key = project.key_of(id_)
        if key is None:
            continue
        gold = project.annotation(key, GOLD)
        before = len(queue(side, gold))
        moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        try:
            made = accept_agreed(side, gold, rule, ReviewerDecision(by, moment))
            edit = complete_edit(gold, made, GOLD)
        except Rejected:  # nothing fits the rule here
            edit = None
        if edit is not None:
            project.apply(key, GOLD, edit)
            gold.apply(edit)
        report.articles += 1
        report.left += len(queue(side, gold))
        report.taken += before - len(queue(side, gold))
        progress(number, total, id_)
    return report
