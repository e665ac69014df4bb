"""The paths of the files that are shipped with the program."""

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """Return the path of a shipped file, e.g. `resource("resources", "schemes", "news.json")`.

    The folders `resources` and `seeds` are inside the package in a wheel, beside it in a checkout.
    """
    inside = _PACKAGE.joinpath(*parts)
    return inside if inside.exists() else _PACKAGE.parent.joinpath(*parts)
