"""Reading brat standoff line by line, from other tools and from our own export."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from annotator.core.errors import TextError
from annotator.core.text import normalize
from annotator.files import open_to_read
from annotator.formats.base import (
    Context,
    FormatError,
    ParseProblem,
    SourceRecord,
    located_message,
    whole,
)
from annotator.formats.external_text import ExternalText, annotator_of, article_from
from annotator.formats.fields import Fields, fields
from annotator.formats.graph import Graph, Link, Mark, annotation_of, head_from, role_of
from annotator.formats.offset_units import Unit

if TYPE_CHECKING:
    from annotator.core.record import Record

_FACTS: Final = {
    "QuoteType": "type",
    "SpeakerStatus": "speaker_status",
    "Kind": "kind",
    "AnnotatorNotes": "note",
}
_TEXT_BOUND: Final = re.compile(r"(\S+) (\d+ \d+(?:;\d+ \d+)*)")


class _Bound(NamedTuple):
    """A text-bound annotation: its type, its fragments and the text it gives."""

    type: str
    fragments: tuple[tuple[int, int], ...]
    stated_text: str


def is_line_break(gap: str) -> bool:
    """Return whether a gap between fragments exists only because brat's lines hold no breaks."""
    return "\n" in gap and not gap.strip()


def read_ann(source: BinaryIO, context: Context) -> Iterator[SourceRecord]:
    """Yield the one record of an `.ann` file. Its text is in the `.txt` beside it.

    Raises FormatError naming every faulty line.
    """
    raw = _beside(context.path, ".txt")
    if raw is None:
        raise FormatError(f"{context.path}: the text is not beside it; put the .txt there")
    reader = _Reader(raw, context)
    text = whole(source, context).decode("utf-8-sig", "replace")
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            reader.take(number, line.rstrip("\r"))
    if reader.faults:
        raise FormatError.in_file(context.path, reader.faults)
    yield SourceRecord(reader.record())


def _beside(path: Path, suffix: str) -> str | None:
    beside = path.with_suffix(suffix)
    try:
        with open_to_read(beside) as source:
            return whole(source, Context(beside)).decode()
    except (FileNotFoundError, NotADirectoryError):  # a sibling within an archive
        return None
    except UnicodeDecodeError as error:
        raise FormatError(f"{beside}: this is no UTF-8; convert the file first") from error


