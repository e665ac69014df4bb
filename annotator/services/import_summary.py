"""The report of an import as text: a summary in one sentence, and lists under headings."""

import os
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from annotator.core.errors import without_options
from annotator.services.importing import FileReport, ImportReport


class Section(NamedTuple):
    """A heading, and one line for each thing under it."""

    title: str
    lines: list[str]


def summary(report: ImportReport) -> str:
    """Return one sentence such as `Imported: 2 articles new, 1 there already.`."""
    files = report.files
    articles = sum(file.articles for file in files)
    annotations = sum(file.annotations for file in files)
    parts = [f"Imported: {counted(articles, 'article')} new"]
    parts += [f"{counted(annotations, 'annotation')} new"] if annotations else []
    for count, template in (
        (sum(file.unchanged for file in files), "{:,} there already"),
        (sum(file.replaced for file in files), "{:,} replaced"),
        (sum(file.kept for file in files), "{:,} kept as the project has them"),
    ):
        parts += [template.format(count)] if count else []
    for count, what in (
        (sum(len(file.duplicates) for file in files), "duplicate"),
        (sum(len(file.near_duplicates) for file in files), "near duplicate"),
        (len(report.failed), "file"),
    ):
        suffix = {"duplicate": " left out", "file": " at fault"}.get(what, "")
        parts += [f"{counted(count, what)}{suffix}"] if count else []
    parts += ["cancelled"] if report.cancelled else []
    return ", ".join(parts) + "."


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
        Section(title, [line.removeprefix(prefix) for line in lines])
        for title, lines in _all_sections(report)
        if lines
    ]


def _common_folder(report: ImportReport) -> str:
    paths = [str(file.path.absolute().parent) for file in report.files]
    try:
        return os.path.commonpath(paths) + os.sep if paths else ""
    except ValueError:  # on different drives
        return ""


def _all_sections(report: ImportReport) -> list[Section]:
    files = report.files
    return [
        Section("Not imported", [line for file in report.failed for line in _faults(file)]),
        Section(
            "Duplicates, not added",
            [f"{d.article} has the text of {d.of}" for file in files for d in file.duplicates],
        ),
        Section(
            "Near duplicates, added and flagged",
            [
                f"{t.article} is {t.share:.0%} the same as {t.of}"
                for file in files
                for t in file.near_duplicates
            ],
        ),
        Section("Not taken from the files", _left_out(files)),
        Section("Passed over, in no known format", [str(path) for path in report.passed_over]),
        Section("Read in an encoding that was guessed or declared", _encodings(files)),
        Section("Imported", _successes(files)),
    ]


def as_text(report: ImportReport) -> str:
    """Return the whole report as plain text."""
    parts = [summary(report)]
    for title, lines in sections(report):
        parts.append("\n".join([f"{title} ({len(lines):,})", *(f"  {line}" for line in lines)]))
    return "\n\n".join(parts) + "\n"


def listed(counts: "Counter[str]") -> str:
    """Return the counts as text: `images (2), tables (1)`."""
    return ", ".join(f"{what} ({count:,})" for what, count in counts.items())


def counted(number: int, word: str) -> str:
    """Return the number with the noun: `1 article`, `2 articles`."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def _faults(file: FileReport) -> list[str]:
    """Return the file's error, or one line for each fault if there are several."""
    if len(file.faults) < 2:
        return [without_options(str(file.error))]
    return [without_options(f"{file.path}: {fault}") for fault in file.faults]


def _left_out(files: Iterable[FileReport]) -> list[str]:
    counts = [f"{file.path}: {listed(file.left_out)}" for file in files if file.left_out]
    return counts + [f"{file.path}: {remark}" for file in files for remark in file.remarks]


def _encodings(files: Iterable[FileReport]) -> list[str]:
    usual = (None, "utf-8", "utf-8-sig")
    return [f"{file.path}: {file.encoding}" for file in files if file.encoding not in usual]


def _successes(files: Iterable[FileReport]) -> list[str]:
    lines = []
    for file in files:
        parts = [counted(file.articles, "article")] if file.articles else []
        parts += [counted(file.annotations, "annotation")] if file.annotations else []
        if parts:
            lines.append(f"{file.path}: {' and '.join(parts)}")
    return lines
