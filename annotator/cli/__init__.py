"""The command line: opens the window or runs a command, and prints errors as one line.

Opening the window on a project is the most frequent use and the user waits for it, so `main` does
that before anything else is imported; a test lists what it may import.
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
    """A command line that cannot be parsed."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run `annotator` with these arguments (default: the process's) and return its exit code.

    Errors that are caused by the user, a file or a full disk are never raised: they are printed as
    one line on stderr.
    """
    arguments = sys.argv[1:] if argv is None else list(argv)
    _escape_unencodable_output()
    try:
        code = _run(arguments)
        if sys.stdout is not None:  # it is None for the command without a console of Windows
            sys.stdout.flush()
    except SystemExit as stop:  # argparse, having printed its help
        return stop.code if isinstance(stop.code, int) else AT_FAULT
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return _output_closed()
    except Exception as error:
        return _report_error(error)
    return code


def _report_error(error: Exception) -> int:
    """Print the error as one line on stderr and return the exit code."""
    if isinstance(error, UsageError):
        return _print_error(str(error), USAGE)
    if isinstance(error, AnnotatorError):
        return _print_error(str(error), AT_FAULT)
    if isinstance(error, OSError):
        return _print_error(_os_error_message(error), AT_FAULT)
    return _report_bug(error)


def _run(arguments: list[str]) -> int:
    if not arguments:
        return open_window(None)
    if len(arguments) == 1 and not arguments[0].startswith("-") and arguments[0] not in COMMANDS:
        return open_window(_project_at(arguments[0]))
    from annotator.cli.arguments import read_arguments

    if not os.environ.get(DEBUG):
        _silence_logging()
    return read_arguments(arguments).run()


def _silence_logging() -> None:
    """Keep log messages, which are meant for developers, from being printed on stderr."""
    import logging

    logger = logging.getLogger("annotator")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())


def _project_at(name: str) -> Path:
    path = Path(name)
    if path.exists():
        return path
    if path.suffix or path.name != name:
        raise AnnotatorError(f"there is no project {name}; make it with: annotator new {name}")
    raise UsageError(f"there is no command and no project {name!r}; see: annotator --help")


def open_window(project: Path | None) -> int:
    """Open the window on a project (None: the last one) and return its exit code when it closes.

    Raises:
        AnnotatorError: There is no display.
    """
    if display_is_missing():
        raise AnnotatorError(
            "there is no display to open the window on; annotator screenshot draws it as a "
            "picture without one, and QT_QPA_PLATFORM=vnc serves it to a VNC viewer"
        )
    from annotator.ui import app

    return app.open_window(project)


def display_is_missing() -> bool:
    """Return whether Qt would find no display.

    That is so on Linux if neither X, nor Wayland, nor a Qt platform is set in the environment.
    """
    if not sys.platform.startswith("linux"):
        return False
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return not any(os.environ.get(name) for name in names)


def _print_error(message: str, code: int) -> int:
    line = " ".join(message.split())
    print(f"annotator: {line}", file=sys.stderr)
    return code


def _os_error_message(error: OSError) -> str:
    why = error.strerror or str(error) or type(error).__name__
    if error.filename is None:
        return f"{why}; free what it needs and try again"
    return f"{error.filename}: {why}; check the path and your rights to it"


def _report_bug(error: Exception) -> int:
    if os.environ.get(DEBUG):
        raise error
    what = f"{type(error).__name__}: {error}"
    return _print_error(
        f"this is a bug in annotator ({what}); run it again with {DEBUG}=1 and report what it says",
        AT_FAULT,
    )


def _output_closed() -> int:
    """Return the exit code for `annotator … | head`, which has read enough of the output."""
    # Python flushes stdout again at exit, which would fail again.
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return DONE


def _escape_unencodable_output() -> None:
    """Escape what the terminal cannot encode: titles can be in any script."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
