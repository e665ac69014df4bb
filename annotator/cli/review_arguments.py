"""The arguments of the review commands."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotator.cli import review_commands as commands
from annotator.core.models import STATUSES

if TYPE_CHECKING:
    from argparse import ArgumentParser

Command = Callable[[str, Callable[..., Any], str], "ArgumentParser"]
"""Adds a command by name, function and description, with the arguments --json and PROJECT."""


def declare(command: Command) -> None:
    """Add the review commands."""
    _merge(command)
    _assign(command)
    _backup(command)
    _compare(command)
    _agreement(command)
    _adjudicate(command)
    _history(command)
    _restore(command)


def _merge(command: Command) -> None:
    description = "bring in other people's annotations; nothing is overwritten"
    parser = command("merge", commands.merge, description)
    parser.add_argument(
        "others", metavar="OTHER", nargs="+", type=Path, help="projects or native JSONL files"
    )
    parser.add_argument(
        "--new-articles", action="store_true", help="take articles in that are not here yet"
    )


def _assign(command: Command) -> None:
    description = "hand articles out: a project file for each annotator"
    parser = command("assign", commands.assign, description)
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="where the files go")
    parser.add_argument("--to", metavar="NAME", nargs="+", required=True, help="the annotators")
    parser.add_argument("--each", metavar="N", type=int, default=0, help="articles of their own")
    parser.add_argument(
        "--everybody", metavar="N", type=int, default=0, help="articles that all of them get"
    )
    parser.add_argument("--articles", metavar="ID", nargs="+", help="only these articles")


def _backup(command: Command) -> None:
    parser = command("backup", commands.backup, "make a verified copy, even while it is open")
    parser.add_argument("out", metavar="OUT", type=Path, nargs="?", help="a new file or a folder")


def _compare(command: Command) -> None:
    description = "say in words in what annotators differ"
    parser = command("compare", commands.compare, description)
    parser.add_argument("first", metavar="A")
    parser.add_argument("second", metavar="B")
    parser.add_argument("more", metavar="C", nargs="*", help="any number of annotators")
    parser.add_argument("--article", metavar="ID", help="only this article")


def _agreement(command: Command) -> None:
    description = "measure how much annotators agree, by label and by part of quotes"
    parser = command("agreement", commands.agreement, description)
    parser.add_argument(
        "--annotator", metavar="A", nargs="+", action="extend", help="only these people"
    )
    parser.add_argument(
        "--status", choices=STATUSES, action="append", help="only annotations in this status"
    )
    parser.add_argument(
        "--samples", metavar="N", type=int, default=300, help="bootstrap samples (default: 300)"
    )
    parser.add_argument(
        "--gamma", action="store_true", help="γ as well: a second for each article, and an extra"
    )
    parser.add_argument("--out", metavar="FILE", type=Path, help="a report: .html or .csv")


def _adjudicate(command: Command) -> None:
    description = "make gold of what annotators agree on; the rest is decided in the window"
    parser = command("adjudicate", commands.adjudicate, description)
    parser.add_argument(
        "--rule", default="all", metavar="R", help="all, majority, or a share such as 75%% (all)"
    )
    parser.add_argument(
        "--annotator", metavar="A", nargs="+", action="extend", help="only these people"
    )
    parser.add_argument("--by", metavar="NAME", help="who decides (default: your login name)")


def _history(command: Command) -> None:
    description = "say who changed what when, and how long each article took"
    parser = command("history", commands.history, description)
    parser.add_argument("--annotator", metavar="A", help="only this person")
    parser.add_argument("--article", metavar="ID", help="only this article, with every edit")


def _restore(command: Command) -> None:
    description = "go back to a version that merging kept; see: annotator history"
    parser = command("restore", commands.restore, description)
    parser.add_argument("version", metavar="VERSION", help="the first letters of its name")
    parser.add_argument("--article", metavar="ID", required=True)
    parser.add_argument("--annotator", metavar="A", required=True)
