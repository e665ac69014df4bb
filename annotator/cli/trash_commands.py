"""The commands of the trash: deleting articles, and restoring or removing deleted ones."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotator.cli import UsageError
from annotator.cli.commands import opened, opened_to_read
from annotator.cli.output import CommandOutput, counted, progress_bar
from annotator.cli.review_arguments import Command

if TYPE_CHECKING:
    from annotator.store import Project, TrashedArticle


def declare(command: Command) -> None:
    """Add the trash commands."""
    description = "move articles to the trash, with everybody's work on them"
    parser = command("delete", delete, description)
    parser.add_argument("articles", metavar="ARTICLE", nargs="+", help="the ids of the articles")
    parser.add_argument("--as", dest="name", metavar="NAME", help="who does (default: login name)")
    parser = command("trash", trash, "list deleted articles, bring them back, or let them go")
    operation = parser.add_mutually_exclusive_group()
    operation.add_argument("--restore", metavar="ID", nargs="+", help="make these what they were")
    operation.add_argument("--delete", metavar="ID", nargs="+", help="these, for good")
    operation.add_argument("--empty", action="store_true", help="everything in it, for good")
    parser.add_argument("--yes", action="store_true", help="do not ask before it is for good")
    parser.add_argument(
        "--folder", type=Path, help="for the backup made before, if not in the user's data folder"
    )


def delete(args: Namespace) -> CommandOutput:
    from annotator.services.trash import delete_articles, keys_of
    from annotator.services.user import annotator_name

    with opened(args.project) as project, progress_bar() as progress:
        keys = keys_of(project, args.articles)
        done = delete_articles(project, keys, args.name or annotator_name(), progress=progress)
    whose = f", among them the work of {', '.join(done.others)}," if done.others else ""
    line = (
        f"{counted(len(done.items), 'article')} with {counted(done.annotations, 'annotation')}"
        f"{whose} moved to the trash; annotator trash {args.project} --restore brings them back"
    )
    return CommandOutput((line,), {"deleted": _rows(done.items)})


def trash(args: Namespace) -> CommandOutput:
    if args.restore:
        return _restore(args)
    if args.delete or args.empty:
        return _delete_for_good(args)
    with opened_to_read(args.project) as project:
        items = project.trash()
    lines = [
        f"{_name(item)}: {item.title or '(no title)'}; deleted by {item.deleted_by}, "
        f"{counted(item.annotations, 'annotation')}"
        for item in items
    ]
    return CommandOutput((*lines, _trash_size(len(items))), {"trash": _rows(items)})


def _restore(args: Namespace) -> CommandOutput:
    from annotator.services.trash import numbers_of, restore_articles

    with opened(args.project) as project, progress_bar() as progress:
        done = restore_articles(project, numbers_of(project, args.restore), progress=progress)
    names = ", ".join(item.id for item in done.items)
    line = f"{counted(len(done.items), 'article')} restored: {names}"
    return CommandOutput((line,), {"restored": _rows(done.items)})


def _delete_for_good(args: Namespace) -> CommandOutput:
    from annotator.services.backups import backup_folder
    from annotator.services.trash import delete_permanently

    folder = backup_folder(args.project, args.folder)
    with opened(args.project) as project:
        numbers = _selected_numbers(project, args)
        if numbers and not args.yes and not _is_confirmed(len(numbers)):
            return CommandOutput(("nothing was deleted",), {"deleted": [], "backup": None})
        with progress_bar() as progress:
            done = delete_permanently(
                project, numbers, folder, datetime.now(UTC), progress=progress
            )
    backup = None if done.backup is None else str(done.backup)
    kept = "" if backup is None else f"; a backup from before is {backup}"
    line = f"{counted(len(done.items), 'article')} deleted for good{kept}"
    return CommandOutput((line,), {"deleted": _rows(done.items), "backup": backup})


def _selected_numbers(project: "Project", args: Namespace) -> list[int]:
    from annotator.services.trash import numbers_of

    if args.empty:
        return [item.number for item in project.trash()]
    return numbers_of(project, args.delete)


def _is_confirmed(number: int) -> bool:
    """Ask for confirmation on the terminal.

    Raises:
        UsageError: There is no terminal.
    """
    if not sys.stdin.isatty():
        raise UsageError("this deletes for good; say that you mean it with --yes")
    print(f"Delete {counted(number, 'article')} for good? [y/N] ", end="", file=sys.stderr)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _name(item: "TrashedArticle") -> str:
    from annotator.services.trash import full_name

    return full_name(item)


def _trash_size(number: int) -> str:
    return f"{counted(number, 'article')} in the trash" if number else "the trash is empty"


def _rows(items: "Sequence[TrashedArticle]") -> list[dict[str, Any]]:
    return [item._asdict() for item in items]
