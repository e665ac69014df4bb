"""What is changed, and the tests that should notice."""

from pathlib import Path
from typing import Final

import annotator

ROOT: Final = Path(annotator.__file__).resolve().parent.parent

_CORE: Final = ("annotator/core/edits/*.py", "annotator/core/annotation.py",
                "annotator/core/versions.py")  # fmt: skip
_WRITERS: Final = tuple(
    f"annotator/formats/{name}.py"
    for name in (
        "brat", "conll", "doccano", "graph", "html", "instruct", "labelstudio", "native",
        "prodigy", "table_writer", "tei", "text", "tokens", "uima", "offset_units", "w3c",
    )
)  # fmt: skip
PARTS: Final = {"store": ("annotator/store/*.py",), "core": _CORE, "formats": _WRITERS}
"""The modules of each part, by glob patterns."""

TESTS: Final = ("tests/core", "tests/store", "tests/formats", "tests/services", "tests/cli",
                "tests/suggest/test_suggesting.py",
                "tests/test_import_command.py", "tests/test_review_cli.py")  # fmt: skip
"""Left out are the tests of the window, and those that kill programs or put load on them."""
LEFT_OUT: Final = (  # and the readers of articles, which are not changed
    "tests/cli/test_process.py",
    "tests/core/agreement",
    *(
        f"tests/formats/articles/test_{name}.py"
        for name in ("documents", "golden", "hostile", "page", "streams", "tables")
    ),
    "tests/formats/test_clients.py",
    "tests/formats/test_fuzzed.py",
    "tests/formats/test_restructured.py",
    "tests/store/test_crash.py",
    "tests/store/test_killed.py",
    "tests/store/test_two_processes.py",
    "tests/services/test_isolation.py",
    "tests/services/test_models_of_others.py",
)


def modules(only: str = "") -> list[str]:
    """The modules that are changed, those with this in their path."""
    found = {
        path.relative_to(ROOT).as_posix()
        for patterns in PARTS.values()
        for pattern in patterns
        for path in ROOT.glob(pattern)
    }
    return sorted(module for module in found if only in module)
