"""Builds articles with a normalized text from the findings of a reader."""

from collections.abc import Callable, Iterable, Iterator
from email.utils import parsedate_to_datetime
from typing import Any, Final, NamedTuple, TypeVar

from annotator.core.errors import AnnotatorError, TextError
from annotator.core.models import Article
from annotator.core.text import normalize, text_hash
from annotator.formats.base import Context, FormatError, SourceRecord, located_message
from annotator.formats.news_header import iso_date, shorten

_HASH_LENGTH: Final = 10
_Item = TypeVar("_Item")


class ArticleBuilder(NamedTuple):
    """The parts of an article as a reader found them, with values that JSON can hold.

    `published` is the date as the file states it; `left_out` counts what was not read, in plain
    words. `id` is empty if the file gives none.
    """

    text: str
    title: str = ""
    published: str | None = None
    source: str | None = None
    url: str | None = None
    language: str | None = None
    id: str = ""
    meta: dict[str, Any] = {}  # noqa: RUF012  # never changed
    left_out: dict[str, int] = {}  # noqa: RUF012


def drafts(context: Context, function: Callable[..., Any], *arguments: Any) -> list[ArticleBuilder]:
    """Return the function's result, called through the context.

    Raises FormatError naming the file.
    """
    try:
        return [ArticleBuilder(*row) for row in context.call(function, *arguments)]
    except AnnotatorError as error:
        raise FormatError(located_message(context.path, error)) from error


def stem_of(context: Context) -> str:
    """Return the stem of the ids of articles in this file."""
    return context.stem or context.name


def one(context: Context, found: list[ArticleBuilder]) -> Iterator[SourceRecord]:
    """Yield the article of a file that holds one. Raises FormatError if it has no text."""
    (draft,) = found
    if not draft.text.strip():
        what = "; ".join(f"{count:,} {words}" for words, count in draft.left_out.items())
        raise FormatError(f"{context.path}: no text was found in it{f', only {what}' * bool(what)}")
    yield located(context, draft, draft.id or stem_of(context))


def each(
    context: Context,
    items: Iterable[_Item],
    read: Callable[[_Item, Context], list[ArticleBuilder]],
    unread: str,
) -> Iterator[ArticleBuilder]:
    """Yield the articles of each item. An item that cannot be read is counted as `unread`.

    Raises the first FormatError if no item can be read.
    """
    first: FormatError | None = None
    found = False
    for item in items:
        try:
            drafts_of_it = read(item, context)
        except FormatError as error:
            first = first or error
            context.left_out[unread] += 1
            continue
        found = found or bool(drafts_of_it)
        yield from drafts_of_it
    if first is not None and not found:
        raise first


def several(
    context: Context, found: Iterable[ArticleBuilder], empty: str, *, versioned: bool = False
) -> Iterator[SourceRecord]:
    """Yield the articles of a file that holds many; those without text count as `empty`."""
    for draft in found:
        if draft.text.strip():
            id_ = draft.id or f"{stem_of(context)}-{text_hash(draft.text)[:_HASH_LENGTH]}"
            yield located(context, draft, id_, versioned=versioned)
        else:
            context.left_out.update(draft.left_out or {empty: 1})


def located(
    context: Context,
    draft: ArticleBuilder,
    id_: str,
    *,
    line: int | None = None,
    versioned: bool = False,
) -> SourceRecord:
    """Return the article of a draft. Raises FormatError naming the file for an invalid text."""
    from annotator.core.record import Record

    try:
        text = normalize(draft.text).text
    except TextError as error:
        raise FormatError(located_message(context.path, error)) from error
    context.left_out.update(draft.left_out)
    meta = {key: value for key, value in draft.meta.items() if value not in (None, "", [], {})}
    published = day(draft.published)
    if draft.published and published is None:
        meta["date"] = draft.published
    language = (draft.language or "").strip()
    if "-" in language or "_" in language:
        meta.setdefault("language", language)
    article = Article(
        id=id_,
        text=text,
        title=" ".join(draft.title.split()) or shorten(text),
        language=language.replace("_", "-").split("-")[0].lower() or None,
        source=" ".join((draft.source or "").split()) or None,
        published=published,
        url=draft.url or None,
        meta=meta or None,
    )
    return SourceRecord(Record(article), line, versioned)


def day(words: str | None) -> str | None:
    """Return the day of a date as YYYY-MM-DD; None if it is unreadable or ambiguous."""
    if not words:
        return None
    found = iso_date(words)
    if found is None:
        try:
            found = parsedate_to_datetime(words).date().isoformat()
        except (ValueError, TypeError, IndexError):
            return None
    return found
