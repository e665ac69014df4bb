"""The report of an import as text: a summary in one sentence, and lists under headings."""

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from annotator.core.message import Message, count_message, message, verbatim
from annotator.services.importing import FileReport, ImportReport


class Section(NamedTuple):
    """A heading, and one line for each thing under it."""

    title: Message
    lines: list[Message]


def summary(report: ImportReport) -> Message:
    """Return one sentence such as `Imported: 2 articles new, 1 there already.`."""
    files = report.files
    articles = sum(file.articles for file in files)
    parts = [count_message(articles, "Imported: {1} article new", "Imported: {1} articles new")]
    if annotations := sum(file.annotations for file in files):
        parts.append(count_message(annotations, "{1} annotation new", "{1} annotations new"))
    if unchanged := sum(file.unchanged for file in files):
        parts.append(message("{1} there already", unchanged))
    if replaced := sum(file.replaced for file in files):
        parts.append(message("{1} replaced", replaced))
    if kept := sum(file.kept for file in files):
        parts.append(message("{1} kept as the project has them", kept))
    if duplicates := sum(len(file.duplicates) for file in files):
        parts.append(count_message(duplicates, "{1} duplicate left out", "{1} duplicates left out"))
    if near := sum(len(file.near_duplicates) for file in files):
        parts.append(count_message(near, "{1} near duplicate", "{1} near duplicates"))
    if failed := len(report.failed):
        parts.append(count_message(failed, "{1} file at fault", "{1} files at fault"))
    if report.cancelled:
        parts.append(message("cancelled"))
    return message("{1}.", parts)


def needs_attention(report: ImportReport) -> bool:
    """Return whether the import did something that the user may not expect."""
    return any(file.error or file.duplicates or file.near_duplicates for file in report.files) or (
        not report.files and not report.cancelled
    )


def sections(report: ImportReport) -> list[Section]:
    """Return the sections that have lines, the most important first.

    Paths are relative to the folder that contains all files.
    """
    prefix = _common_folder(report)
    return [
        Section(title, [_relative(line, prefix) for line in lines])
        for title, lines in _all_sections(report)
        if lines
    ]


def _relative(line: Message, prefix: str) -> Message:
    """Return a line that begins with a path, which is made relative to the folder."""
    first, *rest = line.values
    if not isinstance(first, str):
        return line
    return replace(line, values=(first.removeprefix(prefix), *rest))


def _common_folder(report: ImportReport) -> str:
    paths = [str(file.path.absolute().parent) for file in report.files]
    try:
        return os.path.commonpath(paths) + os.sep if paths else ""
    except ValueError:  # on different drives
        return ""


def _all_sections(report: ImportReport) -> list[Section]:
    files = report.files
    return [
        Section(
            message("Not imported"), [line for file in report.failed for line in _faults(file)]
        ),
        Section(
            message("Duplicates, not added"),
            [
                message("{1} has the text of {2}", d.article, d.of)
                for file in files
                for d in file.duplicates
            ],
        ),
        Section(
            message("Near duplicates, added and flagged"),
            [
                message("{1} is {2} the same as {3}", t.article, f"{t.share:.0%}", t.of)
                for file in files
                for t in file.near_duplicates
            ],
        ),
        Section(message("Not taken from the files"), _left_out(files)),
        Section(
            message("Passed over, in no known format"),
            [verbatim(str(path)) for path in report.passed_over],
        ),
        Section(message("Read in an encoding that was guessed or declared"), _encodings(files)),
        Section(message("Imported"), _successes(files)),
    ]


def as_text(report: ImportReport) -> str:
    """Return the whole report as plain text in English."""
    parts = [str(summary(report))]
    for title, lines in sections(report):
        texts = (f"  {line.without_hints()}" for line in lines)
        parts.append("\n".join([f"{title} ({len(lines):,})", *texts]))
    return "\n\n".join(parts) + "\n"


def listed(counts: "Counter[str]") -> str:
    """Return the counts as text: `images (2), tables (1)`."""
    return ", ".join(f"{what} ({count:,})" for what, count in counts.items())


def _faults(file: FileReport) -> list[Message]:
    """Return the file's error, or one line for each fault if there are several."""
    if len(file.faults) < 2:
        return [] if file.error is None else [file.error.message]
    return [message("{1}: {2}", file.path, fault.message) for fault in file.faults]


def _left_out(files: Iterable[FileReport]) -> list[Message]:
    counts = [
        message("{1}: {2}", file.path, listed(file.left_out)) for file in files if file.left_out
    ]
    remarks = [message("{1}: {2}", file.path, text) for file in files for text in file.remarks]
    return counts + remarks


def _encodings(files: Iterable[FileReport]) -> list[Message]:
    usual = (None, "utf-8", "utf-8-sig")
    return [
        message("{1}: {2}", file.path, file.encoding or "")
        for file in files
        if file.encoding not in usual
    ]


def _successes(files: Iterable[FileReport]) -> list[Message]:
    lines = []
    for file in files:
        articles = count_message(file.articles, "{1} article", "{1} articles")
        annotations = count_message(file.annotations, "{1} annotation", "{1} annotations")
        if file.articles and file.annotations:
            both = message("{1} and {2}", articles, annotations)
            lines.append(message("{1}: {2}", file.path, both))
        elif file.articles or file.annotations:
            added = articles if file.articles else annotations
            lines.append(message("{1}: {2}", file.path, added))
    return lines
