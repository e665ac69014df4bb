"""brat standoff: a text, its annotations in `.ann`, and the configuration that brat needs.

Quotes are Attribution events as in PARC and PolNeAR: the trigger repeats the cue, and the roles are
Content, Cue and Source (Addressee, Speaker, Addressed and Parent are our own). A quote without a
source is an Attribution-no-source. Content in several parts is one text-bound annotation with
several fragments. Each annotator has a folder. Offsets are code points.
"""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from annotator.core.file_names import FileNames
from annotator.formats import losses
from annotator.formats.base import Context, Format, Loss, LostItem, SourceRecord
from annotator.formats.brat_reader import is_line_break, read_ann
from annotator.formats.external_text import article_facts
from annotator.formats.graph import LOSSES_WITH_FACTS, Graph, Mark, graph_of, head_facts, safe_label

if TYPE_CHECKING:
    from annotator.core.record import Record

CONFIG: Final = "annotation.conf"
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9_-]+")
_ATTRIBUTES: Final = {"type": "QuoteType", "speaker_status": "SpeakerStatus", "kind": "Kind"}
_WIKIDATA: Final = re.compile(r"Q\d+")
_PLAIN: Final = re.compile(r"[A-Za-z_]+")


def _edges(record: "Record") -> Iterator[LostItem]:
    for mention in losses.mentions(record):
        if mention.text.strip("\n") != mention.text:
            yield losses.lost_mention(mention)
    for quote in losses.quotes(record):
        for span in quote.spans:
            if span.text.strip("\n") != span.text:
                yield losses.lost_part(quote, span)


def _spellings(record: "Record") -> Iterator[LostItem]:
    for entity in losses.entities(record):
        label = safe_label(entity.label)
        if type_name(label) != label:
            yield losses.lost_entity(entity)


class Brat(Format):
    """A `.txt` and an `.ann` for each annotation, with the other facts about it in a `.json`."""

    name = "brat"
    title = "brat standoff with Attribution events"
    suffixes = (".ann",)
    reads = True
    writes = True
    bare = True
    folder = True
    losses = (
        *LOSSES_WITH_FACTS,
        losses.NAMESAKES,
        Loss("line breaks at the ends of spans", _edges),
        Loss("letters of labels other than A-Z, a-z, 0-9, _ and -", _spellings),
    )

    def recognises(self, head: bytes) -> bool | None:
        return None if re.match(rb"([TREAMN#*]\d*\t|$)", head) else False

    def write_folder(self, records: "Iterable[Record]", folder: Path) -> None:
        folders, labels = FileNames(), dict[str, None]()
        folders.stem(CONFIG)  # its name is reserved, because it is in the same folder
        ranges: dict[str | None, tuple[Path, FileNames]] = {}
        for record in records:
            if record.annotator not in ranges:
                inner = folder / folders.stem(record.annotator or "nobody")
                inner.mkdir()
                ranges[record.annotator] = inner, FileNames()
            inner, names = ranges[record.annotator]
            stem = inner / names.stem(record.article.id)
            graph = graph_of(record.annotation) if record.annotation else Graph()
            labels.update(dict.fromkeys(type_name(m.label) for m in graph.marks if not m.role))
            _put(stem, ".txt", record.article.text)
            lines = _Writer(graph, record.article.text).lines()
            _put(stem, ".ann", "".join(f"{line}\n" for line in lines))
            facts: dict[str, Any] = dict(article_facts(record.article, record.annotator))
            if record.annotation is not None:
                facts["head"] = head_facts(record.annotation.head)
            _put(stem, ".json", json.dumps(facts, ensure_ascii=False))
        (folder / CONFIG).write_text(_config(list(labels)), encoding="utf-8")

    def read(self, source: BinaryIO, context: Context) -> Iterator[SourceRecord]:
        return read_ann(source, context)


