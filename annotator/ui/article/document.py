"""The document that Qt shows: a copy of the text, with the same UTF-16 units, detached.

It has line breaks of its own only inside a run of thousands of letters without a space.
"""

import re
from itertools import pairwise
from typing import Final, NamedTuple

from PySide6.QtCore import Qt, QTextBoundaryFinder
from PySide6.QtGui import (
    QFont,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextOption,
)

from annotator.core.offsets import Utf16Offsets

_LONGEST_PARAGRAPH: Final = 4000
_LONGEST_WORD: Final = 2000
_LONGEST_LETTER: Final = 64
_BLANKS: Final = " \t\u1680\u2003\u2002\u2009\u200b\u3000"
_STOPS: Final = "。！？；，、।။።"
_BEGINNING: Final = 2000
# Not compiled here: most articles need none of them, and compiling takes milliseconds.
_LINE_BREAKS = "\r\n|[\r\x0b\x0c\x85\u2028\u2029]"
_REPLACED = "[\x00-\x08\x0e-\x1f\x7f\ufdd0\ufdd1\ufffc\ufffe\uffff\ud800-\udfff]|\ufeff"
_RTL = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe]"


class TextMetrics(NamedTuple):
    """The layout of the text, in pixels.

    The gutter is where the lines of the article start: at the right with `rtl`.
    """

    font: QFont
    line_height: int
    gutter: int
    column: int
    top: int = 26
    far: int = 34
    """The margin at the side where the lines end."""
    rtl: bool = False

    @property
    def width(self) -> int:
        return self.gutter + self.column + self.far


def display_text(text: str) -> str:
    """Return `text` with every character replaced that Qt would change or drop, unit for unit.

    Also breaks paragraphs of more than 4,000 characters softly at spaces, since Qt lays a
    paragraph out as a whole.
    """
    # Printable text, as most text is, needs no search: it would take 30 ms per megabyte.
    if not text.replace("\n", "").isprintable():
        text = re.sub(_LINE_BREAKS, lambda m: "\u200b\n" if m[0] == "\r\n" else "\n", text)
        text = re.sub(_REPLACED, lambda m: "\u2060" if m[0] == "\ufeff" else "\ufffd", text)
    lines = text.split("\n")
    if max(map(len, lines)) > _LONGEST_PARAGRAPH:
        text = "\n".join(map(_soft_wrapped, lines))
    return text


def line_breaks(shown: str) -> list[int]:
    """Return where the document of a display text has line breaks that the text does not have.

    They split runs of thousands of letters without a space, since the time that Qt takes to lay
    one out grows with the square of its length.
    """
    lines = shown.split("\n")
    if max(map(len, lines)) <= _LONGEST_PARAGRAPH:
        return []
    breaks: list[int] = []
    offset = 0
    for line in lines:
        start = 0
        while len(line) - start > _LONGEST_PARAGRAPH:
            start = _break_offset(line, start)
            breaks.append(offset + start)
        offset += len(line) + 1
    return breaks


def document_offsets(text: str) -> Utf16Offsets:
    """Return the offsets of a text in the document that `build_document` makes of it."""
    return Utf16Offsets(text, line_breaks(display_text(text)))


def has_rtl(text: str) -> bool:
    """Return whether `text` has letters that are written from right to left."""
    return not text.isascii() and re.search(_RTL, text) is not None


def is_rtl_article(text: str) -> bool:
    """Return whether the article as a whole is right-to-left, judged by its beginning."""
    beginning = text[:_BEGINNING]
    if beginning.isascii():
        return False
    return 2 * len(re.findall(_RTL, beginning)) > sum(map(str.isalpha, beginning))


def build_document(text: str, metrics: TextMetrics) -> QTextDocument:
    """Return a document of `text`, laid out lazily once a view shows it. Keep a reference to it."""
    document = QTextDocument()
    document.setUndoRedoEnabled(False)
    document.setDocumentMargin(0)
    document.setDefaultFont(metrics.font)
    option = QTextOption()
    option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    document.setDefaultTextOption(option)
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    shown = display_text(text)
    edges = [0, *line_breaks(shown), len(shown)]
    shown = "\n".join(shown[start:end] for start, end in pairwise(edges))
    _insert(cursor, shown, metrics)
    cursor.endEditBlock()
    set_frame(document, metrics)
    return document


def set_frame(document: QTextDocument, metrics: TextMetrics) -> None:
    """Leave room for the gutter and above the first line."""
    frame = QTextFrameFormat()
    frame.setLeftMargin(metrics.far if metrics.rtl else metrics.gutter)
    frame.setTopMargin(metrics.top)
    frame.setBottomMargin(metrics.line_height * 2)
    frame.setRightMargin(metrics.gutter if metrics.rtl else metrics.far)
    if document.rootFrame().frameFormat() != frame:  # Qt would lay everything out all the same
        document.rootFrame().setFrameFormat(frame)


def _block_format(height: int) -> QTextBlockFormat:
    result = QTextBlockFormat()
    result.setLineHeight(height, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
    return result


def _insert(cursor: QTextCursor, shown: str, metrics: TextMetrics) -> None:
    """Insert the text; blank lines are kept but are lower than lines of text.

    Setting the format block by block afterwards would take three times as long.
    """
    full = _block_format(metrics.line_height)
    flat = _block_format(round(metrics.line_height * 0.45))
    cursor.setBlockFormat(full)
    for number, piece in enumerate(shown.split("\n\n")):
        if number:
            cursor.insertBlock(flat)
            cursor.insertBlock(full)
        cursor.insertText(piece)


def _soft_wrapped(paragraph: str) -> str:
    pieces = []
    start = 0
    while len(paragraph) - start > _LONGEST_PARAGRAPH:
        reach = start + _LONGEST_PARAGRAPH
        blank = max(paragraph.rfind(blank, start + 1, reach) for blank in _BLANKS)
        if blank < 0:
            following = re.compile(f"[{_BLANKS}]").search(paragraph, reach)
            if following is None:
                break
            blank = following.start()
        pieces.append(paragraph[start:blank])
        start = blank + 1
    return "\n".join([*pieces, paragraph[start:]])


def _break_offset(paragraph: str, start: int) -> int:
    """Return where a paragraph without blanks is broken: after a stop, else between two letters."""
    least, most = start + _LONGEST_WORD, start + _LONGEST_PARAGRAPH
    stop = max(paragraph.rfind(stop, least, most) for stop in _STOPS)
    if stop > 0:
        return stop + 1
    near = paragraph[least - _LONGEST_LETTER : least]
    offsets = Utf16Offsets(near)
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Grapheme, near)
    finder.toEnd()
    finder.toPreviousBoundary()  # the last letter may continue after it
    between = offsets.to_code_points(finder.position())
    return least - _LONGEST_LETTER + between if between else least
