"""The label schemes that travel with the program, and schemes from files."""

from pathlib import Path

from annotator.core.scheme import Scheme, SchemeError, scheme_from_json
from annotator.resources import resource


def preset_names() -> list[str]:
    """The names of the schemes that travel with the program."""
    return sorted(path.stem for path in resource("resources", "schemes").glob("*.json"))


def find_scheme(name: str) -> Scheme:
    """The preset called `name`, or else the scheme in the file `name`.

    Raises SchemeError if there is neither, or the file holds no scheme.
    """
    is_preset = name in preset_names()
    path = resource("resources", "schemes", f"{name}.json") if is_preset else Path(name)
    try:
        return scheme_from_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        known = ", ".join(preset_names())
        raise SchemeError(f"there is no scheme and no file {name!r}; known are {known}") from None
    except UnicodeDecodeError as error:
        raise SchemeError(f"{name}: this is no scheme; a scheme is a JSON file") from error
    except SchemeError as error:
        raise SchemeError(f"{name}: {error}") from error
