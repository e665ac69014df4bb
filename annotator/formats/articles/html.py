"""Saved HTML pages (and MHTML): the main text, title, date and source, by trafilatura.

Of the libraries measured on the article-extraction-benchmark of Zyte (181 pages), trafilatura
finds the main text best (F 0.96) and gives the page's metadata as well.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

from annotator.core.errors import AnnotatorError
from annotator.formats.articles.article_builder import ArticleBuilder, drafts, one
from annotator.formats.articles.charset import decode_page
from annotator.formats.articles.html_text import HtmlText, flow_of_tree, parse_html
from annotator.formats.base import Context, Format, SourceRecord, whole

LARGEST_PAGE: Final = 16 << 20
_START: Final = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S
)
_MIME: Final = re.compile(
    rb"(?:[\w-]+:.*\r?\n(?:[ \t].*\r?\n)*)*?Content-Type:\s*multipart/rel", re.I
)


class Html(Format):
    """The article of a page, without the surrounding parts; one page is one article."""

    name = "html"
    title = "Saved web pages, main text only"
    suffixes = (".html", ".htm", ".xhtml", ".mhtml", ".mht")
    reads = True
    plain = True

    def recognises(self, head: bytes) -> bool | None:
        if _START.match(head.removeprefix(b"\xef\xbb\xbf")):
            return True
        return None

    def read(self, source: BinaryIO, context: Context) -> Iterator[SourceRecord]:
        data = whole(source, context)
        if _MIME.match(data):
            yield from one(context, drafts(context, read_mhtml, data, str(context.path)))
            return
        markup, context.encoding = decode_page(data, context.path)
        yield from one(context, drafts(context, read_page, markup))


def read_mhtml(data: bytes, path: str) -> list[ArticleBuilder]:
    """Return the article of an MHTML page, which a browser saved in one file with its images."""
    from email import message_from_bytes, policy

    message = message_from_bytes(data, policy=policy.default)
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            payload = part.get_payload(decode=True)
            markup, _ = decode_page(
                payload if isinstance(payload, bytes) else b"",
                Path(path),
                part.get_content_charset(),
            )
            address = str(message.get("Snapshot-Content-Location") or "").strip()
            return read_page(markup, address or None)
    raise AnnotatorError("there is no page in it")


def read_page(markup: str, url: str | None = None) -> list[ArticleBuilder]:
    """Return the article of a page, with an empty text if there is none. Fetches nothing."""
    if len(markup) > LARGEST_PAGE:
        raise AnnotatorError(f"the page is larger than {LARGEST_PAGE >> 20} MB; no article is")
    tree = parse_html(markup)
    language = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
    found = _extracted(tree, url)
    if found is None:
        return [ArticleBuilder("")]
    flow = _main_flow(found.body)
    return [
        ArticleBuilder(
            text=flow.text,
            title=found.title or flow.heading,
            published=found.date,
            source=found.sitename or found.hostname,
            url=found.url or url,
            language=language or found.language,
            meta={
                "author": found.author,
                "description": found.description,
                "categories": list(found.categories or ()),
                "tags": list(found.tags or ()),
                "license": found.license,
            },
            left_out=dict(flow.left_out),
        )
    ]


def _extracted(tree: Any, url: str | None) -> Any:
    import trafilatura

    return trafilatura.bare_extraction(
        tree,
        url=url,
        with_metadata=True,
        include_comments=False,
        include_tables=True,
        include_images=True,
        # Only dates that the page states, not any number that resembles one.
        date_extraction_params={"extensive_search": False, "original_date": True},
    )


def _main_flow(body: Any) -> HtmlText:
    """Return the text without its tables, unless the page uses tables for its layout."""
    flow = flow_of_tree(body)
    return flow if flow.text.strip() else flow_of_tree(body, tables=True)
