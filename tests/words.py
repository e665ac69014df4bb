"""The texts of the window and their translations: `python -m tests.words` brings both together.

New texts come into the .po files of `resources/translations` with nothing beside them, those that
are no longer said go, and the .mo files that the window reads are made anew. A translator fills
in what is empty, with any editor of .po files, and runs it again.
"""

import ast
import io
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

from babel import Locale
from babel.messages import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT: Final = Path(__file__).resolve().parent.parent
FOLDER: Final = ROOT / "resources" / "translations"
LOCALES: Final = ("de", "ar")
_PLACE: Final = re.compile(r"\{[^}]*\}")
_CALLS: Final = {"tr": 1, "tr_later": 1, "tr_count": 3}
"""By function: up to which argument texts may stand."""
_SENTENCES: Final = (
    "core/adjudication.py",
    "core/agreement/coefficients.py",
    "core/annotation_warnings.py",
    "core/edits",
    "core/scheme.py",
    "files.py",
    "services/background_training.py",
    "services/backups.py",
    "services/import_summary.py",
    "services/occurrences.py",
    "services/restore.py",
    "services/scheme_change.py",
    "services/statistics.py",
    "services/suggester_config.py",
    "services/suggestion_process.py",
    "services/suggestion_service.py",
    "services/training.py",
    "store/database.py",
    "store/errors.py",
    "store/new_file.py",
    "store/opening.py",
    "store/project.py",
    "store/recovery.py",
    "store/schema_check.py",
    "store/trash.py",
    "suggest/api_keys.py",
    "suggest/base.py",
    "suggest/crf.py",
    "suggest/endpoint.py",
    "suggest/pipeline.py",
    "suggest/trained.py",
)
"""Where the layers below the window make sentences that it shows."""

Text = str | tuple[str, str]
"""One text, or the two forms of English by a count."""


@cache  # the code is what it is while this runs
def texts_of_the_window() -> dict[Text, set[str]]:
    """Every text that the window asks a translation for, by itself or in a sentence from below.

    With it the modules it stands in.
    """
    found: dict[Text, set[str]] = {}
    for path in sorted((ROOT / "annotator" / "ui").rglob("*.py")):
        for text in _called_in(ast.parse(path.read_text(encoding="utf-8"))):
            found.setdefault(text, set()).add(_place(path))
    for text in _of_tables():
        found.setdefault(text, set()).add("tables")
    for name in _SENTENCES:
        path = ROOT / "annotator" / name
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            for text in _sentences_in(ast.parse(file.read_text(encoding="utf-8"))):
                found.setdefault(text, set()).add(_place(file))
    counted = {form for text in found if isinstance(text, tuple) for form in text}
    return {text: where for text, where in found.items() if text not in counted}


def update(locale: str) -> Catalog:
    """The catalogue of this language with exactly the texts of the window."""
    old = read_catalogue(locale)
    new = Catalog(
        locale=locale,
        charset="utf-8",
        project="Annotator",
        fuzzy=False,
        creation_date=_ALWAYS,
        revision_date=_ALWAYS,
    )
    new.mime_headers = [h for h in old.mime_headers if h[0] in _KEPT_HEADERS]
    new.header_comment = f"# The texts of the window, in {Locale(locale).english_name}."
    by_text = {_text(message.id): message for message in old if message.id}
    for text, where in texts_of_the_window().items():
        known = by_text.get(text)
        string = known.string if known is not None else ""
        new.add(text, string or "", auto_comments=sorted(where))
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
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def is_translated(message: Message) -> bool:
    """Whether there are words in every form."""
    return all(message.string) if message.pluralizable else bool(message.string)


def _text(id_: object) -> Text:
    return (str(id_[0]), str(id_[1])) if isinstance(id_, tuple | list) else str(id_)


def _place(path: Path) -> str:
    return str(path.relative_to(ROOT / "annotator"))


def _called_in(tree: ast.AST) -> Iterator[Text]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        texts = [a.value for a in node.args[: _CALLS.get(node.func.id, 0)] if _is_text(a)]
        if node.func.id == "tr_count" and len(texts) == 2:
            yield texts[0], texts[1]
        elif node.func.id == "tr" and not texts and isinstance(node.args[0], ast.IfExp):
            yield from (a.value for a in (node.args[0].body, node.args[0].orelse) if _is_text(a))
        else:
            yield from texts


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _sentences_in(tree: ast.AST) -> Iterator[str]:
    """Literal texts that a person may read; {1} stands for what is put in."""
    nodes = list(ast.walk(tree))
    joined = [node for node in nodes if isinstance(node, ast.JoinedStr)]
    inside = {id(part) for node in joined for part in ast.walk(node)}
    inside |= {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    texts = [_template(node) for node in joined]
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            texts += [] if id(node) in inside else [node.value]
    yield from (_numbered(text) for text in texts if _is_read(text))


def _numbered(text: str) -> str:
    places = iter(range(1, 10))
    return _PLACE.sub(lambda _: f"{{{next(places)}}}", text)


def _template(node: ast.JoinedStr) -> str:
    places = iter(range(1, len(node.values) + 1))
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else f"{{{next(places)}}}"
        for part in node.values
    )


