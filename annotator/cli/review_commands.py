"""The review commands: merge, assign, backup, compare, agreement, adjudicate, history, restore."""

from argparse import Namespace
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from annotator.cli.commands import opened, opened_to_read
from annotator.cli.output import CommandOutput, counted, progress_bar

if TYPE_CHECKING:
    from annotator.services.comparison import ComparedArticle
    from annotator.services.gamma import Gamma
    from annotator.services.history_report import AuditedAnnotation
    from annotator.services.job import Progress
    from annotator.services.merging import MergeReport
    from annotator.store import Project


def merge(args: Namespace) -> CommandOutput:
    from annotator.services.merging import merge_files

    with opened(args.project) as project, progress_bar() as progress:
        report = merge_files(
            project, args.others, new_articles=args.new_articles, progress=progress
        )
    return CommandOutput(tuple(_merge_lines(report, args.others)), _merge_data(report, args.others))


def _merge_lines(report: "MergeReport", paths: Iterable[Any]) -> Iterable[str]:
    for path in paths:
        counts = report.counts(path)
        summary = ", ".join(f"{count:,} {verdict}" for verdict, count in counts.items())
        yield f"{path}: {summary or 'no annotations in it'}"
        for one in report.merged:
            if one.path == path and one.verdict in ("newer", "older", "conflicting"):
                yield f"  {one.verdict}: {one.annotator} on {one.article}"
    if report.added:
        yield f"{counted(len(report.added), 'article')} added: {', '.join(report.added)}"
    if report.unknown:
        yield (
            f"{counted(len(report.unknown), 'article')} not in the project, left out: "
            f"{', '.join(report.unknown)} (--new-articles takes them in)"
        )
    if report.trashed:
        yield (
            f"{counted(len(report.trashed), 'article')} of these in the trash here, where nothing "
            f"was changed: {', '.join(report.trashed)} (annotator trash brings them back)"
        )


def _merge_data(report: "MergeReport", paths: Iterable[Any]) -> dict[str, Any]:
    return {
        "files": [{"file": str(path), **report.counts(path)} for path in paths],
        "annotations": [
            {
                "file": str(one.path),
                "article": one.article,
                "annotator": one.annotator,
                "verdict": str(one.verdict),
            }
            for one in report.merged
        ],
        "unknown_articles": list(report.unknown),
        "added_articles": list(report.added),
        "trashed_articles": list(report.trashed),
    }


def assign(args: Namespace) -> CommandOutput:
    from annotator.services.assignments import assign as assign_articles

    with opened(args.project) as project:
        bundles = assign_articles(
            project,
            args.folder,
            args.to,
            each=args.each,
            everybody=args.everybody,
            articles=args.articles,
        )
    lines = [
        f"{bundle.annotator}: {counted(len(bundle.articles), 'article')} in {bundle.path}"
        for bundle in bundles
    ]
    rows = [
        {"annotator": bundle.annotator, "file": str(bundle.path), "articles": bundle.articles}
        for bundle in bundles
    ]
    return CommandOutput(tuple(lines), {"bundles": rows})


def backup(args: Namespace) -> CommandOutput:
    from annotator.services.backups import copy_project

    with opened_to_read(args.project) as project:
        made = copy_project(project, args.out)
    return CommandOutput((f"wrote {made}",), {"project": str(args.project), "copy": str(made)})


def compare(args: Namespace) -> CommandOutput:
    from annotator.services.comparison import compare as compared

    with opened_to_read(args.project) as project, progress_bar() as progress:
        names = [args.first, args.second, *args.more]
        found = list(compared(project, names, article=args.article, progress=progress))
    lines = []
    for one in found:
        differing = len(one.differences)
        lines.append(f"{one.article}: {one.same:,} the same, {differing:,} different")
        lines += [f"  {difference.words}" for difference in one.differences]
    if not found:
        lines.append("no article was annotated by two of them")
    return CommandOutput(tuple(lines), {"articles": [_compared_row(one) for one in found]})


