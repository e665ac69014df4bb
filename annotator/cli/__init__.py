"""The command line: decides between window and command, and turns errors into one line.

Opening the window on a project is the most frequent use and waits for a person, so `main` goes
there before anything else is imported; see the test that lists what it may import.
"""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Final

from annotator.core.errors import AnnotatorError

COMMANDS: Final = (
    "new",
    "import",
    "export",
    "formats",
    "check",
    "stats",
    "schema",
    "screenshot",
    "example",
    "suggest",
    "key",
    "blind",
    "lexicon",
    "train",
    "evaluate",
    "relabel",
    "merge",
    "assign",
    "backup",
    "compare",
    "agreement",
    "adjudicate",
    "history",
    "restore",
    "backups",
    "revert",
    "delete",
    "trash",
)
DEBUG: Final = "ANNOTATOR_DEBUG"

DONE: Final = 0
AT_FAULT: Final = 1
USAGE: Final = 2
INTERRUPTED: Final = 130


class UsageError(AnnotatorError):
    """A command line that cannot be understood."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run `annotator` with these arguments (default: the process's) and return its exit code.

    Never raises for what a person, a file or a full disk did: that is one line on stderr.
    """
    arguments = sys.argv[1:] if argv is None else list(argv)
    _tolerate_narrow_streams()
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except SystemExit as stop:  # argparse, having printed its help
        return stop.code if isinstance(stop.code, int) else AT_FAULT
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return _reader_left()
    except Exception as error:
        return _explain(error)
    return code


def _explain(error: Exception) -> int:
    """One line on stderr, and the exit code."""
    if isinstance(error, UsageError):
        return _complain(str(error), USAGE)
    if isinstance(error, AnnotatorError):
        return _complain(str(error), AT_FAULT)
    if isinstance(error, OSError):
        return _complain(_system_words(error), AT_FAULT)
    return _confess(error)


def _run(arguments: list[str]) -> int:
    if not arguments:
        return open_window(None)
    if len(arguments) == 1 and not arguments[0].startswith("-") and arguments[0] not in COMMANDS:
        return open_window(_project_at(arguments[0]))
    from annotator.cli.arguments import read_arguments

    if not os.environ.get(DEBUG):
        _keep_tracebacks_apart()
    return read_arguments(arguments).run()


def _keep_tracebacks_apart() -> None:
    """What is logged for the makers is no answer to whoever typed a command."""
    import logging

    ours = logging.getLogger("annotator")
    if not ours.handlers:
        ours.addHandler(logging.NullHandler())


def _project_at(name: str) -> Path:
    path = Path(name)
    if path.exists():
        return path
    if path.suffix or path.name != name:
        raise AnnotatorError(f"there is no project {name}; make it with: annotator new {name}")
    raise UsageError(f"there is no command and no project {name!r}; see: annotator --help")


def open_window(project: Path | None) -> int:
    """Open the window on a project (None: the last one) and return its exit code when it closes.

    Raises AnnotatorError where there is no display.
    """
    if display_is_missing():
        raise AnnotatorError(
            "there is no display to open the window on; annotator screenshot draws it as a "
            "picture without one, and QT_QPA_PLATFORM=vnc serves it to a VNC viewer"
        )
    from annotator.ui import app

    return app.open_window(project)


def display_is_missing() -> bool:
    """Whether Qt would find no display: on Linux without X, Wayland or a platform named."""
    if not sys.platform.startswith("linux"):
        return False
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return not any(os.environ.get(name) for name in names)


def _complain(words: str, code: int) -> int:
    line = " ".join(words.split())
    print(f"annotator: {line}", file=sys.stderr)
    return code


def _system_words(error: OSError) -> str:
    why = error.strerror or str(error) or type(error).__name__
    if error.filename is None:
        return f"{why}; free what it needs and try again"
    return f"{error.filename}: {why}; check the path and your rights to it"


def _confess(error: Exception) -> int:
    if os.environ.get(DEBUG):
        raise error
    what = f"{type(error).__name__}: {error}"
    return _complain(
        f"this is a bug in annotator ({what}); run it again with {DEBUG}=1 and report what it says",
        AT_FAULT,
    )


def _reader_left() -> int:
    """`annotator … | head`: whoever read our output has seen enough."""
    # Python flushes stdout once more at exit, which would complain again.
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return DONE


def _tolerate_narrow_streams() -> None:
    """Titles in any script must not crash a terminal that lacks their characters."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
