"""Where the files that travel with the program lie."""

from pathlib import Path


def resource(*parts: str) -> Path:
    """The path of a shipped file, e.g. `resource("resources", "schemes", "news.json")`.

    The folders `resources` and `seeds` lie inside the package in a wheel, beside it in a checkout.
    """
    package = Path(__file__).resolve().parent
    inside = package.joinpath(*parts)
    return inside if inside.exists() else package.parent.joinpath(*parts)
