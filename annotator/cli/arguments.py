"""The arguments of all commands, and the functions that run them."""

import argparse
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Final, NoReturn, TypeAlias

from annotator import __version__
from annotator.cli import (
    UsageError,
    backup_commands,
    blind_test,
    commands,
    export,
    relabel,
    review_arguments,
    statistics,
    suggest,
    trash_commands,
    wordlists,
)
from annotator.cli.output import CommandOutput, show
from annotator.core.models import STATUSES

_SIZE: Final = (1440, 900)
COLUMNS: Final = {  # fields of formats.Columns, with the options that set them
    "text": "text",
    "title": "title",
    "published": "date",
    "id": "id",
    "source": "source",
    "url": "url",
    "language": "language",
}
_UNITS: Final = ("code-points", "utf-16", "utf-8")  # the values of formats.Unit

_ABOUT: Final = """\
Annotate entities and quotes in news articles.

annotator            opens the window on the last project
annotator PROJECT    opens it on that one"""


@dataclass(frozen=True, slots=True)
class Request:
    """A parsed command line."""

    answer: Callable[[Namespace], CommandOutput | int]
    values: Namespace

    def run(self) -> int:
        """Run the command, print its answer and return the exit code."""
        answer = self.answer(self.values)
        return answer if isinstance(answer, int) else show(answer, as_json=self.values.json)


