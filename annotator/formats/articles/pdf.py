"""PDF documents, read with pdfium: lines are joined to paragraphs by their position."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from statistics import median, multimode
from typing import Any, BinaryIO, Final, NamedTuple

from annotator.core.errors import AnnotatorError
from annotator.formats.articles.article_builder import ArticleBuilder, drafts, one
from annotator.formats.base import Context, Format, SourceRecord, whole
from annotator.formats.news_header import read_header

MOST_PAGES: Final = 2000
_WIDE_GAP: Final = 1.4  # between paragraphs, in multiples of the usual line distance
_OTHER_SIZE: Final = 1.2  # ratio of a heading's letters to those of the text
_SHORT: Final = 0.85  # of its column: a line that ends before that ends its paragraph
_INDENT: Final = 0.6  # of a line's height
_EDGE: Final = 2  # lines at the top and bottom of a page that may be running heads
_ENDS: Final = re.compile(r"[.!?…:;؟。！？]['\"»”’)\]]*$")
_HYPHEN: Final = "\x02"  # pdfium's sign for a hyphen at a line's end
_FILE_NAME: Final = re.compile(
    r"(?:^Microsoft Word - .*|.*\.(?:docx?|indd|qxp|odt|pdf|tex|rtf))$", re.I
)


_Box = tuple[float, float, float, float]
"""Left, bottom, right and top in points from the lower left corner."""
_EMPTY_BOX: Final = (0.0, 0.0, 0.0, 0.0)


class Line(NamedTuple):
    """A line of text and its position on the page, in points from the lower left."""

    text: str
    left: float
    right: float
    bottom: float
    top: float

    @property
    def height(self) -> float:
        return max(self.top - self.bottom, 1.0)


class Pdf(Format):
    """The text layer, without running heads and page numbers; one document is one article."""

    name = "pdf"
    title = "PDF documents with a text layer"
    suffixes = (".pdf",)
    reads = True
    plain = True

    def recognises(self, head: bytes) -> bool | None:
        return b"%PDF-" in head[:1024]

    def read(self, source: BinaryIO, context: Context) -> Iterator[SourceRecord]:
        yield from one(context, drafts(context, read_pdf, whole(source, context)))


def read_pdf(data: bytes) -> list[ArticleBuilder]:
    """Return the article of a document.

    Raises AnnotatorError if it is damaged, locked or a scan.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            raise AnnotatorError("it is locked with a password; save it without one") from error
        raise AnnotatorError("it is damaged or no PDF") from error
    try:
        return [_article(document)]
    finally:
        document.close()


def _article(document: Any) -> ArticleBuilder:
    if len(document) > MOST_PAGES:
        raise AnnotatorError(f"it has {len(document):,} pages; up to {MOST_PAGES:,} are read")
    pages, left_out = [], Counter[str]()
    for number in range(len(document)):
        page = document[number]
        pages.append(_lines(page))
        left_out["images"] += sum(1 for _ in page.get_objects(filter=[_IMAGE], max_depth=2))
        page.close()
    if not any(pages):
        raise AnnotatorError(
            f"none of its {len(document)} pages has a text layer; run it through text recognition"
        )
    left_out["pages without a text layer"] = sum(1 for lines in pages if not lines)
    bare = without_running_heads(pages)
    left_out["running heads and page numbers"] = sum(map(len, pages)) - sum(map(len, bare))
    text = "\n\n".join(paragraphs(bare))
    metadata = document.get_metadata_dict(skip_empty=True)
    header = read_header(text)
    title = "" if _FILE_NAME.match(metadata.get("Title", "")) else metadata.get("Title", "")
    return ArticleBuilder(
        text,
        title=title or header.title,
        published=header.published,
        source=header.source,
        meta={
            "author": metadata.get("Author") or header.author,
            "description": metadata.get("Subject"),
            "keywords": metadata.get("Keywords"),
            "created": re.sub(
                r"^D:(\d{4})(\d\d)(\d\d).*", r"\1-\2-\3", metadata.get("CreationDate", "")
            ),
            "pages": len(document),
        },
        left_out={what: count for what, count in left_out.items() if count},
    )


_IMAGE: Final = 3  # FPDF_PAGEOBJ_IMAGE


def _lines(page: Any) -> list[Line]:
    """Return the lines of a page in text order."""
    words = page.get_textpage()
    try:
        text = words.get_text_range()
        boxes = _boxes(words, text)
    finally:
        words.close()
    found, at = [], 0
    for raw in re.split("(\r\n|\n|\r)", text):
        if raw.strip():
            found.append(_line(raw, boxes[at : at + len(raw)]))
        at += len(raw)
    return found


