"""The known formats, and detection of the format of a file.

A built-in format is one line here. Other packages add theirs by an entry point in the group
`annotator.formats` whose value is `module:Class`.
"""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from annotator.core.message import verbatim
from annotator.extras import plugin_entry_points
from annotator.files import open_to_read
from annotator.formats.base import Format, FormatError

if TYPE_CHECKING:  # importing it takes longer than importing all of this package
    from importlib.metadata import EntryPoint

GROUP: Final = "annotator.formats"
HEAD_BYTES: Final = 1 << 16

_BUILT_IN: Final = (
    ("native", "annotator.formats.native:Native"),
    ("prodigy", "annotator.formats.prodigy:Prodigy"),
    ("doccano", "annotator.formats.doccano:Doccano"),
    ("labelstudio", "annotator.formats.labelstudio:LabelStudio"),
    ("brat", "annotator.formats.brat:Brat"),
    ("w3c", "annotator.formats.w3c:WebAnnotation"),
    ("tei", "annotator.formats.tei:Tei"),
    ("uima", "annotator.formats.uima:Xmi"),
    ("uima-json", "annotator.formats.uima:CasJson"),
    ("spacy", "annotator.formats.docbin:DocBin"),
    ("parquet", "annotator.formats.parquet:Parquet"),
    ("datasets", "annotator.formats.parquet:Datasets"),
    ("conll", "annotator.formats.conll:Conll"),
    ("csv", "annotator.formats.table_writer:Csv"),
    ("tsv", "annotator.formats.table_writer:Tsv"),
    ("xlsx", "annotator.formats.table_writer:Xlsx"),
    ("html-copy", "annotator.formats.html:HtmlCopy"),
    ("instruct", "annotator.formats.instruct:Instruct"),
    ("text", "annotator.formats.text:Text"),
    ("markdown", "annotator.formats.articles.markdown:Markdown"),
    ("html", "annotator.formats.articles.html:Html"),
    ("csv-articles", "annotator.formats.articles.tables:CsvArticles"),
    ("jsonl-articles", "annotator.formats.articles.tables:JsonlArticles"),
    ("docx", "annotator.formats.articles.docx:Docx"),
    ("pdf", "annotator.formats.articles.pdf:Pdf"),
    ("epub", "annotator.formats.articles.epub:Epub"),
    ("feed", "annotator.formats.articles.feed:Feed"),
    ("warc", "annotator.formats.articles.warc:Warc"),
    ("mbox", "annotator.formats.articles.mail:Mbox"),
    ("eml", "annotator.formats.articles.mail:Eml"),
)


class UnknownFormat(FormatError):
    """A file that no reader recognises."""


class _Unusable(Format):
    """A placeholder for a format of another package that cannot be loaded."""

    def __init__(self, name: str, why: str) -> None:
        self.name = name
        self.title = f"cannot be used: {why}"


def formats() -> list[Format]:
    """Return every format, the built-in ones first."""
    return [*_built_in(), *_added()]


def find_format(name: str) -> Format:
    """Return the format called `name`. Raises FormatError naming the known ones."""
    for known, reference in _BUILT_IN:
        if known == name:
            return _load(reference)
    for format_ in _added():
        if format_.name == name:
            return format_
    raise FormatError(f"there is no format {name!r}; known are {_names(formats())}")


def format_of(path: Path) -> Format:
    """Return the format to read the file in, by its first bytes and its suffix.

    Raises FormatError if no format or more than one matches, and OSError.
    """
    with open_to_read(path) as source:
        head = source.read(HEAD_BYTES)
    return format_of_head(path, head)


def format_of_head(path: Path, head: bytes) -> Format:
    """Return the format of a file called `path` that starts with `head`.

    Raises FormatError if no format or more than one matches.
    """
    readable = [format_ for format_ in formats() if format_.reads]
    for fitting in _by_fit(readable, path.suffix.lower(), head):
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            raise FormatError(
                verbatim(f"{path}: could be {_names(fitting, ' or ')}").with_hint(
                    "; give it a suffix that only one of them has, "
                    "or say on the command line with --format which it is"
                )
            )
    raise UnknownFormat(
        verbatim(f"{path}: this is in no format that can be told by its name or content").with_hint(
            "; give it the suffix of one, or say on the command line with --format which it is of "
            f"{_names(readable)}"
        )
    )


def _by_fit(candidates: list[Format], suffix: str, head: bytes) -> Iterator[list[Format]]:
    answers = [(format_, format_.recognises(head)) for format_ in candidates]
    yield [f for f, recognised in answers if recognised and suffix in f.suffixes]
    yield [f for f, recognised in answers if recognised]
    yield [f for f, recognised in answers if recognised is None and suffix in f.suffixes]


def _built_in() -> Iterator[Format]:
    for _name, reference in _BUILT_IN:
        yield _load(reference)


def _load(reference: str) -> Format:
    module, _, class_ = reference.partition(":")
    format_: Format = getattr(import_module(module), class_)()
    return format_


def _added() -> Iterator[Format]:
    known_names = {name for name, _reference in _BUILT_IN}
    for point in plugin_entry_points(GROUP):
        if point.name not in known_names:
            known_names.add(point.name)
            yield _load_added(point)


def _load_added(point: "EntryPoint") -> Format:
    try:
        format_: Format = point.load()()
    except Exception as error:  # an error in another package must not stop this program
        return _Unusable(point.name, f"{point.value} does not load ({error})")
    return format_


def _names(named: list[Format], between: str = ", ") -> str:
    return between.join(format_.name for format_ in named)