_REASONS: Final = (
    *("a name from the lists", "two capitals or more", "the form of a date"),
    *("a first name and a surname", "a title before it: “{1}”", "a body, by “{1}”"),
    *("a place, by “{1}”", "an event, by “{1}”", "a people from the lists"),
    *("several capitals joined", "an abbreviation in capitals", "after “{1}”"),
    *("an Arabic surname", "the surname of {1}", "marked as {1} in your articles"),
    *("learnt from your articles", "learnt from your articles, by “{1}”", "found by {1}"),
    *("it is said to speak", "suggested by {1}", "a whole sentence between quote marks"),
    *("quoted words followed by “{1}”", "quoted words after “{1}”"),
    *("quoted words in a report with “{1}”", "quoted words in reported speech"),
    *("a clause after “{1}”", "what follows the colon after “{1}”", "an infinitive after “{1}”"),
    *("what stands after “{1}”", "the words before “{1}”", "reported with “{1}”"),
    *("a clause after the noun “{1}”",),
)
"""Why something is suggested, as the rules, models and memory put it."""
_VALUES: Final = (
    # Parts, layers and outcomes, by their names in the project.
    *("content", "cue", "source", "addressee", "type", "speaker", "entities", "clustering"),
    *("quote", "mention", "articles", "mentions", "quotes", "seconds", "done", "skipped", "doing"),
    *("Entities", "Clustering", "Content", "Cue", "Source", "Addressee", "Type", "Speaker"),
    *("taken", "changed", "rejected", "agreed", "to do", "Labels", "{1} s", "{1} min"),
    # Speaker statuses, and what a job says of itself.
    *("identified", "group", "unnamed", "implicit", "none", "comparing", "Marking"),
    # What core.wording makes of the differences between annotators.
    *("{1} includes {2}", "{1} include {2}", "{1} has no {2}", "{1} have no {2}"),
    *("{1} includes {2} in the {3}", "{1} include {2} in the {3}"),
    *("{1} has no speaker", "{1} have no speaker", "label: {1}", "entity: {1}", "kind: {1}"),
    # What work.import_words says, with its counts.
    *("Imported: {1} article new", "Imported: {1} articles new", "cancelled"),
    *("{1} annotation new", "{1} annotations new", "{1} file at fault", "{1} files at fault"),
    *("{1} duplicate left out", "{1} duplicates left out"),
    *("{1} near duplicate", "{1} near duplicates"),
    *("type: {1}", "speaker: {1}", "status: {1}", "{1} and more"),
)


def _is_read(text: str) -> bool:
    words = _PLACE.sub("", text)
    markup = any(sign in text for sign in ("|", "[", "<", "{ ")) or words.split(" ")[0].isupper()
    return " " in text.strip() and sum(map(str.isalpha, words)) > 2 and not markup


def _of_tables() -> Iterator[str]:
    """What is asked for by the value of a variable."""
    from annotator.core.adjudication import REASONS
    from annotator.formats import formats
    from annotator.services.agreement_report import FIGURES, NOTES
    from annotator.services.dataset_split import PARTS
    from annotator.services.presets import find_scheme, preset_names
    from annotator.store.merging import MergeOutcome
    from annotator.ui.lists.entity_model import ENTITY_SORTS
    from annotator.ui.lists.quote_model import QUOTE_SORTS
    from annotator.ui.scheme_editor.label_appearance import TONES

    for format_ in formats():
        yield format_.title
        for option in format_.options:
            yield from (option.title, option.name.capitalize())
    yield from (
        *PARTS,
        *REASONS,
        *map(str, MergeOutcome),
        *FIGURES.values(),
        *NOTES,
        *_VALUES,
        *_REASONS,
    )
    yield from (*ENTITY_SORTS, *QUOTE_SORTS, *TONES)
    for name in preset_names():
        yield from (type_.replace("_", " ") for type_ in find_scheme(name).quote_types)


def _write(locales: Iterable[str]) -> int:
    empty = 0
    for locale in locales:
        catalogue = update(locale)
        (FOLDER / f"{locale}.po").write_bytes(written(catalogue))
        (FOLDER / f"{locale}.mo").write_bytes(compiled(catalogue))
        blank = [
            m for m in catalogue if m.id and not (all(m.string) if m.pluralizable else m.string)
        ]
        print(f"{locale}: {len(catalogue)} texts, {len(blank)} without a translation")
        empty += len(blank)
    return 1 if empty else 0


if __name__ == "__main__":
    sys.exit(_write(LOCALES))