def _put(stem: Path, suffix: str, text: str) -> None:
    path = Path(f"{stem}{suffix}")
    path.write_bytes(text.encode())  # write_text would convert line ends to those of Windows


def type_name(label: str) -> str:
    """Return the label as a brat type name."""
    return _UNSAFE.sub("_", label)


class _Writer:
    """The lines of one `.ann` file."""

    def __init__(self, graph: Graph, text: str) -> None:
        self._graph = graph
        self._text = text
        self._words = {mark.id: mark.text for mark in graph.marks}
        self._numbers = dict.fromkeys("TEARN#", 0)
        self._bound: dict[str, str] = {}
        self._events: dict[str, str] = {}

    def _next(self, kind: str) -> str:
        self._numbers[kind] += 1
        return f"{kind}{self._numbers[kind]}"

    def lines(self) -> Iterator[str]:
        quotes = self._quotes()
        for mark in self._graph.marks:
            if mark.role is None:
                yield from self._text_bound(type_name(mark.label), [mark])
        yield from self._equivalents()
        for head, marks in quotes.items():
            for group in self._content_first(marks):
                yield from self._text_bound(group[0].label.capitalize(), group)
            if any(mark.id in self._bound for mark in marks):
                self._events[head] = self._next("E")
        for head in self._events:
            yield from self._event(head, quotes[head])
        for id_, facts in self._graph.facts.items():
            yield from self._said(id_, facts)

    def _quotes(self) -> dict[str, list[Mark]]:
        """Return the parts of each quote, by the id of its head."""
        heads = {
            link.child: link.head
            for link in self._graph.links
            if link.type not in ("SAME_ENTITY", "SPEAKER", "ADDRESSED", "PARENT")
        }
        found: dict[str, list[Mark]] = {}
        for mark in self._graph.marks:
            if mark.role is not None:
                found.setdefault(heads.get(mark.id, mark.id), []).append(mark)
        return found

    def _text_bound(self, type_: str, marks: list[Mark]) -> Iterator[str]:
        pieces = [piece for mark in marks for piece in _without_breaks(mark)]
        if not pieces:
            return
        id_ = self._next("T")
        for mark in marks:
            self._bound[mark.id] = id_
        ranges = ";".join(f"{start} {end}" for start, end, _ in pieces)
        yield f"{id_}\t{type_} {ranges}\t{' '.join(text for _, _, text in pieces)}"

    def _equivalents(self) -> Iterator[str]:
        groups: dict[str, list[str]] = {}
        for link in self._graph.links:
            if link.type == "SAME_ENTITY":
                groups.setdefault(link.child, []).append(link.head)
        for first, others in groups.items():
            ids = [self._bound[id_] for id_ in (first, *others) if id_ in self._bound]
            if len(ids) > 1:
                yield f"*\tEquiv {' '.join(ids)}"

    def _content_first(self, marks: list[Mark]) -> list[list[Mark]]:
        """Return the parts of a quote as text-bound annotations.

        Contents are one annotation if a reader can still separate them by the text between them.
        """
        contents = sorted((m for m in marks if m.role == "content"), key=lambda mark: mark.start)
        others = [[mark] for mark in marks if mark.role != "content"]
        pieces = [_without_breaks(mark) for mark in contents]
        apart = all(pieces) and all(
            one[-1][1] <= next_[0][0] and not is_line_break(self._text[one[-1][1] : next_[0][0]])
            for one, next_ in pairwise(pieces)
        )
        if apart and contents:
            return [contents, *others]
        return [[mark] for mark in contents] + others

    def _event(self, head: str, marks: list[Mark]) -> Iterator[str]:
        bound = [mark for mark in marks if mark.id in self._bound]
        about = next((mark for mark in bound if mark.role == "cue"), bound[0])
        sourced = any(mark.role == "source" for mark in marks)
        type_ = "Attribution" if sourced else "Attribution-no-source"
        trigger = self._next("T")
        pieces = _without_breaks(about)
        ranges = ";".join(f"{start} {end}" for start, end, _ in pieces)
        yield f"{trigger}\t{type_} {ranges}\t{' '.join(text for _, _, text in pieces)}"
        parts = [f"{type_}:{trigger}"]
        roles: dict[str, int] = {}
        for role, target in self._arguments(head, marks):
            roles[role] = roles.get(role, 0) + 1
            parts.append(f"{role}{roles[role] if roles[role] > 1 else ''}:{target}")
        yield f"{self._events[head]}\t{' '.join(parts)}"

    def _arguments(self, head: str, marks: list[Mark]) -> Iterator[tuple[str, str]]:
        bound = {
            self._bound[mark.id]: mark.label.capitalize()
            for mark in marks
            if mark.id in self._bound
        }
        yield from ((role, target) for target, role in bound.items())
        for link in self._graph.links:
            if link.head == head and link.type in ("SPEAKER", "ADDRESSED"):
                if link.child in self._bound:
                    yield link.type.capitalize(), self._bound[link.child]
            elif link.head == head and link.type == "PARENT" and link.child in self._events:
                yield "Parent", self._events[link.child]

    def _said(self, id_: str, facts: Any) -> Iterator[str]:
        target = self._events.get(id_) or self._bound.get(id_)
        if target is None:
            return
        link = facts.get("link", "")
        silent = {"entity", "quote"}
        name_in_link = _WIKIDATA.fullmatch(link) and facts["name"]
        if name_in_link or facts.get("name") == self._words.get(id_):
            silent.add("name")
        for name, value in facts.items():
            if name in silent:
                continue
            if name in _ATTRIBUTES and _PLAIN.fullmatch(value):
                yield f"{self._next('A')}\t{_ATTRIBUTES[name]} {target} {value}"
            elif name == "link" and _WIKIDATA.fullmatch(link):
                reference = f"Reference {target} Wikidata:{link}"
                yield f"{self._next('N')}\t{reference}\t{_line(facts['name'] or self._words[id_])}"
            elif name == "note":
                yield f"{self._next('#')}\tAnnotatorNotes {target}\t{_line(value)}"
            else:
                yield f"{self._next('#')}\t{name} {target}\t{_line(value)}"


