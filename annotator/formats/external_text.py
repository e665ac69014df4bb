"""Articles from other tools: their text, the unit of their offsets, and their spans."""

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from annotator.core.errors import AnnotatorError, TextError
from annotator.core.message import verbatim
from annotator.core.models import Article
from annotator.core.text import normalize
from annotator.formats.base import (
    Context,
    FormatError,
    ParseProblem,
    SourceRecord,
    lines_of,
    located_message,
    whole,
)
from annotator.formats.fields import Fields, whole_number
from annotator.formats.offset_units import OffsetConverter, Unit, matching_units

if TYPE_CHECKING:
    from collections.abc import Callable

    from annotator.core.record import Record

Said = tuple[int, int, str | None]
"""Start and end in the unit of the file, and the text of the span if the file gives it."""

_BOM: Final = b"\xef\xbb\xbf"


class ExternalText:
    """The text of an article in a file, and the conversion of its spans to the normalized text."""

    def __init__(self, raw: str, spans: Iterable[Said], context: Context, usual: Unit | None):
        """Find the unit of the offsets.

        `usual` is the unit that the file's format counts in; None where that is unknown.

        Raises FormatError where spans fit the text in no unit, and where the unit matters but
        nothing determines it.
        """
        self._raw = raw
        self._settled = normalize(raw)
        self.text = self._settled.text
        unit = _unit(raw, list(spans), context, usual)
        self._counted = OffsetConverter(raw, unit)
        self._unit = unit

    def span(self, start: object, end: object, stated: str | None = None) -> tuple[int, int, str]:
        """Return the span in code points of `text`, and its text. Raises FormatError."""
        first = self._counted.code_point(whole_number(start, "the start of a span"))
        last = self._counted.code_point(whole_number(end, "the end of a span"))
        if first is None or last is None or first >= last:
            raise FormatError(
                f"[{start}, {end}) is no span of the text, counted in {self._unit.title}"
            )
        if stated is not None and self._raw[first:last] != stated:
            raise FormatError(
                f"[{start}, {end}) is said to be {_short(stated)}, but the text there is "
                f"{_short(self._raw[first:last])}"
            )
        first, last = self._settled.offset(first), self._settled.offset(last)
        if first == last:
            raise FormatError(f"[{start}, {end}) covers only half a line end")
        return first, last, self.text[first:last]


def _unit(raw: str, spans: list[Said], context: Context, usual: Unit | None) -> Unit:
    if context.offsets is not None:
        return context.offsets
    with_text = [(start, end, text) for start, end, text in spans if text is not None]
    if with_text:
        found = matching_units(raw, with_text)
        if found and usual not in found:
            return found[0]
        return usual or (found[0] if found else Unit.CODE_POINTS)
    if usual is None and spans and not _immaterial(raw, max(end for _, end, _ in spans)):
        raise FormatError(
            verbatim(
                "its spans come without their text, so nothing tells what the offsets count"
            ).with_hint("; say it with --offsets utf-16, or --offsets code-points")
        )
    return usual or Unit.CODE_POINTS


def _immaterial(raw: str, end: int) -> bool:
    """Return whether code points and UTF-16 units are the same up to the last span."""
    return all(character <= "\uffff" for character in raw[:end])


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:39] + "…")


def article_facts(article: Article, annotator: str | None) -> dict[str, str]:
    """Return the facts about an article besides its text, without empty values."""
    return {key: value for key, value in all_article_facts(article, annotator).items() if value}


def all_article_facts(article: Article, annotator: str | None) -> dict[str, str]:
    """Return the same keys for every article; unknown values are empty."""
    return {
        "article": article.id,
        "title": article.title,
        "source": article.source or "",
        "published": article.published or "",
        "language": article.language or "",
        "url": article.url or "",
        "annotator": annotator or "",
        "meta": json.dumps(article.meta) if article.meta else "",
    }


def article_from(facts: Fields, text: str, id_: str) -> Article:
    """Return the article with these facts; `id_` is its id where they do not give one."""
    return Article(
        id=facts.words("article") or id_,
        text=text,
        title=facts.words("title"),
        source=facts.words("source") or None,
        published=facts.words("published") or None,
        language=facts.words("language") or None,
        url=facts.words("url") or None,
        meta=_meta(facts.raw("meta")),
    )


def _meta(value: object) -> dict[str, Any] | None:
    if isinstance(value, str) and value:
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {"meta": value}
    return value if isinstance(value, dict) and value else None


def whole_json(source: BinaryIO, context: Context) -> Any:
    """Return the JSON value of a whole file. Raises FormatError."""
    data = whole(source, context)
    try:
        return parsed(data)
    except FormatError as error:
        raise FormatError(located_message(context.path, error)) from error


def parsed(data: bytes | str) -> Any:
    """Return the JSON value, with null for numbers that JSON does not have. Raises FormatError."""
    try:
        return json.loads(data, parse_constant=_nothing)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"this is no JSON: {error}") from error


def _nothing(_constant: str) -> None:
    """Return None for NaN and Infinity, which some tools write where there is no value."""


def read_lines(
    source: BinaryIO, context: Context, record_of: "Callable[[bytes, int], Record]"
) -> Iterator[SourceRecord]:
    """Yield the records of a file with one on each line.

    `record_of` gets a line and its number. Raises FormatError naming every faulty line, after the
    last one.
    """
    faults: list[ParseProblem] = []
    for number, raw in enumerate(lines_of(source, context), start=context.first_line):
        line = raw.removeprefix(_BOM) if number == 1 else raw
        if not line.strip():
            continue
        try:
            record = record_of(line, number)
        except AnnotatorError as error:
            faults.append(ParseProblem(number, error.message))
            continue
        if not faults:
            yield SourceRecord(record, number)
    if faults:
        raise FormatError.in_file(context.path, faults)


def read_rows(
    rows: Iterable[Any], context: Context, record_of: "Callable[[Any, int], Record]"
) -> Iterator[SourceRecord]:
    """Yield the records of a file that is one value.

    Faults give the position in it, from 1. Raises FormatError naming the faults, after the last
    one.
    """
    faults: list[ParseProblem] = []
    for number, row in enumerate(rows, start=1):
        try:
            record = record_of(row, number)
        except AnnotatorError as error:
            faults.append(ParseProblem(None, located_message(f"article {number}", error)))
            continue
        if not faults:
            yield SourceRecord(record)
    if faults:
        raise FormatError.in_file(context.path, faults)


def checked_text(value: object) -> str:
    """Return the text if an article can have it. Raises FormatError otherwise."""
    if not isinstance(value, str):
        raise FormatError("there is no text")
    try:
        normalize(value)
    except TextError as error:
        raise FormatError(located_message("text", error)) from error
    return value


def annotator_of(stated: str, context: Context) -> str | None:
    """Return whose annotation it is: the annotator named at import, else the one in the file."""
    return context.annotator or stated or None
