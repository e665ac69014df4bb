"""What an import tells, in words: one sentence on all of it, and a list under headings."""

import os
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from annotator.core.errors import without_options
from annotator.services.importing import FileReport, ImportReport


class Section(NamedTuple):
    """One kind of thing to tell, and each of them in a line."""

    title: str
    lines: list[str]


def summary(report: ImportReport) -> str:
    """`Imported: 2 articles new, 1 there already.`"""
    files = report.files
    articles = sum(file.articles for file in files)
    annotations = sum(file.annotations for file in files)
    words = [f"Imported: {counted(articles, 'article')} new"]
    words += [f"{counted(annotations, 'annotation')} new"] if annotations else []
    for count, said in (
        (sum(file.unchanged for file in files), "{:,} there already"),
        (sum(file.replaced for file in files), "{:,} replaced"),
        (sum(file.kept for file in files), "{:,} kept as the project has them"),
    ):
        words += [said.format(count)] if count else []
    for count, what in (
        (sum(len(file.duplicates) for file in files), "duplicate"),
        (sum(len(file.near_duplicates) for file in files), "near duplicate"),
        (len(report.failed), "file"),
    ):
        end = {"duplicate": " left out", "file": " at fault"}.get(what, "")
        words += [f"{counted(count, what)}{end}"] if count else []
    words += ["cancelled"] if report.cancelled else []
    return ", ".join(words) + "."


def deserves_a_look(report: ImportReport) -> bool:
    """Whether an import did something that a person may not expect of it."""
    return any(file.error or file.duplicates or file.near_duplicates for file in report.files) or (
        not report.files and not report.cancelled
    )


def sections(report: ImportReport) -> list[Section]:
    """Everything there is to tell, what matters most first; files by their place in the folder
    that holds them all."""
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
    """The whole report as plain text."""
    parts = [summary(report)]
    for title, lines in sections(report):
        parts.append("\n".join([f"{title} ({len(lines):,})", *(f"  {line}" for line in lines)]))
    return "\n\n".join(parts) + "\n"


def listed(counts: "Counter[str]") -> str:
    """`images (2), tables (1)`."""
    return ", ".join(f"{what} ({count:,})" for what, count in counts.items())


def counted(number: int, word: str) -> str:
    """`1 article`, `2 articles`."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def _faults(file: FileReport) -> list[str]:
    """The file's sentence, or if it has several faults, each of them under its name."""
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
        words = [counted(file.articles, "article")] if file.articles else []
        words += [counted(file.annotations, "annotation")] if file.annotations else []
        if words:
            lines.append(f"{file.path}: {' and '.join(words)}")
    return lines
