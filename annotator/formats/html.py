"""A reading copy: articles with their highlights, in one HTML file that needs nothing else.

Printed from a browser it is the PDF copy.
"""

from collections.abc import Iterable, Iterator
from html import escape
from typing import TYPE_CHECKING, BinaryIO, Final

from annotator.formats import losses
from annotator.formats.base import Format, Loss, LostItem
from annotator.formats.graph import Graph, Mark, graph_of
from annotator.formats.nested_markup import nested

if TYPE_CHECKING:
    from annotator.core.models import Quote
    from annotator.core.record import Record

_STYLE: Final = """
:root { color-scheme: light dark; --ink: #23272e; --page: #fdfcf9; --rule: #d9d4c7;
  --quote: #e8f0e4; --name: #eef1f7; }
@media (prefers-color-scheme: dark) { :root { --ink: #dfe1e5; --page: #1d2025; --rule: #3b4048;
  --quote: #2b3a2c; --name: #2b3242; } }
body { margin: 3rem auto; max-width: 42rem; padding: 0 1rem; background: var(--page);
  color: var(--ink); font: 1.05rem/1.65 "Noto Serif", Georgia, serif; }
article { border-top: 1px solid var(--rule); padding: 2rem 0; break-after: page; }
h1 { font-size: 1.4rem; line-height: 1.3; } h2 { font-size: 1rem; }
.about, table { font: .85rem/1.5 Inter, system-ui, sans-serif; opacity: .85; }
.text { white-space: pre-wrap; unicode-bidi: plaintext; }
.content { background: var(--quote); } .cue { text-decoration: underline; }
.source, .addressee { outline: 1px solid currentColor; outline-offset: 1px; }
.addressee { outline-style: dotted; }
.name { background: var(--name); border-radius: .25em; padding: 0 .15em; }
.name::after { content: attr(data-label); font: .6em Inter, sans-serif; vertical-align: super;
  margin-left: .2em; opacity: .75; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: start;
  vertical-align: top; padding: .25rem .75rem .25rem 0; border-top: 1px solid var(--rule); }
@media print { body { margin: 0; max-width: none; background: none; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
"""


# A title that is the id looks like none.
_ADDRESSES: Final = ("article.id", "article.url", "article.title")


def _addresses(record: "Record") -> Iterator[LostItem]:
    if record.article.title or record.article.url:
        yield LostItem("the article", record.article.url or record.article.id)


def _same_words(record: "Record") -> Iterator[LostItem]:
    for quote in losses.quotes(record):
        names = {e.id: e.name for e in losses.entities(record)}
        if quote.speakers and _named(quote, names) == _named(quote._replace(speakers=()), names):
            yield losses.lost_quote(quote)


class HtmlCopy(Format):
    """Names with their labels, highlighted quotes, and a table of quotes below each text."""

    name = "html-copy"
    title = "HTML reading copy with highlights"
    suffixes = (".html",)
    writes = True
    bare = True
    losses = (
        losses.UNLABELLED,
        losses.ENTITY_DETAILS,
        losses.FIRST_NAMES,
        losses.UNMENTIONED,
        losses.TIES,
        losses.NAMESAKES,
        losses.MENTION_DETAILS,
        losses.QUOTE_DETAILS,
        losses.SPEAKER_STATUSES,
        Loss("who speaks, where the source has the same words", _same_words, ("quote.speakers",)),
        losses.STATUSES,
        losses.HEAD_DETAILS,
        Loss("ids and addresses of articles", _addresses, _ADDRESSES),
        losses.ARTICLE_DETAILS,
        losses.DECISIONS,
        losses.UNKNOWN_KEYS,
    )

    def write(self, records: "Iterable[Record]", out: BinaryIO) -> None:
        out.write(
            '<!DOCTYPE html>\n<html><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width">'
            f"<title>Annotated articles</title><style>{_STYLE}</style></head><body>\n".encode()
        )
        for record in records:
            out.write("".join(_article(record)).encode())
        out.write(b"</body></html>\n")


def _article(record: "Record") -> Iterator[str]:
    article, annotation = record.article, record.annotation
    about = [article.source, article.published, record.annotator and f"by {record.annotator}"]
    language = f' lang="{escape(article.language)}"' if article.language else ""
    yield f"<article{language}><h1>{escape(article.title or article.id)}</h1>\n"
    yield f'<p class="about">{escape(" · ".join(words for words in about if words))}</p>\n'
    graph = graph_of(annotation) if annotation else Graph()
    yield f'<div class="text" dir="auto">{"".join(_marked(article.text, graph))}</div>\n'
    if annotation is not None and annotation.quotes:
        yield "<h2>Quotes</h2><table><tr><th>Who</th><th>What</th><th>Type</th></tr>\n"
        names = {entity.id: entity.name for entity in annotation.entities.values()}
        for quote in annotation.ordered_quotes():
            yield _row(quote, names)
        yield "</table>\n"
    yield "</article>\n"


def _marked(text: str, graph: Graph) -> Iterator[str]:
    for words, mark in nested(text, graph.marks):
        if mark is None:
            yield escape(words)
        else:
            yield "</span>" if words == ">" else _start(mark)


def _start(mark: Mark) -> str:
    if mark.role is not None:
        return f'<span class="{mark.role}" title="{mark.role}">'
    label = escape(mark.label)
    return f'<span class="name" data-label="{label}" title="{label}">'


def _row(quote: "Quote", names: dict[str, str]) -> str:
    who = _named(quote, names)
    what = " … ".join(span.text for span in quote.parts("content"))
    return (
        f'<tr><td>{escape(who)}</td><td dir="auto">{escape(what)}</td>'
        f"<td>{escape(quote.type.replace('_', ' '))}</td></tr>\n"
    )


def _named(quote: "Quote", names: dict[str, str]) -> str:
    """Return the names of the speakers, else the words of the source."""
    speakers = ", ".join(names[id_] for id_ in quote.speakers)
    return speakers or " ".join(span.text for span in quote.parts("source")) or "—"
