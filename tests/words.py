"""The texts of the window and their translations: `python -m tests.words` brings both together.

babel extracts the texts from the calls of `tr`, `message` and their like. New texts come into the
.po files of `resources/translations` with nothing beside them, those that are no longer said go,
and the .mo files that the window reads are made anew. A translator fills in what is empty, with any
editor of .po files, and runs it again; until then the window shows the English.

`--check` changes nothing and lists what is not translated or not up to date; `--release` fails if
there is any.
"""

import argparse
import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

from babel import Locale
from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT: Final = Path(__file__).resolve().parent.parent
FOLDER: Final = ROOT / "resources" / "translations"
LOCALES: Final = ("de", "ar")
KEYWORDS: Final = {
    "tr": (1,),
    "tr_later": (1,),
    "message": (1,),
    "tr_count": (2, 3),
    "count_message": (2, 3),
}
"""By function: which arguments are texts; two are the forms of English by a count."""

Text = str | tuple[str, str]
"""One text, or the two forms of English by a count."""


@cache  # the code is what it is while this runs
def texts_of_the_window() -> dict[Text, set[str]]:
    """Every text that the window may translate, with the modules that it stands in."""
    found: dict[Text, set[str]] = {}
    for path in sorted((ROOT / "annotator").rglob("*.py")):
        for text in texts_in(path):
            found.setdefault(text, set()).add(_place(path))
    for text in _of_tables():
        found.setdefault(text, set()).add("tables")
    counted = {form for text in found if isinstance(text, tuple) for form in text}
    return {text: where for text, where in found.items() if text not in counted}


def texts_in(path: Path) -> Iterator[Text]:
    """The texts in the calls of one module."""
    for _line, text, _comments, _context in extract_from_file("python", path, KEYWORDS):
        yield text if isinstance(text, str) else (text[0], text[1])


def update(locale: str) -> Catalog:
    """The catalogue of this language with exactly the texts of the window."""
    old = read_catalogue(locale)
    new = _empty(locale, old)
    new.header_comment = f"# The texts of the window, in {Locale(locale).english_name}."
    by_text = {_text(message.id): message for message in old if message.id}
    for text, where in texts_of_the_window().items():
        known = by_text.get(text)
        string = known.string if known is not None else ""
        new.add(text, string or "", auto_comments=sorted(where))
    return new


def _empty(locale: str, like: Catalog) -> Catalog:
    """A catalogue without texts, with the headers that are the same each time."""
    new = Catalog(
        locale=locale,
        charset="utf-8",
        project="Annotator",
        fuzzy=False,
        creation_date=_ALWAYS,
        revision_date=_ALWAYS,
    )
    new.mime_headers = [h for h in like.mime_headers if h[0] in _KEPT_HEADERS]
    return new


_ALWAYS: Final = datetime(2026, 11, 25, tzinfo=UTC)
_PASSING_HEADERS: Final = (
    *("POT-Creation-Date", "PO-Revision-Date", "Generated-By", "Report-Msgid"),
    *("Project-Id-Version", "Last-Translator", "Language-Team"),
)
_KEPT_HEADERS: Final = ("Language", "Plural-Forms", "Content-Type")


def read_catalogue(locale: str) -> Catalog:
    """The .po file of this language."""
    with (FOLDER / f"{locale}.po").open("rb") as file:
        return read_po(file, locale=locale)


def written(catalogue: Catalog) -> bytes:
    """The catalogue as a .po file, the same bytes for the same texts."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=100, sort_output=True, ignore_obsolete=True)
    lines = buffer.getvalue().decode().split("\n")
    dated = tuple(f'"{name}' for name in _PASSING_HEADERS)
    return "\n".join(line for line in lines if not line.startswith(dated)).encode()


def compiled(catalogue: Catalog) -> bytes:
    """The catalogue as the window reads it."""
    known = _empty(str(catalogue.locale), catalogue)
    for entry in catalogue:
        if entry.id and is_translated(entry):
            known.add(entry.id, entry.string)
    buffer = io.BytesIO()
    write_mo(buffer, known)
    return buffer.getvalue()


def is_translated(message: Message) -> bool:
    """Whether there are words in every form."""
    return all(message.string) if message.pluralizable else bool(message.string)


def _text(id_: object) -> Text:
    return (str(id_[0]), str(id_[1])) if isinstance(id_, tuple | list) else str(id_)


def _place(path: Path) -> str:
    return str(path.relative_to(ROOT / "annotator"))


def _of_tables() -> Iterator[str]:
    """What is asked for by the value of a variable."""
    from annotator.core.agreement.counts import ROLE_LAYERS, VALUE_LAYERS
    from annotator.core.agreement.trends import LAYERS
    from annotator.core.models import OUTCOMES
    from annotator.core.scheme import TONES
    from annotator.formats import formats
    from annotator.services.presets import find_scheme, preset_names
    from annotator.store.merging import MergeOutcome
    from annotator.ui.lists.entity_model import ENTITY_SORTS
    from annotator.ui.lists.quote_model import QUOTE_SORTS

    for format_ in formats():
        yield format_.title
        for option in format_.options:
            yield from (option.title, option.name.capitalize())
    yield from (*map(str, MergeOutcome), *ENTITY_SORTS, *QUOTE_SORTS, *TONES, *OUTCOMES)
    yield from (name.capitalize() for name in (*ROLE_LAYERS, *VALUE_LAYERS, *LAYERS))
    for name in preset_names():
        yield from (type_.replace("_", " ") for type_ in find_scheme(name).quote_types)


def untranslated(catalogue: Catalog) -> list[str]:
    """The texts without a translation, in English."""
    return [_english(entry) for entry in catalogue if entry.id and not is_translated(entry)]


def _english(entry: Message) -> str:
    return entry.id if isinstance(entry.id, str) else entry.id[0]


def _write() -> int:
    for locale in LOCALES:
        catalogue = update(locale)
        (FOLDER / f"{locale}.po").write_bytes(written(catalogue))
        (FOLDER / f"{locale}.mo").write_bytes(compiled(catalogue))
        empty = untranslated(catalogue)
        print(f"{locale}: {len(catalogue)} texts, {len(empty)} without a translation")
    return 0


def _report() -> int:
    """Print what a release would have to translate, and return how many files that concerns."""
    faults = 0
    for locale in LOCALES:
        catalogue = update(locale)
        empty = untranslated(catalogue)
        is_current = (FOLDER / f"{locale}.po").read_bytes() == written(catalogue)
        faults += bool(empty) or not is_current
        print(f"{locale}: {len(empty)} texts without a translation, the window shows the English")
        for text in empty:
            print(f"    {text}")
        if not is_current:
            print(f"{locale}.po is not up to date: make translations")
    return faults


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="list what is not translated")
    parser.add_argument("--release", action="store_true", help="fail if anything is not")
    options = parser.parse_args(arguments)
    if not (options.check or options.release):
        return _write()
    return 1 if _report() and options.release else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
