"""Which columns of a table hold the text, the title and the other parts of an article."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Final

from annotator.core.errors import AnnotatorError
from annotator.core.message import verbatim

_USUAL: Final[Mapping[str, tuple[str, ...]]] = {
    "text": (
        "text", "body", "content", "article_text", "full_text", "fulltext", "maintext",
        "main_text", "article_body", "articlebody", "story", "article", "volltext", "inhalt",
        "النص", "نص",
    ),
    "title": ("title", "headline", "titel", "überschrift", "schlagzeile", "العنوان"),
    "published": (
        "published", "date", "publication_date", "published_at", "pub_date", "pubdate",
        "date_published", "date_publish", "publish_date", "datum", "timestamp", "التاريخ",
    ),
    "id": ("id", "article_id", "doc_id", "docid", "document_id", "uid", "guid", "identifier"),
    "source": (
        "source", "publisher", "outlet", "newspaper", "publication", "sitename", "site_name",
        "quelle", "zeitung", "المصدر",
    ),
    "url": ("url", "link", "permalink", "href", "uri"),
    "language": ("language", "lang", "sprache"),
}  # fmt: skip

_LONGEST_LISTED: Final = 40


@dataclass(frozen=True, slots=True)
class Columns:
    """The name of the column that holds each part of an article; None for a part without one."""

    text: str | None = None
    title: str | None = None
    published: str | None = None
    id: str | None = None
    source: str | None = None
    url: str | None = None
    language: str | None = None

    def chosen(self) -> dict[str, str]:
        """Return the column of each part that has one."""
        named = {part: getattr(self, part) for part in PARTS}
        return {part: name for part, name in named.items() if name is not None}


PARTS: Final = tuple(field.name for field in fields(Columns))


def detect(names: Sequence[str]) -> Columns:
    """Return the columns found by their usual names in English, German and Arabic, ignoring case.

    The only column of a table is its text.
    """
    plain = {_plain(name): name for name in reversed(names)}
    found = {
        part: next((plain[usual] for usual in _USUAL[part] if usual in plain), None)
        for part in PARTS
    }
    if len(names) == 1:
        return Columns(text=names[0])
    return Columns(**found)


def _listed(name: str) -> str:
    """Return a column name shortened for a message; without a header, names are whole articles."""
    plain = " ".join(name.split())
    return plain if len(plain) <= _LONGEST_LISTED else plain[:_LONGEST_LISTED] + "…"


def resolve(chosen: Columns | None, names: Sequence[str]) -> Columns:
    """Return the columns that a person chose, completed by the usual names.

    Raises AnnotatorError if a chosen column does not exist, or no column is known to hold the text.
    """
    given = chosen.chosen() if chosen is not None else {}
    listed = ", ".join(_listed(name) for name in names[:20]) or "none"
    for name in given.values():
        if name not in names:
            raise AnnotatorError(f"there is no column {name!r}; the columns are: {listed}")
    free = [name for name in names if name not in given.values()]
    found = detect(names) if len(names) == 1 else detect([*free, ""])
    columns = replace(found, **given)
    if columns.text is None:
        raise AnnotatorError(
            verbatim("no column is known to hold the text").with_hint(
                f"; name it with --text COLUMN: {listed}"
            )
        )
    return columns


def _plain(name: str) -> str:
    return name.strip().casefold().replace(" ", "_").replace("-", "_")
