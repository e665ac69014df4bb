"""The commands: arguments in, an answer for people and programs out. The work is done below.

What a command needs is imported when it runs, so that no command waits for another's libraries.
"""

import os
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotator.cli import display_is_missing, open_window
from annotator.cli.output import Answer, counted, progress_bar
from annotator.core.errors import AnnotatorError

if TYPE_CHECKING:
    from annotator.store import Project
    from annotator.work.importing import FileReport

_REMARKS = 5


def new(args: Namespace) -> Answer:
    from annotator.store import Project
    from annotator.work.presets import find_scheme

    scheme = find_scheme(args.scheme)
    Project.create(args.project, scheme).close()
    words = f"made {args.project} with the scheme {scheme.name}"
    return Answer((words,), {"project": str(args.project), "scheme": scheme.name})


def import_(args: Namespace) -> Answer:
    from annotator.formats import Unit
    from annotator.work.importing import import_files

    with opened(args.project) as project, progress_bar() as progress:
        report = import_files(
            project,
            args.files,
            format=args.format,
            annotator=args.annotator,
            offsets=Unit(args.offsets) if args.offsets else None,
            replace=args.replace,
            progress=progress,
        )
    return Answer(
        tuple(_import_line(file) for file in report.files if file.error is None),
        {"files": [_import_row(file) for file in report.files]},
        1 if report.failed else 0,
        tuple(str(file.error) for file in report.failed),
    )


def _import_line(file: "FileReport") -> str:
    parts = [
        f"{counted(file.articles, 'article')} and {counted(file.annotations, 'annotation')} added"
    ]
    if file.replaced:
        parts.append(f"{file.replaced:,} replaced")
    if file.unchanged:
        parts.append(f"{file.unchanged:,} unchanged")
    if file.kept:
        parts.append(
            f"{file.kept:,} left as the project has it, though the file differs "
            "(--replace takes the file's)"
        )
    parts += [f"left out: {remark}" for remark in file.remarks[:_REMARKS]]
    if len(file.remarks) > _REMARKS:
        parts.append(f"and {len(file.remarks) - _REMARKS:,} more left out")
    if file.encoding not in (None, "utf-8", "utf-8-sig"):
        parts.append(f"read as {file.encoding}")
    return f"{file.path}: {'; '.join(parts)}"


def _import_row(file: "FileReport") -> dict[str, Any]:
    return {
        "file": str(file.path),
        "format": file.format,
        "encoding": file.encoding,
        "articles": file.articles,
        "annotations": file.annotations,
        "replaced": file.replaced,
        "unchanged": file.unchanged,
        "kept": file.kept,
        "remarks": file.remarks,
        "error": str(file.error) if file.error else None,
        "faults": [{"line": fault.line, "words": fault.words} for fault in file.faults],
    }


def check(args: Namespace) -> Answer:
    with opened_to_read(args.project) as project:
        problems = project.check()
    rows = [{"article": problem.article, "words": problem.sentence} for problem in problems]
    if not problems:
        line = f"{args.project}: every text and every span is as it should be"
        return Answer((line,), {"ok": True, "problems": rows})
    lines = tuple(f"{problem.article or args.project}: {problem.sentence}" for problem in problems)
    found = f"{args.project}: {counted(len(problems), 'problem')} found; go back to a backup copy"
    return Answer(lines, {"ok": False, "problems": rows}, 1, (found,))


def schema(_args: Namespace) -> Answer:
    import json

    from annotator.core.record import json_schema

    made = json_schema()
    return Answer((json.dumps(made, indent=2, ensure_ascii=False),), made)


def screenshot(args: Namespace) -> Answer:
    return _picture(args.project, args.out, args.dark, args.size, args.article)


def example(args: Namespace) -> Answer | int:
    from annotator.work.example import annotator_name, example_location, make_example

    path: Path = args.project or example_location()
    made = not path.exists()
    if made:
        make_example(path, annotator_name())
    if args.screenshot:
        return _picture(path, args.screenshot)
    words = f"made {path}" if made else f"{path} is there already"
    if args.json:
        return Answer((words,), {"project": str(path), "made": made})
    print(words, flush=True)
    return open_window(path)


def _picture(
    project: Path,
    out: Path,
    dark: bool = False,
    size: tuple[int, int] = (1440, 900),
    article: str | None = None,
) -> Answer:
    _refuse_missing(project)
    if display_is_missing():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from annotator.ui.screenshot import take_screenshot

    take_screenshot(project, out, dark=dark, size=size, article=article)
    return Answer((f"wrote {out}",), {"project": str(project), "picture": str(out)})


def opened(path: Path) -> "Project":
    """The project for writing. Raises StoreError."""
    from annotator.store import Project

    _refuse_missing(path)
    return Project.open(path)


def opened_to_read(path: Path) -> "Project":
    """The project, even if it lies where nothing may be written."""
    from annotator.store import Project, ProjectReadOnly

    try:
        return opened(path)
    except ProjectReadOnly:
        return Project.open(path, read_only=True)


def _refuse_missing(path: Path) -> None:
    if not path.exists():
        raise AnnotatorError(f"there is no project {path}; make it with: annotator new {path}")
