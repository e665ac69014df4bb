"""Functions of the basic commands: they take arguments and return an answer; services do the work.

Each command imports what it needs when it runs, so that no command waits for the libraries of
another.
"""

import os
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.cli import display_is_missing, open_window
from annotator.cli.output import CommandOutput, counted, progress_bar
from annotator.core.errors import AnnotatorError

if TYPE_CHECKING:
    from annotator.store import Project


def new(args: Namespace) -> CommandOutput:
    from annotator.services.presets import find_scheme
    from annotator.store import Project

    scheme = find_scheme(args.scheme)
    Project.create(args.project, scheme).close()
    message = f"made {args.project} with the scheme {scheme.name}"
    return CommandOutput((message,), {"project": str(args.project), "scheme": scheme.name})


def import_(args: Namespace) -> CommandOutput:
    from annotator.cli.import_output import import_answer
    from annotator.formats import Columns, Unit
    from annotator.formats.columns import PARTS
    from annotator.services.importing import import_files

    columns = Columns(**{part: getattr(args, f"column_{part}") for part in PARTS})
    with opened(args.project) as project, progress_bar() as progress:
        report = import_files(
            project,
            args.files,
            format=args.format,
            annotator=args.annotator,
            offsets=Unit(args.offsets) if args.offsets else None,
            columns=columns if columns.chosen() else None,
            replace=args.replace,
            progress=progress,
        )
    return import_answer(report)


def check(args: Namespace) -> CommandOutput:
    from annotator.services.project_check import check_project

    with opened(args.project) if args.mend else opened_to_read(args.project) as project:
        if args.mend:
            project.mend()
        problems = check_project(project)
    rows = [{"article": one.article, "words": one.sentence, "mend": one.mend} for one in problems]
    if not problems:
        line = f"{args.project}: every text and every span is as it should be"
        return CommandOutput((line,), {"ok": True, "problems": rows})
    lines = tuple(f"{one.article or args.project}: {one.sentence}; {one.mend}" for one in problems)
    found = f"{args.project}: {counted(len(problems), 'problem')} found; each says how to mend it"
    return CommandOutput(lines, {"ok": False, "problems": rows}, 1, (found,))


def schema(_args: Namespace) -> CommandOutput:
    import json

    from annotator.core.native_schema import json_schema

    made = json_schema()
    return CommandOutput((json.dumps(made, indent=2, ensure_ascii=False),), made)


def screenshot(args: Namespace) -> CommandOutput:
    return _make_screenshot(args.project, args.out, args.dark, args.size, args.article)


def example(args: Namespace) -> CommandOutput | int:
    from annotator.services.example import example_location, make_example
    from annotator.services.user import annotator_name

    path: Path = args.project or example_location()
    made = not path.exists()
    if made:
        make_example(path, annotator_name())
    if args.screenshot:
        return _make_screenshot(path, args.screenshot)
    message = f"made {path}" if made else f"{path} is there already"
    if args.json:
        return CommandOutput((message,), {"project": str(path), "made": made})
    print(message, flush=True)
    return open_window(path)


def _make_screenshot(
    project: Path,
    out: Path,
    dark: bool = False,
    size: tuple[int, int] = (1440, 900),
    article: str | None = None,
) -> CommandOutput:
    _check_exists(project)
    if display_is_missing():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from annotator.ui.screenshot import take_screenshot

    take_screenshot(project, out, dark=dark, size=size, article=article)
    return CommandOutput((f"wrote {out}",), {"project": str(project), "picture": str(out)})


def opened(path: Path) -> "Project":
    """Return the project opened for writing.

    Raises:
        StoreError: It cannot be opened.
    """
    from annotator.store import Project

    _check_exists(path)
    project = Project.open(path)
    if project.file.retired_log is not None:
        print(
            f"annotator: the log beside {path} belonged to another state of it; "
            f"it is kept as {project.file.retired_log}",
            file=sys.stderr,
        )
    return project


def opened_to_read(path: Path) -> "Project":
    """Return the project, read-only if it cannot be written."""
    from annotator.store import Project, ProjectReadOnly

    try:
        return opened(path)
    except ProjectReadOnly:
        return Project.open(path, read_only=True)


def _check_exists(path: Path) -> None:
    if not path.exists():
        raise AnnotatorError(f"there is no project {path}; make it with: annotator new {path}")
