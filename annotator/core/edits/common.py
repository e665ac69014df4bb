"""Helpers of the edits: finding items, checking spans, wording titles."""

from collections.abc import Iterable

from annotator.core.annotation import Annotation
from annotator.core.edit import Change, Edit
from annotator.core.errors import Rejected
from annotator.core.message import Message, message
from annotator.core.models import Article, Entity, Item, Mention, Quote
from annotator.core.text import visible


def get_entity(annotation: Annotation, entity_id: str) -> Entity:
    """Return the entity.

    Raises:
        Rejected: It no longer exists.
    """
    if (entity := annotation.entities.get(entity_id)) is None:
        raise Rejected(message("That entity is no longer there."))
    return entity


def get_mention(annotation: Annotation, mention_id: str) -> Mention:
    """Return the mention.

    Raises:
        Rejected: It no longer exists.
    """
    if (mention := annotation.mentions.get(mention_id)) is None:
        raise Rejected(message("That mention is no longer there."))
    return mention


def get_quote(annotation: Annotation, quote_id: str) -> Quote:
    """Return the quote.

    Raises:
        Rejected: It no longer exists.
    """
    if (quote := annotation.quotes.get(quote_id)) is None:
        raise Rejected(message("That quote is no longer there."))
    return quote


def checked_span(article: Article, start: int, end: int) -> tuple[int, int, str]:
    """Return the span and its text, without outer white space and invisible characters.

    Raises:
        Rejected: The span is outside the article, or nothing is left of it.
    """
    if not 0 <= start <= end <= len(article.text):
        raise Rejected(message("The selection reaches outside the article."))
    if start == end:
        raise Rejected(message("Nothing is selected: select some words first."))
    start, end = visible(article.text, start, end)
    if start == end:
        raise Rejected(message("The selection holds only white space."))
    return start, end, article.text[start:end]


def changed(title: Message, *pairs: tuple[Item | None, Item | None]) -> Edit:
    """Return the edit with those pairs that differ.

    Raises:
        Rejected: None does.
    """
    changes = tuple(Change(before, after) for before, after in pairs if before != after)
    if not changes:
        raise Rejected(message("That is how it is already."))
    return Edit(title, changes)


def short(text: str, limit: int = 32) -> str:
    """Return `text` in quote marks on one line, cut to about `limit` code points for a title."""
    line = " ".join(text.split())
    return f"“{line}”" if len(line) <= limit else f"“{line[: limit - 1].rstrip()}…”"


def replace_ids(ids: Iterable[str], old: frozenset[str], new: str | None) -> tuple[str, ...]:
    """Return `ids` with each of `old` replaced by `new` (left out if None), each id once."""
    renamed = (new if id_ in old else id_ for id_ in ids)
    return tuple(dict.fromkeys(id_ for id_ in renamed if id_ is not None))
