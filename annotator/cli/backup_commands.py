"""The commands of automatic backups: listing them, and reverting to one."""

from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotator.cli.commands import opened_to_read
from annotator.cli.output import CommandOutput, counted, sized
from annotator.cli.review_arguments import Command

if TYPE_CHECKING:
    from annotator.services.backups import Backup, BackupComparison, BackupFacts, Difference
    from annotator.store import AnnotationDigest, Project


def declare(command: Command) -> None:
    """Add the backup commands."""
    parser = command("backups", backups, "list the backups, and what is different now")
    _folder(parser)
    parser.add_argument("--now", action="store_true", help="make one first")
    parser.add_argument(
        "--list", action="store_true", help="only list them, without reading each of them"
    )
    parser = command("revert", revert, "go back to a backup; the present state is kept as another")
    parser.add_argument("backup", metavar="BACKUP", help="a file, or the beginning of its date")
    _folder(parser)
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--dry-run", action="store_true", help="only say what would be different")
    choice.add_argument(
        "--to", type=Path, metavar="FILE", help="make a new project of it, and change nothing else"
    )


def _folder(parser: Any) -> None:
    parser.add_argument(
        "--folder", type=Path, help="where they are, if not in the data folder of this user"
    )


def backups(args: Namespace) -> CommandOutput:
    from annotator.services.backups import back_up, backup_folder, backup_sizes, list_backups

    folder = backup_folder(args.project, args.folder)
    lines, rows = [], []
    with opened_to_read(args.project) as project:
        if args.now:
            back_up(project, folder, datetime.now(UTC))
        sizes = backup_sizes(args.project, folder)
        for one in list_backups(args.project, folder):
            facts = sizes.facts.get(one.path)
            if facts is None:  # it was made, or has gone, in between
                continue
            text, data = _listed(facts) if args.list else _read(project, one.path)
            lines.append(f"{_stamp(one)}: {text}, {sized(facts.added)}")
            made = {"file": str(one.path), "made": one.made.isoformat(), "bytes": facts.added}
            rows.append({**made, **data})
    total = f", {sized(sizes.total)}," if rows else ""
    line = f"{counted(len(rows), 'backup')}{total} in {folder}"
    return CommandOutput((*lines, line), {"backups": rows, "bytes": sizes.total})


def _listed(facts: "BackupFacts") -> tuple[str, dict[str, Any]]:
    """Return what is known of a backup without reading it, for people and for programs."""
    if facts.problem is not None:
        return str(facts.problem), {"error": str(facts.problem)}
    if facts.manifest is None:
        return "a whole copy", {}
    held = facts.manifest.model_dump(include={"articles", "mentions", "quotes", "trash"})
    text = ", ".join(counted(held[f"{name}s"], name) for name in ("article", "mention", "quote"))
    return text, held


def _read(project: "Project", backup: Path) -> tuple[str, dict[str, Any]]:
    """Return what the backup holds and what is different, for people and for programs."""
    from annotator.core.errors import AnnotatorError
    from annotator.services.backups import contents

    try:
        found = contents(project, backup)
    except AnnotatorError as error:
        return str(error), {"error": str(error)}
    return _summary(found), _data(found)


def revert(args: Namespace) -> CommandOutput:
    from annotator.services.backups import (
        backup_folder,
        contents,
        find_backup,
        restore_backup,
        save_backup_as,
    )

    folder = backup_folder(args.project, args.folder)
    backup = find_backup(args.project, folder, args.backup)
    if args.to is not None:
        out = save_backup_as(backup, args.to)
        return CommandOutput((f"{out} is a project with what was in {backup}",), {"out": str(out)})
    if args.dry_run:
        with opened_to_read(args.project) as project:
            found = contents(project, backup)
        lines = (f"{backup}: {_summary(found)}", *map(_difference, found.differences))
        return CommandOutput(lines, {"file": str(backup), **_data(found)})
    kept = restore_backup(args.project, backup, folder, datetime.now(UTC))
    line = f"{args.project} is again what it was in {backup}"
    message = f"{line}; what it was before is in {kept}" if kept else line
    return CommandOutput((message,), {"file": str(backup), "kept": str(kept) if kept else None})


def _stamp(backup: "Backup") -> str:
    return backup.path.stem.rpartition("@")[2]


def _summary(found: "BackupComparison") -> str:
    differing = len(found.differences)
    now = "as now" if not differing else f"{counted(differing, 'annotation')} different now"
    return (
        f"{counted(found.articles, 'article')}, {counted(found.mentions, 'mention')}, "
        f"{counted(found.quotes, 'quote')}{_trash(found)}; {now}"
    )


def _trash(found: "BackupComparison") -> str:
    return f", {found.trash:,} in the trash" if found.trash else ""


def _difference(one: "Difference") -> str:
    now = "in the trash" if one.trashed else _work(one.now)
    return f"  {one.annotator} on {one.article}: {_work(one.then)}; now {now}"


def _work(work: "AnnotationDigest | None") -> str:
    if work is None:
        return "nothing"
    mentions, quotes = counted(work.mentions, "mention"), counted(work.quotes, "quote")
    return f"{work.status}, {mentions}, {quotes}"


def _data(found: "BackupComparison") -> dict[str, Any]:
    return {
        "articles": found.articles,
        "articles_now": found.articles_now,
        "mentions": found.mentions,
        "quotes": found.quotes,
        "trash": found.trash,
        "trash_now": found.trash_now,
        "differences": [
            {
                "article": one.article,
                "annotator": one.annotator,
                "then": one.then and one.then._asdict(),
                "now": one.now and one.now._asdict(),
                "trashed": one.trashed,
            }
            for one in found.differences
        ],
    }