def _boxes(words: Any, text: str) -> list[_Box]:
    """Return the box of each character on a page; empty ones if pdfium counts differently."""
    count = words.count_chars()
    widths = [1 + (char > "\uffff") for char in text]
    if count == len(text):
        indices = list(range(count))
    elif count == sum(widths):  # UTF-16 units
        indices = [end - width for width, end in zip(widths, accumulate(widths), strict=True)]
    else:
        return [_EMPTY_BOX] * len(text)
    return [words.get_charbox(index, loose=True) for index in indices]


def _line(raw: str, boxes: Sequence[_Box]) -> Line:
    # Spaces and line ends have boxes of no size, or none at all.
    seen = [box for box in boxes if box[2] > box[0]] or [_EMPTY_BOX]
    return Line(
        raw.strip(" "),
        min(box[0] for box in seen),
        max(box[2] for box in seen),
        median(box[1] for box in seen),
        median(box[3] for box in seen),
    )


def without_running_heads(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Return the pages without the edge lines that many pages share except for numbers."""
    counts = Counter(
        key
        for lines in pages
        for key in {_run(line) for line in [*lines[:_EDGE], *lines[_EDGE:][-_EDGE:]]}
    )
    often = max(2, len(pages) // 2)
    running = {key for key, count in counts.items() if count >= often}
    return [_inner(lines, running) for lines in pages]


def _inner(lines: Sequence[Line], running: set[tuple[str, int]]) -> list[Line]:
    """Return the lines between the running ones that are set off from the text."""
    first, last = 0, len(lines)
    while first < min(_EDGE, last) and _run(lines[first]) in running:
        first += 1
    while last > max(first, len(lines) - _EDGE) and _run(lines[last - 1]) in running:
        last -= 1
    gap = _usual_gap(lines) * _WIDE_GAP
    while 0 < first < len(lines) and lines[first - 1].bottom - lines[first].bottom <= gap:
        first -= 1
    while 0 < last < len(lines) and lines[last - 1].bottom - lines[last].bottom <= gap:
        last += 1
    return list(lines[first:last])


def _run(line: Line) -> tuple[str, int]:
    """Return what a running line has in common on all pages: its text and its position."""
    return re.sub(r"\d+", "#", line.text), round(line.bottom)


def paragraphs(pages: Sequence[Sequence[Line]]) -> list[str]:
    """Return the paragraphs, joined across page breaks, with line-end hyphens removed."""
    found: list[str] = []
    last: Line | None = None
    for lines in pages:
        gap = _usual_gap(lines)
        for index, line in enumerate(lines):
            column = _column(lines, line)
            if last is not None and not _breaks(last, line, gap, column, first=index == 0):
                found[-1] = _joined(found[-1], line.text)
            else:
                found.append(line.text)
            last = line
    return [paragraph.replace(_HYPHEN, "-") for paragraph in found]


def _usual_gap(lines: Sequence[Line]) -> float:
    """Return the commonest distance between two lines.

    Of several it is the smallest, which occurs within paragraphs.
    """
    gaps = [round(a.bottom - b.bottom) for a, b in pairwise(lines)]
    down = [gap for gap in gaps if gap > 0]
    return float(min(multimode(down))) if down else 0.0


def _column(lines: Sequence[Line], line: Line) -> tuple[float, float]:
    """Return the left and right edge of the lines directly above or below this one."""
    same = [x for x in lines if x.left < line.right and x.right > line.left]
    return min(x.left for x in same), max(x.right for x in same)


def _breaks(
    last: Line, line: Line, gap: float, column: tuple[float, float], *, first: bool
) -> bool:
    """Return whether a paragraph ends between these two lines."""
    ratio = max(last.height, line.height) / min(last.height, line.height)
    if ratio > _OTHER_SIZE:
        return True
    ended = bool(_ENDS.search(last.text))
    if first or line.bottom >= last.bottom:  # another page or column
        return ended or line.text[:1].isupper()
    if gap and last.bottom - line.bottom > gap * _WIDE_GAP:
        return True
    left, right = column
    width = right - left
    from_left = last.right < left + width * _SHORT
    from_right = last.left > right - width * _SHORT
    if from_left and from_right:  # centred or narrow: a line of its own
        return ended
    if (from_left or from_right) and ended:
        return True
    return line.left - last.left > line.height * _INDENT and last.left - left < 1 and ended


def _joined(before: str, line: str) -> str:
    if before.endswith(_HYPHEN):
        return before[:-1] + line
    if before.endswith("\u00ad"):
        return before[:-1] + line
    return f"{before} {line}"