def _line(value: str) -> str:
    """Return the value on one line, as JSON where it would not fit or would look like JSON."""
    plain = value == " ".join(value.split()) and not value.startswith('"')
    return value if plain else json.dumps(value)


def _without_breaks(mark: Mark) -> list[tuple[int, int, str]]:
    """Return the mark split at line breaks, which brat's lines cannot hold."""
    return [
        (mark.start + match.start(), mark.start + match.end(), match[0])
        for match in re.finditer(r"[^\n]+", mark.text)
    ]


def _config(labels: list[str]) -> str:
    entities = [*dict.fromkeys(["Content", "Cue", "Source", "Addressee", *labels])]
    named = "|".join(labels) or "<ENTITY>"
    roles = (
        "Content*:Content, Cue*:Cue, Source*:Source, Addressee*:Addressee, "
        f"Speaker*:{named}, Addressed*:{named}, Parent?:<EVENT>"
    )
    return "\n".join(
        [
            "[entities]", *entities, "",
            "[relations]", "<OVERLAP>\tArg1:<ANY>, Arg2:<ANY>, <OVL-TYPE>:<ANY>", "",
            "[events]", f"Attribution\t{roles}", f"Attribution-no-source\t{roles}", "",
            "[attributes]",
            "QuoteType\tArg:<EVENT>, Value:direct|indirect|mixed|free_indirect|reported|unknown",
            "SpeakerStatus\tArg:<EVENT>, Value:identified|group|unnamed|implicit|none",
            "Kind\tArg:<ENTITY>, Value:name|nominal|pronoun", "",
        ]
    )  # fmt: skip
