"""CoNLL-2003: a token and its tag on each line, one layer a file.

Tokens are cut where a span of the layer begins or ends, so no span is widened. The format keeps
neither the white space of the text nor overlaps: of overlapping spans the longest is written.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple, Self

from annotator.core.models import Article, Head
from annotator.formats import losses
from annotator.formats.base import (
    LARGEST_WHOLE,
    Context,
    Format,
    FormatError,
    Loss,
    LostItem,
    Option,
    ParseProblem,
    SourceRecord,
    lines_of,
)
from annotator.formats.graph import Graph, Mark, annotation_of, marks_of, role_of
from annotator.formats.tokens import has_token, sentences

if TYPE_CHECKING:
    from annotator.core.annotation import Annotation
    from annotator.core.record import Record

_ENTITIES: Final = "entities"
_QUOTES: Final = "quotes"
_START: Final = "-DOCSTART-"


class _Chosen(NamedTuple):
    kept: list[Mark]
    dropped: list[Mark]


def _entity_marks(annotation: "Annotation") -> _Chosen:
    return _apart(mark for mark in marks_of(annotation) if mark.role is None)


def _quote_marks(annotation: "Annotation") -> _Chosen:
    return _apart(mark for mark in marks_of(annotation) if mark.role is not None)


def _apart(marks: Iterable[Mark]) -> _Chosen:
    """Return the marks that do not overlap, the longest first, then by position."""
    kept: list[Mark] = []
    dropped: list[Mark] = []
    occupied: set[int] = set()
    for mark in sorted(marks, key=lambda m: (m.start - m.end, m.start)):
        inside = range(mark.start, mark.end)
        if occupied.isdisjoint(inside) and has_token(mark.text):
            kept.append(mark)
            occupied.update(inside)
        else:
            dropped.append(mark)
    return _Chosen(sorted(kept, key=lambda m: m.start), dropped)


_CHOICES: Final = {_ENTITIES: _entity_marks, _QUOTES: _quote_marks}


def _choose(annotation: "Annotation | None", layer: str) -> _Chosen:
    """Return the marks of a layer that are written, and those that are not."""
    return _Chosen([], []) if annotation is None else annotation.derived(_CHOICES[layer])


def _overlaps(layer: str) -> Loss:
    def find(record: "Record") -> Iterator[LostItem]:
        for mark in _choose(record.annotation, layer).dropped:
            yield LostItem(f"{mark.label} {mark.id}", mark.text, mark.start, mark.end)

    covers = ("entity", "mention") if layer == _ENTITIES else ("quote",)
    return Loss("spans that overlap a longer one, or hold no word", find, covers)


def _spaces(record: "Record") -> Iterator[LostItem]:
    yield LostItem("the article", "white space")


def _wordless(record: "Record") -> Iterator[LostItem]:
    if not record.article.text.split():
        yield LostItem("the article", record.article.title or record.article.id)


SPACES: Final = Loss("the white space of the text", _spaces, ("article.text",))
_ALWAYS: Final = (
    SPACES,
    Loss("articles that hold no word", _wordless, ("article.id",)),
    losses.ARTICLE_FACTS,
    losses.ANNOTATORS,
    losses.HEAD_DETAILS,
    losses.STATUSES,
    losses.DECISIONS,
    losses.UNKNOWN_KEYS,
)
TAGGED_OVERLAPS: Final = _overlaps(_QUOTES)
_OF_LAYER: Final = {
    _ENTITIES: (
        losses.ALL_QUOTES,
        losses.UNLABELLED,
        losses.ENTITY_DETAILS,
        losses.FIRST_NAMES,
        losses.UNMENTIONED,
        losses.TIES,
        losses.NAMESAKES,
        losses.MENTION_DETAILS,
        _overlaps(_ENTITIES),
    ),
    _QUOTES: (
        losses.ALL_MENTIONS,
        losses.UNMENTIONED,
        losses.QUOTE_TIES,
        losses.QUOTE_TYPES,
        losses.QUOTE_NOTES,
        losses.SPEAKER_STATUSES,
        losses.WITHOUT_SPANS,
        TAGGED_OVERLAPS,
    ),
}


class Conll(Format):
    """The word, two empty columns and the tag; documents are separated by -DOCSTART-."""

    name = "conll"
    title = "CoNLL-2003, one layer as IOB2 or IOB1"
    suffixes = (".conll", ".iob", ".iob2")
    reads = True
    writes = True
    options = (
        Option("layer", "entities, or parts of quotes", _ENTITIES, (_ENTITIES, _QUOTES)),
        Option("scheme", "IOB1 writes B- only between two of a kind", "IOB2", ("IOB2", "IOB1")),
    )
    losses = (*_OF_LAYER[_ENTITIES], *_ALWAYS)

    def with_options(self, values: Mapping[str, str]) -> Self:
        made = super().with_options(values)
        made.losses = (*_OF_LAYER[made.option("layer")], *_ALWAYS)
        return made

    def recognises(self, head: bytes) -> bool | None:
        return True if head.startswith(b"-DOCSTART-") else None

    def write(self, records: "Iterable[Record]", out: BinaryIO) -> None:
        layer, iob1 = self.option("layer"), self.option("scheme") == "IOB1"
        for record in records:
            marks = _choose(record.annotation, layer).kept
            out.write(f"{_START} -X- O O\n\n".encode())
            out.write(f"# article = {' '.join(record.article.id.split())}\n".encode())
            for sentence in _tagged(record.article.text, marks, iob1=iob1):
                lines = "".join(map(_lines, sentence))
                out.write(f"{lines}\n".encode())

    def read(self, source: BinaryIO, context: Context) -> Iterator[SourceRecord]:
        return _Reader(context).records(source)


def tagged_sentences(text: str, annotation: "Annotation") -> Iterator[list[tuple[str, str]]]:
    """Return the tokens of each sentence with the IOB2 tags of the parts of quotes."""
    for sentence in _tagged(text, _choose(annotation, _QUOTES).kept, iob1=False):
        yield [(word, tag) for run in sentence for word, tag in _rows(run)]


class _Run(NamedTuple):
    """Tokens in a row with the tag of the first of them and that of all others."""

    words: list[str]
    first: str = "O"
    rest: str = "O"


def _rows(run: _Run) -> Iterator[tuple[str, str]]:
    tag = run.first
    for word in run.words:
        yield word, tag
        tag = run.rest


def _lines(run: _Run) -> str:
    if run.first != run.rest:
        return "".join(f"{word} -X- O {tag}\n" for word, tag in _rows(run))
    after = f" -X- O {run.rest}\n"  # a mark is short, what is beside it long
    return f"{after.join(run.words)}{after}"


def _tagged(text: str, marks: list[Mark], *, iob1: bool) -> Iterator[list[_Run]]:
    """Yield the tokens of each sentence, those in a mark apart from those beside it."""
    cuts = [offset for mark in marks for offset in (mark.start, mark.end)]
    position, before = 0, ("", "")
    for sentence in sentences(text, cuts):
        runs = []
        for start, words in sentence:
            while position < len(marks) and marks[position].end <= start:
                position += 1
            mark = marks[position] if position < len(marks) else None
            if mark is None or mark.start > start:
                runs.append(_Run(words))
                before = ("", "")
            else:
                label = "_".join(mark.label.split())
                begins = before[0] != mark.id and (not iob1 or before[1] == label)
                runs.append(_Run(words, f"{'B' if begins else 'I'}-{label}", f"I-{label}"))
                before = (mark.id, label)
        yield runs


class _Reader:
    """Builds documents from their tokens, with one space or line break between them."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._number = 0
        self._begin(1)

    def _begin(self, line: int) -> None:
        self._line = line
        self._id = ""
        self._text: list[str] = []
        self._length = 0
        self._break = False
        self._spans: list[tuple[str, int, int]] = []
        self._open: str | None = None

    def records(self, source: BinaryIO) -> Iterator[SourceRecord]:
        faults: list[ParseProblem] = []
        for number, raw in enumerate(lines_of(source, self._context), start=1):
            words = raw.decode("utf-8", "replace").strip()
            words = words.removeprefix("\ufeff") if number == 1 else words
            if "\0" in words:
                faults.append(ParseProblem(number, "a NUL character, which no text has"))
            elif words.startswith(_START):
                yield from self._ended(faults)
                self._begin(number)
            elif not words:
                self._break, self._open = True, None
            elif words.startswith("# article = "):
                self._id = words.removeprefix("# article = ")
            else:
                columns = words.split()
                if len(columns) < 2 or columns[-1][:2] not in ("O", "B-", "I-"):
                    faults.append(ParseProblem(number, f"no token and IOB tag: {words[:40]!r}"))
                else:
                    self._token(columns[0], columns[-1])
        yield from self._ended(faults)
        if faults:
            raise FormatError.in_file(self._context.path, faults)

    def _token(self, word: str, tag: str) -> None:
        if self._length > LARGEST_WHOLE:
            size = LARGEST_WHOLE >> 20
            raise FormatError(
                f"{self._context.path}: a document is longer than {size} million characters; "
                f"part it with lines {_START}"
            )
        if self._text:
            self._text.append("\n" if self._break else " ")
            self._length += 1
        self._break = False
        start, self._length = self._length, self._length + len(word)
        self._text.append(word)
        label = tag[2:] or None
        if label and label == self._open and tag[0] == "I":
            self._spans[-1] = (label, self._spans[-1][1], self._length)
        elif label:
            self._spans.append((label, start, self._length))
        self._open = label

    def _ended(self, faults: list[ParseProblem]) -> Iterator[SourceRecord]:
        from annotator.core.record import Record

        if not self._text or faults:
            return
        self._number += 1
        text = "".join(self._text)
        marks = [
            Mark(str(n), label, start, end, text[start:end], role_of(label))
            for n, (label, start, end) in enumerate(self._spans)
        ]
        made = annotation_of(Graph(tuple(marks)), Head("done"), self._context.remarks)
        id_ = self._id or f"{self._context.name}-{self._number}"
        yield SourceRecord(Record(Article(id_, text), self._context.annotator, made), self._line)
