"""The schemes that come with the program, and schemes in files."""

from pathlib import Path

from annotator.core.message import message, verbatim
from annotator.core.scheme import Scheme, SchemeError, scheme_from_json, scheme_to_text
from annotator.files import read_text
from annotator.resources import resource
from annotator.services.atomic_output import atomic_file


def preset_names() -> list[str]:
    """Return the names of the schemes that come with the program, sorted."""
    return sorted(path.stem for path in resource("resources", "schemes").glob("*.json"))


def find_scheme(name: str) -> Scheme:
    """Return the preset called `name`, or else the scheme in the file `name`.

    A scheme without guidelines gets those of a Markdown file with the same name beside it.
    Raises SchemeError if there is neither preset nor file, or the file is not a scheme.
    """
    is_preset = name in preset_names()
    path = resource("resources", "schemes", f"{name}.json") if is_preset else Path(name)
    try:
        scheme = scheme_from_json(read_text(path))
        return scheme if scheme.guidelines else scheme._replace(guidelines=_guidelines_beside(path))
    except FileNotFoundError:
        known = ", ".join(preset_names())
        raise SchemeError(
            verbatim(f"there is no scheme and no file {name!r}; known are {known}")
        ) from None
    except UnicodeDecodeError as error:
        raise SchemeError(
            verbatim(f"{name}: this is no scheme; a scheme is a JSON file")
        ) from error
    except SchemeError as error:
        raise SchemeError(message("{1}: {2}", name, error.message)) from error


def write_scheme(scheme: Scheme, path: Path) -> None:
    """Write the scheme to a file from which `find_scheme` reads an equal one. Raises OSError."""
    with atomic_file(path) as part:
        part.write_text(scheme_to_text(scheme), encoding="utf-8")


def _guidelines_beside(path: Path) -> str:
    guidelines = path.with_suffix(".md")
    if guidelines == path or not guidelines.is_file():
        return ""
    return read_text(guidelines)
