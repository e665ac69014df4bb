"""Conversion of markup to paragraphs, as a reader of the page sees them."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final


def _words(listed: str) -> list[str]:
    return listed.split()


_SPACE: Final = re.compile(r"[ \t\n\r\f]+")
_BLOCKS: Final = frozenset(
    _words(
        "address article aside blockquote body caption center dd details dialog div dl dt fieldset "
        "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html item legend li list "
        "main menu ol p pre quote section summary table tbody td tfoot th thead tr ul"
    )
)
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "head"})
_LISTS: Final = frozenset({"ul", "ol", "list", "menu"})
_ITEMS: Final = frozenset({"li", "item"})
_BREAKS: Final = frozenset({"br", "lb"})
_INVISIBLE: Final = frozenset(
    _words(
        "base button datalist dialog input link meta nav noscript option rp script select style "
        "template textarea title"
    )
)
_COUNTED: Final = {
    "img": "images", "graphic": "images", "image": "images", "picture": "images",
    "svg": "images", "canvas": "images", "table": "tables", "math": "formulas",
    "video": "videos and sounds", "audio": "videos and sounds", "iframe": "embedded pages",
    "object": "embedded pages", "embed": "embedded pages",
}  # fmt: skip
_NOTES: Final = re.compile(r"\b(?:footnotes?|endnotes?|rearnotes?)\b")


@dataclass(slots=True)
class HtmlText:
    """The paragraphs in order, the counts of omitted parts, and the first heading."""

    text: str = ""
    left_out: Counter[str] = field(default_factory=Counter)
    heading: str = ""


def parse_html(markup: str) -> Any:
    """Return the tree of a page, even a broken one. Fetches nothing and expands no entities."""
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    # libxml2 ends a page at a NUL.
    data = markup.replace("\0", "\ufffd").encode("utf-8", "replace")
    try:
        return html.document_fromstring(data, parser=parser)
    except etree.ParserError:  # there are no elements in it
        return html.document_fromstring(b"<p></p>", parser=parser)


def flow_of(markup: str, *, tables: bool = False) -> HtmlText:
    """Return the paragraphs of a whole page; `tables` is for pages that use tables for their
    layout.
    """
    if not markup.strip():
        return HtmlText()
    return flow_of_tree(parse_html(markup), tables=tables)


def flow_of_tree(root: Any, *, tables: bool = False) -> HtmlText:
    """Return the paragraphs of an HTML tree, or of the XML tree that trafilatura makes of it."""
    from lxml import etree

    writer = _Writer(tables)
    walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walker:
        if event == "start":
            if writer.leaves_out(element):
                walker.skip_subtree()
            else:
                writer.open(element)
        elif event == "end":
            writer.close(element, last=element is root)
        elif element is not root:
            writer.add(element.tail)
    return writer.finish()


@dataclass(slots=True)
class _List:
    numbered: bool
    items: int = 0


class _Writer:
    def __init__(self, tables: bool) -> None:
        self._tables = tables
        self._flow = HtmlText()
        self._paragraphs: list[str] = []
        self._lines: list[list[str]] = [[]]
        """The lines of the paragraph, each in pieces, because a line may consist of a million
        elements.
        """
        self._pre = 0
        self._lists: list[_List] = []
        self._bullet = ""
        self._tight = False
        self._skipped: Any = None

    def leaves_out(self, element: Any) -> bool:
        """Return whether to omit this element and all in it, and count what a reader would miss."""
        tag = _tag(element)
        named = _COUNTED.get(tag)
        if tag == "table" and self._tables:
            named = None
        if named is None and _is_note(element, tag):
            named = "footnotes"
        if named is not None:
            self._flow.left_out[named] += 1
        unseen = tag in _INVISIBLE or (tag == "head" and element.get("rend") is None)
        if named is not None or unseen or _is_reference(element, tag):
            self._skipped = element
            return True
        return False

    def open(self, element: Any) -> None:
        tag = _tag(element)
        if tag in _BREAKS:
            self._break()
        if tag in _BLOCKS or tag == "head":
            self._end_paragraph()
        if tag == "pre":
            self._pre += 1
        if tag in _LISTS:
            self._lists.append(_List(tag == "ol" or element.get("rend") == "ol"))
        elif tag in _ITEMS:
            self._start_item()
        self.add(element.text)

    def close(self, element: Any, *, last: bool) -> None:
        tag = _tag(element)
        if element is self._skipped:
            self._skipped = None
        else:
            self._close(tag)
        if not last:
            self.add(element.tail)

    def _close(self, tag: str) -> None:
        if tag in _HEADINGS and not self._flow.heading:
            self._flow.heading = self._paragraph().replace("\n", " ")
        if tag in _BLOCKS or tag == "head":
            self._end_paragraph()
        if tag == "pre":
            self._pre -= 1
        if tag in _LISTS and self._lists:
            self._lists.pop()
            self._tight = False
        if tag in _ITEMS:
            self._bullet = ""

    def add(self, text: str | None) -> None:
        """Add text to the paragraph, with white space as the page shows it."""
        if not text:
            return
        if self._pre:
            first, *rest = text.replace("\r\n", "\n").split("\n")
            self._lines[-1].append(first)
            self._lines += [[line] for line in rest]
        else:
            self._lines[-1].append(_SPACE.sub(" ", text))

    def finish(self) -> HtmlText:
        self._end_paragraph()
        self._flow.text = "".join(self._paragraphs)
        return self._flow

    def _start_item(self) -> None:
        self._bullet, self._tight = "- ", False
        if self._lists:
            inner = self._lists[-1]
            self._tight = inner.items > 0 or len(self._lists) > 1
            inner.items += 1
            if inner.numbered:
                self._bullet = f"{inner.items}. "

    def _break(self) -> None:
        if len(self._lines) > 1 and not any(piece.strip(" ") for piece in self._lines[-1]):
            self._end_paragraph()  # two breaks in a row end a paragraph
        else:
            self._lines.append([])

    def _paragraph(self) -> str:
        if self._pre:
            return "\n".join(map("".join, self._lines)).strip("\n")
        lines = [_SPACE.sub(" ", "".join(line)).strip(" ") for line in self._lines]
        return "\n".join(lines).strip("\n")

    def _end_paragraph(self) -> None:
        words = self._paragraph()
        self._lines = [[]]
        if not words.strip():
            return
        between = "" if not self._paragraphs else "\n" if self._tight and self._bullet else "\n\n"
        self._paragraphs.append(between + self._bullet + words)
        self._bullet = ""


def _tag(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _is_note(element: Any, tag: str) -> bool:
    """Return whether EPUB (epub:type), ARIA (role) or mammoth (id) marks it as a footnote."""
    if tag not in ("aside", "li", "div", "section", "p"):
        return False
    kind = f"{element.get('epub:type', '')} {element.get('role', '').replace('doc-', '')}"
    id_ = element.get("id", "")
    return bool(_NOTES.search(kind)) or bool(re.match(r"(?:foot|end)note-\d", id_))


def _is_reference(element: Any, tag: str) -> bool:
    """Return whether it is a raised number that links to a footnote."""
    if tag == "sup" and len(element) == 1 and not (element.text or "").strip():
        return _is_reference(element[0], _tag(element[0]))
    if tag != "a":
        return False
    kind = f"{element.get('epub:type', '')} {element.get('role', '')}"
    return "noteref" in kind or element.get("id", "").startswith(("footnote-ref", "endnote-ref"))