class _Parser(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see: {self.prog} --help")


def read_arguments(arguments: Sequence[str]) -> Request:
    """Parse a command line; `--help` and `--version` exit.

    Raises:
        UsageError: The command line cannot be parsed.
    """
    values = make_parser().parse_args(arguments)
    return Request(values.answer, values)


@cache  # it never changes, and takes longer to make than most commands to run
def make_parser() -> ArgumentParser:
    """Return the parser of all commands."""
    parser = _Parser(
        prog="annotator",
        description=_ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"annotator {__version__}")
    add = parser.add_subparsers(metavar="COMMAND", required=True, help="one of those below")
    for declare in (_new, _import, _export, _formats, _check, _stats, _schema, _screenshot):
        declare(add)
    _example(add)
    _suggest(add)
    _key(add)
    _blind(add)
    _lexicon(add)
    _train(add)
    _evaluate(add)
    _relabel(add)
    review_arguments.declare(partial(_project_command, add))
    backup_commands.declare(partial(_project_command, add))
    trash_commands.declare(partial(_project_command, add))
    # argparse would break the line after such long names.
    table = (f"  {name:<12}{command.description}" for name, command in add.choices.items())
    parser.epilog = "\n".join(("commands (each has --help and --json):", *table))
    return parser


_Commands: TypeAlias = "argparse._SubParsersAction[_Parser]"


def _command(
    add: "_Commands",
    name: str,
    answer: Callable[[Namespace], CommandOutput | int],
    description: str,
) -> _Parser:
    parser = add.add_parser(name, description=description, allow_abbrev=False)
    parser.add_argument("--json", action="store_true", help="answer with one JSON object")
    parser.set_defaults(answer=answer)
    return parser


def _project_command(
    add: "_Commands",
    name: str,
    answer: Callable[[Namespace], CommandOutput | int],
    description: str,
) -> _Parser:
    parser = _command(add, name, answer, description)
    _project(parser)
    return parser


def _project(parser: ArgumentParser) -> None:
    parser.add_argument("project", metavar="PROJECT", type=Path, help="the project's file")


def _new(add: "_Commands") -> None:
    parser = _command(add, "new", commands.new, "make a project")
    _project(parser)
    parser.add_argument(
        "--scheme", default="news", metavar="NAME|FILE", help="its labels (default: news)"
    )


def _import(add: "_Commands") -> None:
    description = "add articles and annotations; each file whole or not at all"
    parser = _command(add, "import", commands.import_, description)
    _project(parser)
    parser.add_argument(
        "files", metavar="FILE", nargs="+", type=Path, help="files, folders and zip files of them"
    )
    parser.add_argument("--format", metavar="F", help="instead of what name and content tell")
    parser.add_argument(
        "--as", dest="annotator", metavar="NAME", help="whose annotations these are"
    )
    parser.add_argument("--offsets", choices=_UNITS, help="what the file's offsets count")
    parser.add_argument(
        "--replace",
        action="store_true",
        help="take the file's where the project has it differently",
    )
    columns = parser.add_argument_group(
        "columns of CSV, TSV and JSONL", "where they do not have their usual names"
    )
    for part, option in COLUMNS.items():
        columns.add_argument(f"--{option}", dest=f"column_{part}", metavar="COLUMN")


def _export(add: "_Commands") -> None:
    parser = _command(add, "export", export.export, "write annotations to a file")
    _project(parser)
    parser.add_argument("out", metavar="OUT", type=Path)
    parser.add_argument("--format", metavar="F", required=True, help="see: annotator formats")
    annotators = parser.add_mutually_exclusive_group()
    annotators.add_argument(
        "--annotator", metavar="A", nargs="+", action="extend", help="only these people's"
    )
    annotators.add_argument("--gold", action="store_true", help="only the adjudicated annotations")
    parser.add_argument(
        "--status", choices=STATUSES, action="append", help="only annotations in this status"
    )
    parser.add_argument(
        "--no-empty", action="store_true", help="no unfinished annotations that hold nothing"
    )
    parser.add_argument("--force", action="store_true", help="replace a file that exists")
    parser.add_argument(
        "--option", metavar="NAME=VALUE", type=_pair, action="append", default=[],
        help="of the format; see: annotator formats",
    )  # fmt: skip
    parser.add_argument(
        "--label", metavar="OLD=NEW", type=_pair, action="append", default=[], dest="labels",
        help="another name for a label; OLD= leaves its entities out",
    )  # fmt: skip
    parser.add_argument("--split", metavar="80/10/10", help="train, dev and test, by article")
    parser.add_argument("--seed", type=int, default=0, help="of the split's chance")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be lost")


def _formats(add: "_Commands") -> None:
    _command(add, "formats", export.formats, "list the formats and what each one loses")


def _check(add: "_Commands") -> None:
    parser = _project_command(add, "check", commands.check, "verify every text and span")
    parser.add_argument("--mend", action="store_true", help="make indexes anew first")


def _stats(add: "_Commands") -> None:
    description = "count articles, annotations and labels, by day and time"
    parser = _command(add, "stats", statistics.stats, description)
    _project(parser)
    parser.add_argument("--csv", metavar="OUT.csv", type=Path, help="also as a table")


def _schema(add: "_Commands") -> None:
    _command(add, "schema", commands.schema, "print the JSON Schema of native JSONL")


def _screenshot(add: "_Commands") -> None:
    description = "draw the window as a picture; needs no display"
    parser = _command(add, "screenshot", commands.screenshot, description)
    _project(parser)
    parser.add_argument("out", metavar="OUT.png", type=Path)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--size", type=_size, default=_SIZE, metavar="WxH", help="in pixels")
    parser.add_argument("--article", metavar="ID", help="the article to show")


def _example(add: "_Commands") -> None:
    description = "make the example project, if it is not there, and open it"
    parser = _command(add, "example", commands.example, description)
    parser.add_argument("project", metavar="PROJECT", type=Path, nargs="?")
    parser.add_argument("--screenshot", metavar="OUT.png", type=Path, help="a picture instead")


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not name or not sign:
        raise ArgumentTypeError(f"{text!r} is not of the form NAME=VALUE")
    return name, value


def _relabel(add: "_Commands") -> None:
    description = "give entities another label, one undoable edit for each article"
    parser = _command(add, "relabel", relabel.relabel, description)
    parser.add_argument("project", metavar="PROJECT", type=Path, help="the project's file")
    parser.add_argument("old", metavar="OLD", help="the label to replace")
    parser.add_argument("new", metavar="NEW", help="a label of the scheme")
    parser.add_argument(
        "--as", dest="name", metavar="NAME", required=True, help="whose annotations to change"
    )
    parser.add_argument(
        "--only", metavar="WORDS", help="only entities with these words in the name"
    )
    parser.add_argument("--dry-run", action="store_true", help="only say what would change")


def _evaluate(add: "_Commands") -> None:
    description = "measure a suggester against annotated articles"
    parser = _command(add, "evaluate", suggest.evaluate, description)
    parser.add_argument("gold", metavar="GOLD.jsonl", type=Path, help="native JSONL")
    parser.add_argument(
        "--suggester",
        default="rules",
        metavar="S",
        help="rules, spacy:PIPELINE, endpoint, or a project that was trained",
    )
    _endpoint(parser)


def _suggest(add: "_Commands") -> None:
    parser = _project_command(add, "suggest", suggest.suggest, "write suggestions")
    known = (
        "rules, spacy:PIPELINE, endpoint, or a project that was trained "
        "(default: what this project was trained to)"
    )
    parser.add_argument("--suggester", metavar="S", help=known)
    parser.add_argument("--as", dest="name", metavar="NAME", help="annotator they are kept under")
    _endpoint(parser)
    files = parser.add_argument_group("articles in files, without a project")
    files.add_argument(
        "--to", metavar="OUT.jsonl", type=Path, help="PROJECT is a file or folder of articles"
    )
    files.add_argument("--engine", choices=("processes", "dask"), help="default: processes")
    files.add_argument("--cluster", metavar="ADDRESS", help="of a Dask scheduler that runs")


def _endpoint(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("an OpenAI-compatible endpoint (--suggester endpoint)")
    usual = "default: what was chosen in the window"
    group.add_argument("--url", metavar="URL", help=f"such as http://localhost:8080/v1; {usual}")
    group.add_argument("--model", metavar="NAME", help=f"the model to ask there; {usual}")
    group.add_argument(
        "--send-texts", action="store_true", help="yes, send the articles' texts to that address"
    )


def _key(add: "_Commands") -> None:
    parser = _command(add, "key", suggest.key, "keep an endpoint's key in the system's keyring")
    parser.add_argument("url", metavar="URL", help="the endpoint's address; the key comes by stdin")
    parser.add_argument("--forget", action="store_true", help="remove it from the keyring")


def _blind(add: "_Commands") -> None:
    description = "hold suggestions back in a share of the articles, to see what they change"
    parser = _project_command(add, "blind", blind_test.blind, description)
    parser.add_argument(
        "--share", type=float, metavar="PERCENT", help="0 to 100; 0 ends it (default: only say it)"
    )


def _lexicon(add: "_Commands") -> None:
    description = "show and change the words by which suggestions find quotes and names"
    parser = _project_command(add, "lexicon", wordlists.lexicon, description)
    parser.add_argument("operation", choices=("list", "add", "remove"))
    parser.add_argument("words", metavar="WORD", nargs="*", help="each form of a verb by itself")
    parser.add_argument("--language", default="en", metavar="L", help="by code (default: en)")
    parser.add_argument(
        "--list", choices=("verbs", "nouns", "titles"), default="verbs",
        help="verbs and nouns of speech, or titles of people (default: verbs)",
    )  # fmt: skip


def _train(add: "_Commands") -> None:
    parser = _project_command(add, "train", suggest.train, "train suggestions on the done articles")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="learn from the newest articles and some older ones, in about a minute",
    )


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise ArgumentTypeError(f"{text!r} is no size such as 1440x900")
    size = int(width), int(height)
    if not all(100 <= side <= 10_000 for side in size):
        raise ArgumentTypeError("a side has 100 to 10000 pixels")
    return size
