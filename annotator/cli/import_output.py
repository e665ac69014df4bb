"""The answer of `annotator import`: one line for each file, and all of it as JSON."""

from typing import TYPE_CHECKING, Any, Final

from annotator.cli.output import CommandOutput, counted

if TYPE_CHECKING:
    from annotator.services.importing import FileReport, ImportReport

_MAX_LISTED: Final = 5


def import_answer(report: "ImportReport") -> CommandOutput:
    """Return the answer for an import; its exit code is 1 if a file has an error."""
    lines = [line for file in report.files if file.error is None for line in _lines(file)]
    if report.passed_over:
        lines.append(f"{counted(len(report.passed_over), 'file')} in no known format passed over")
    if not report.files:
        lines.append("nothing to import was found")
    return CommandOutput(
        tuple(lines),
        {
            "files": [_row(file) for file in report.files],
            "passed_over": [str(path) for path in report.passed_over],
        },
        1 if report.failed else 0,
        tuple(str(file.error) for file in report.failed),
    )


def _lines(file: "FileReport") -> list[str]:
    from annotator.services.import_summary import listed

    parts = [
        f"{counted(file.articles, 'article')} and {counted(file.annotations, 'annotation')} added"
    ]
    if file.replaced:
        parts.append(f"{file.replaced:,} replaced")
    if file.unchanged:
        parts.append(f"{file.unchanged:,} unchanged")
    if file.duplicates:
        parts.append(f"{counted(len(file.duplicates), 'duplicate')} not added")
    if file.near_duplicates:
        parts.append(counted(len(file.near_duplicates), "near duplicate"))
    if file.kept:
        parts.append(
            f"{file.kept:,} left as the project has it, though the file differs "
            "(--replace takes the file's)"
        )
    if file.encoding not in (None, "utf-8", "utf-8-sig"):
        parts.append(f"read as {file.encoding}")
    parts += [f"left out: {remark}" for remark in file.remarks[:_MAX_LISTED]]
    if len(file.remarks) > _MAX_LISTED:
        parts.append(f"and {len(file.remarks) - _MAX_LISTED:,} more left out")
    if file.left_out:
        parts.append(f"not taken: {listed(file.left_out)}")
    lines = [f"{file.path}: {'; '.join(parts)}"]
    lines += _cut([f"  {d.article} has the text of {d.of}" for d in file.duplicates])
    lines += _cut(
        [f"  {t.article} is {t.share:.0%} the same as {t.of}" for t in file.near_duplicates]
    )
    return lines


def _cut(lines: list[str]) -> list[str]:
    more = len(lines) - _MAX_LISTED
    return [*lines[:_MAX_LISTED], f"  and {more:,} more (--json has all)"] if more > 0 else lines


def _row(file: "FileReport") -> dict[str, Any]:
    return {
        "file": str(file.path),
        "format": file.format,
        "encoding": file.encoding,
        "articles": file.articles,
        "annotations": file.annotations,
        "replaced": file.replaced,
        "unchanged": file.unchanged,
        "kept": file.kept,
        "duplicates": [{"article": d.article, "of": d.of, "line": d.line} for d in file.duplicates],
        "near_duplicates": [
            {"article": t.article, "of": t.of, "share": round(t.share, 3)}
            for t in file.near_duplicates
        ],
        "left_out": dict(file.left_out),
        "remarks": file.remarks,
        "error": str(file.error) if file.error else None,
        "faults": [{"line": fault.line, "words": str(fault.words)} for fault in file.faults],
    }
