"""The command `relabel`, which changes the label of entities."""

from argparse import Namespace
from typing import TYPE_CHECKING

from annotator.cli.commands import opened
from annotator.cli.output import CommandOutput, counted, progress_bar
from annotator.core.errors import AnnotatorError
from annotator.core.text_search import FoldedText, TextQuery

if TYPE_CHECKING:
    from annotator.store import LabelledEntity, Project


def relabel(args: Namespace) -> CommandOutput:
    from annotator.services.relabelling import RelabelReport
    from annotator.services.relabelling import relabel as relabel_in_project

    with opened(args.project) as project:
        entities = _selected_entities(project, args)
        chosen: dict[int, list[str]] = {}
        for entity in entities:
            chosen.setdefault(entity.article, []).append(entity.id)
        if args.dry_run:
            report = RelabelReport(args.new, len(entities), list(chosen))
        else:
            with progress_bar() as progress:
                report = relabel_in_project(
                    project, args.name, chosen, args.old, args.new, progress=progress
                )
        ids = [project.article(key).id for key in report.articles]
    done = "would be" if args.dry_run else "are now"
    lines = [f"{entity.title}: {entity.name}" for entity in entities] if args.dry_run else []
    lines.append(
        f"{counted(report.entities, 'entity', 'entities')} in {counted(len(ids), 'article')} "
        f"{done} {args.new}"
    )
    data = {
        "annotator": args.name,
        "old": args.old,
        "new": args.new,
        "entities": report.entities,
        "articles": ids,
        "passed_over": report.passed_over,
        "dry_run": args.dry_run,
    }
    return CommandOutput(tuple(lines), data)


def _selected_entities(project: "Project", args: Namespace) -> "list[LabelledEntity]":
    """Return the entities to relabel.

    Raises:
        AnnotatorError: The annotator or a label does not exist.
    """
    names = [label.name for label in project.scheme.labels]
    if args.new not in names:
        raise AnnotatorError(f"the scheme has no label {args.new}; it has {', '.join(names)}")
    if args.name not in project.annotators():
        available = ", ".join(project.annotators()) or "nobody yet"
        raise AnnotatorError(f"{args.name} has annotated nothing here; there is {available}")
    used = project.labels_in_use(args.name)
    if args.old not in used:
        available = ", ".join(used) or "none at all"
        raise AnnotatorError(
            f"no entity of {args.name} is labelled {args.old}; there is {available}"
        )
    found = project.labelled_entities(args.name, args.old)
    query = TextQuery(args.only or "")
    if query:
        found = [e for e in found if query.first(FoldedText(e.name)) is not None]
    return found