class _Reader:
    def __init__(self, raw: str, context: Context) -> None:
        self._raw = raw
        self._context = context
        self._lines: dict[str, int] = {}
        self._bound: dict[str, _Bound] = {}
        self._triggers: set[str] = set()
        self._events: dict[str, list[tuple[str, str]]] = {}
        self._links: list[Link] = []
        self._facts: dict[str, dict[str, str]] = {}
        self.faults: list[ParseProblem] = []

    def take(self, number: int, line: str) -> None:
        readers = {
            "T": self._text_bound,
            "E": self._event,
            "R": self._relation,
            "A": self._attribute,
            "M": self._attribute,
            "N": self._normalisation,
            "#": self._note,
            "*": self._equivalents,
        }
        id_, _, rest = line.partition("\t")
        reader = readers.get(id_[:1])
        self._lines.setdefault(id_, number)
        if reader is None or not rest:
            self.faults.append(ParseProblem(number, f"this is no line of brat: {line[:40]!r}"))
            return
        try:
            reader(id_, rest)
        except (ValueError, IndexError):
            self.faults.append(ParseProblem(number, f"this line cannot be read: {line[:60]!r}"))

    def _text_bound(self, id_: str, rest: str) -> None:
        ranges, _, stated_text = rest.partition("\t")
        match = _TEXT_BOUND.fullmatch(ranges)
        if match is None:
            raise ValueError(ranges)
        pairs = (pair.split() for pair in match[2].split(";"))
        self._bound[id_] = _Bound(match[1], tuple((int(a), int(b)) for a, b in pairs), stated_text)

    def _event(self, id_: str, rest: str) -> None:
        first, *others = rest.split()
        self._triggers.add(first.split(":", 1)[1])
        self._events[id_] = [
            (role.rstrip("0123456789"), target)
            for role, _, target in (other.partition(":") for other in others)
        ]

    def _relation(self, _id: str, rest: str) -> None:
        type_, one, other = rest.split()[:3]
        self._links.append(Link(type_, one.split(":", 1)[1], other.split(":", 1)[1]))

    def _attribute(self, _id: str, rest: str) -> None:
        type_, target, *value = rest.split()
        self._fact(target, type_, " ".join(value) or "yes")

    def _normalisation(self, _id: str, rest: str) -> None:
        reference, _, name = rest.partition("\t")
        _, target, link = reference.split(maxsplit=2)
        self._fact(target, "link", link.removeprefix("Wikidata:"))
        if name:
            self._facts[target].setdefault("name", _value(name))  # a note on it has more

    def _note(self, _id: str, rest: str) -> None:
        about, _, value = rest.partition("\t")
        type_, target = about.split()
        self._fact(target, type_, _value(value))

    def _equivalents(self, _id: str, rest: str) -> None:
        _, first, *others = rest.split()
        self._links += [Link("SAME_ENTITY", other, first) for other in others]

    def _fact(self, target: str, name: str, value: str) -> None:
        self._facts.setdefault(target, {})[_FACTS.get(name, name)] = value

    def record(self) -> "Record":
        from annotator.core.record import Record

        stated_text = self._said()
        context = self._context
        try:
            normalize(self._raw)
        except TextError as error:
            raise FormatError(located_message(context.path.with_suffix(".txt"), error)) from error
        text = ExternalText(self._raw, stated_text, context, Unit.CODE_POINTS)
        facts = _known(context.path)
        article = article_from(facts, text.text, context.name)
        annotator_name = annotator_of(facts.words("annotator"), context)
        if annotator_name is None and not self._lines:
            return Record(article)
        marks, parts = self._marks(text)
        if self.faults:
            raise FormatError.in_file(context.path, self.faults)
        graph = Graph(tuple(marks), tuple(self._all_links(parts)), self._all_facts(parts))
        made = annotation_of(graph, head_from(facts.fields("head")), context.remarks)
        return Record(article, annotator_name, made)

    def _said(self) -> list[tuple[int, int, str | None]]:
        """Return the fragments with their text, which only a single fragment gives."""
        return [
            (*bound.fragments[0], bound.stated_text or None)
            for bound in self._bound.values()
            if len(bound.fragments) == 1
        ]

    def _marks(self, text: ExternalText) -> tuple[list[Mark], dict[str, list[str]]]:
        """Return the marks, and which of them each text-bound annotation became."""
        marks: list[Mark] = []
        parts: dict[str, list[str]] = {}
        for id_, bound in self._bound.items():
            if id_ in self._triggers:
                continue
            role = role_of(bound.type)
            try:
                spans = [text.span(start, end) for start, end in bound.fragments]
                if (
                    bound.stated_text
                    and " ".join(stated_text for _, _, stated_text in spans) != bound.stated_text
                ):
                    raise FormatError(f"says {bound.stated_text[:40]!r}, and the text does not")
            except FormatError as error:
                self.faults.append(ParseProblem(self._lines[id_], located_message(id_, error)))
                continue
            pieces = _joined(spans, text.text, all_of_it=role is None)
            if role is None and len(spans) > 1 and len(_joined(spans, text.text)) > 1:
                self._context.remarks.append("the gaps in names that come in several pieces")
            for number, (start, end) in enumerate(pieces):
                mark = Mark(f"{id_}.{number}", bound.type, start, end, text.text[start:end], role)
                marks.append(mark)
                parts.setdefault(id_, []).append(mark.id)
        return marks, parts

    def _all_links(self, parts: Mapping[str, list[str]]) -> Iterator[Link]:
        heads = self._heads(parts)
        for first, *others in parts.values():
            yield from (Link("PART", first, other) for other in others)
        for event, arguments in self._events.items():
            for role, target in arguments:
                child = heads.get(target) if target in self._events else parts.get(target, [""])[0]
                if event in heads and child != heads[event]:
                    yield Link(role.upper(), heads[event], child or "")
        for link in self._links:
            ends = [parts.get(id_, [heads.get(id_, "")])[0] for id_ in (link.head, link.child)]
            yield Link(link.type, *ends)

    def _heads(self, parts: Mapping[str, list[str]]) -> dict[str, str]:
        """Return for each event the mark that represents its quote: the first content, or part."""
        heads: dict[str, str] = {}
        for event, arguments in self._events.items():
            own = [
                (role != "Content", parts[target][0])
                for role, target in arguments
                if target in parts and role_of(self._bound[target].type)
            ]
            if own:
                heads[event] = min(own, key=lambda pair: pair[0])[1]
        return heads

    def _all_facts(self, parts: Mapping[str, list[str]]) -> dict[str, dict[str, str]]:
        heads = self._heads(parts)
        found: dict[str, dict[str, str]] = {}
        for target, facts in self._facts.items():
            mark = heads.get(target) or parts.get(target, [""])[0]
            found.setdefault(mark, {}).update(facts)
        return found


def _joined(
    spans: list[tuple[int, int, str]], text: str, *, all_of_it: bool = False
) -> list[tuple[int, int]]:
    """Return the fragments without the gaps that are only line breaks; without any gap if
    `all_of_it`.
    """
    pieces: list[tuple[int, int]] = []
    for start, end, _ in spans:
        if pieces and (all_of_it or is_line_break(text[pieces[-1][1] : start])):
            pieces[-1] = (min(pieces[-1][0], start), max(pieces[-1][1], end))
        else:
            pieces.append((start, end))
    return pieces


def _value(words_: str) -> str:
    """Return the value that `brat` wrote, plain or as JSON."""
    if words_.startswith('"'):
        try:
            found = json.loads(words_)
        except (ValueError, RecursionError):
            return words_
        return found if isinstance(found, str) else words_
    return words_


def _known(path: Path) -> Fields:
    """Return what our own export wrote beside the annotations, if the file exists."""
    beside = _beside(path, ".json")
    try:
        found = fields(json.loads(beside) if beside else None)
    except (ValueError, RecursionError):
        return Fields({})
    return found if found.words("article") else Fields({})