def _compared_row(one: "ComparedArticle") -> dict[str, Any]:
    return {
        "article": one.article,
        "annotators": one.annotators,
        "same": one.same,
        "differences": [
            {
                "kind": difference.group.kind,
                "start": difference.group.start,
                "end": difference.group.end,
                "annotators": list(difference.group.items),
                "agreement": round(difference.group.agreement, 4),
                "words": difference.words,
            }
            for difference in one.differences
        ],
    }


def agreement(args: Namespace) -> CommandOutput:
    from annotator.services.agreement import measure_agreement
    from annotator.services.agreement_report import as_data, as_lines, write_report

    with opened_to_read(args.project) as project, progress_bar() as progress:
        found = measure_agreement(
            project, args.annotator, statuses=args.status, samples=args.samples, progress=progress
        )
        gamma = _gamma(project, args, progress) if args.gamma else {}
    assert found is not None  # it cannot be cancelled here
    lines = as_lines(found)
    data = as_data(found)
    for layer, (figure, articles) in gamma.items():
        lines.append(f"γ of {layer}: {figure.words()} ({counted(articles, 'article')})")
        data.setdefault("gamma", {})[layer] = {**figure.row(), "articles": articles}
    if args.out is not None:
        write_report(found, args.out)
        lines.append(f"wrote {args.out}")
    return CommandOutput(tuple(lines), data)


def _gamma(project: "Project", args: Namespace, progress: "Progress") -> "dict[str, Gamma]":
    from annotator.services.gamma import measure_gamma

    return measure_gamma(project, args.annotator, statuses=args.status, progress=progress)


def adjudicate(args: Namespace) -> CommandOutput:
    from annotator.core.adjudication import parse_rule
    from annotator.services.adjudication import adjudicate as decide
    from annotator.services.user import annotator_name

    rule = parse_rule(args.rule)
    with opened(args.project) as project, progress_bar() as progress:
        report = decide(
            project, rule, args.by or annotator_name(), args.annotator, progress=progress
        )
    lines = (
        f"{counted(report.taken, 'item')} of {counted(report.articles, 'article')} taken as gold "
        f"by the rule {rule.name}; {report.left:,} left to decide",
    )
    return CommandOutput(lines, {"rule": rule.name, **asdict(report)})


def history(args: Namespace) -> CommandOutput:
    from annotator.services.history_report import audit

    with opened_to_read(args.project) as project, progress_bar() as progress:
        rows = list(
            audit(project, annotator=args.annotator, article=args.article, progress=progress)
        )
    lines = []
    for row in rows:
        flag = "; faster than anybody reads" if row.too_fast else ""
        digests = ", ".join(digest[:8] for digest in row.versions)
        versions = f"; other versions kept: {digests}" if digests else ""
        lines.append(
            f"{row.article}: {row.annotator}: {row.status}, {counted(len(row.edits), 'edit')}, "
            f"{row.seconds:,} s for {row.words:,} words{flag}{versions}"
            + (f"; {row.review}" if row.review else "")
        )
        if args.article:
            lines += [f"  {edit.made_at} {edit.title}{edit.fate}" for edit in row.edits]
    return CommandOutput(tuple(lines), {"annotations": [_history_row(row) for row in rows]})


def _history_row(row: "AuditedAnnotation") -> dict[str, Any]:
    return {
        "article": row.article,
        "annotator": row.annotator,
        "status": row.status,
        "seconds": row.seconds,
        "words": row.words,
        "too_fast": row.too_fast,
        "versions": row.versions,
        "review": row.review,
        "edits": [
            {"title": e.title, "made_at": e.made_at, "undone_at": e.undone_at} for e in row.edits
        ],
    }


def restore(args: Namespace) -> CommandOutput:
    from annotator.services.restore import restore as restore_version

    with opened(args.project) as project:
        edit = restore_version(project, args.article, args.annotator, args.version)
    line = f"{args.annotator} on {args.article}: {edit.title}; undo takes it back"
    return CommandOutput((line,), {"title": str(edit.title), "changes": len(edit.changes)})
