"""The commands `export` and `formats`, with their answers as text and as JSON."""

import os
from argparse import Namespace
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from annotator.cli import display_is_missing
from annotator.cli.commands import opened_to_read
from annotator.cli.output import CommandOutput, counted, progress_bar

if TYPE_CHECKING:
    from annotator.core.scheme import Scheme
    from annotator.formats import Format
    from annotator.services.export import ExportOptions, ExportReport

_GOLD: Final = "gold"
_PDF_COPY: Final = "pdf-copy"


def export(args: Namespace) -> CommandOutput:
    from annotator.services.export import export_file, preview

    choice = _choice(args)
    with opened_to_read(args.project) as project, progress_bar() as progress:
        if args.format == _PDF_COPY:
            choice = replace(choice, format=_pdf_format(project.scheme))
        if args.dry_run:
            report = preview(project, choice, progress=progress)
        else:
            report = export_file(project, args.out, choice, overwrite=args.force, progress=progress)
    return CommandOutput(_lines(report), _row(report), complaints=_notes(report))


def _pdf_format(scheme: "Scheme") -> "Format":
    """Return the format of PDF copies, which Qt paints, even on a machine without a display."""
    if display_is_missing():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from annotator.ui.printing.copies import PdfCopyFormat

    return PdfCopyFormat(scheme)


def _choice(args: Namespace) -> "ExportOptions":
    from annotator.services.dataset_split import parse_split
    from annotator.services.export import ExportOptions

    return ExportOptions(
        args.format,
        [_GOLD] if args.gold else args.annotator,
        args.status,
        dict(args.option),
        dict(args.labels),
        parse_split(args.split, args.seed) if args.split else None,
        empty=not args.no_empty,
    )


def _lines(report: "ExportReport") -> tuple[str, ...]:
    verb, where = ("would write", "") if report.path is None else ("wrote", f" to {report.path}")
    lines = [
        f"{verb} {counted(report.annotations, 'annotation')} of "
        f"{counted(report.articles, 'article')}{where}"
    ]
    if report.parts:
        parts = ", ".join(f"{name} {count:,}" for name, count in report.parts.items())
        lines.append(f"articles by part: {parts}")
    if report.lost:
        fails = "cannot hold, and would leave out:" if report.path is None else ""
        lines.append(f"{report.format} {fails or 'cannot hold, and left out:'}")
        for words, count in report.lost.items():
            lines.append(f"  {count:,} × {words}")
            lines += [f"      {example}" for example in report.examples[words]]
    if report.losses_file is not None:
        lines.append(f"each of them is in {report.losses_file}")
    if report.left_out:
        without = counted(report.left_out, "article without annotation", "articles without one")
        lines.append(f"{without} left out")
    return tuple(lines)


def _notes(report: "ExportReport") -> tuple[str, ...]:
    """Return notes on what is not an annotation, and on what may not belong in a training set."""
    notes = []
    if report.opened:
        times = counted(report.opened, "article was", "articles were")
        notes.append(f"{times} only opened, which is no annotation: not exported as one")
    if report.empty:
        subject = counted(report.empty, "annotation", "annotations")
        holds = "holds" if report.empty == 1 else "hold"
        does = "left out" if report.empty_left_out else "--no-empty leaves them out"
        notes.append(f"{subject} not finished {holds} nothing: {does}")
    if report.skipped:
        subject = counted(report.skipped, "skipped annotation holds", "skipped annotations hold")
        notes.append(f"{subject} nothing; --status done takes only what is done")
    return tuple(notes)


def _row(report: "ExportReport") -> dict[str, Any]:
    return {
        "out": None if report.path is None else str(report.path),
        "format": report.format,
        "annotations": report.annotations,
        "articles": report.articles,
        "left_out": report.left_out,
        "lost": report.lost,
        "examples": report.examples,
        "losses_file": None if report.losses_file is None else str(report.losses_file),
        "parts": report.parts,
        "only_opened": report.opened,
        "empty": report.empty,
        "empty_left_out": report.empty_left_out,
        "skipped_empty": report.skipped,
    }


def formats(_args: Namespace) -> CommandOutput:
    from annotator.formats import formats as known_formats
    from annotator.services.presets import find_scheme

    known = [*known_formats(), _pdf_format(find_scheme("news"))]
    lines = tuple(line for format_ in known for line in _format_lines(format_))
    return CommandOutput(lines, {"formats": [_format_row(format_) for format_ in known]})


def _format_lines(format_: "Format") -> list[str]:
    ways = [way for way, goes in (("in", format_.reads), ("out", format_.writes)) if goes]
    lines = [f"{format_.name:<14} {', '.join(ways):<8} {format_.title}"]
    if format_.suffixes:
        kind = "files in a folder" if format_.folder else "files"
        lines.append(f"{'':<23} {kind}: {' '.join(format_.suffixes)}")
    for option in format_.options:
        choices = "|".join(option.choices) or "WORDS"
        default = f" (else {option.default})" if option.default else ""
        lines.append(f"{'':<23} --option {option.name}={choices}{default}: {option.title}")
    if format_.writes:
        lines.append(f"{'':<23} loses: {'; '.join(format_.loses) or 'nothing'}")
    return lines


def _format_row(format_: "Format") -> dict[str, Any]:
    return {
        "name": format_.name,
        "title": format_.title,
        "suffixes": format_.suffixes,
        "reads": format_.reads,
        "writes": format_.writes,
        "folder": format_.folder,
        "loses": format_.loses,
        "options": [
            {
                "name": option.name,
                "title": option.title,
                "default": option.default,
                "choices": option.choices,
            }
            for option in format_.options
        ],
    }
