"""The geometry of spans in the viewport: visible lines only, left-to-right and right-to-left."""

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple, cast

from PySide6.QtCore import QPointF, QRectF, Qt, QTextBoundaryFinder
from PySide6.QtGui import QAbstractTextDocumentLayout, QTextBlock, QTextDocument, QTextLine
from PySide6.QtWidgets import QTextEdit

from annotator.core.offsets import Utf16Offsets
from annotator.ui.article.document import has_rtl

_ABOVE_BASELINE: Final = 0.63
_AROUND: Final = 60
"""How many neighbouring blocks are checked before Qt has to search."""
_LAM: Final = "\u0644"
_ALEFS: Final = ("\u0622", "\u0623", "\u0625", "\u0627", "\u0671")
"""Lam and an alef after it are one glyph."""
_BORDER: Final = 1.0
_TOUCHING: Final = 0.5
"""Glyphs nearer than this, in pixels, belong to one box."""
_SNAP: Final = 16.0
"""Edges of neighbouring lines nearer than this are drawn as one straight edge."""


class Line(NamedTuple):
    """One laid-out line: UTF-16 `[start, end)` of the document, box and baseline in the viewport.

    `ink_end` is where the line's trailing white space begins.
    """

    start: int
    end: int
    ink_end: int
    top: float
    height: float
    baseline: float
    left: float
    line: QTextLine
    rtl: bool
    text: str
    """The text of its paragraph."""


class Piece(NamedTuple):
    """The part of one line that a span covers; `first` and `last` mark the span's own ends.

    In right-to-left text the span starts at the right edge of its first piece. `wraps` says that
    the span continues on the next line after this piece.
    """

    rect: QRectF
    baseline: float
    first: bool
    last: bool
    rtl: bool = False
    wraps: bool = False

    @property
    def start_x(self) -> float:
        return self.rect.right() if self.rtl else self.rect.left()

    @property
    def end_x(self) -> float:
        return self.rect.left() if self.rtl else self.rect.right()


class Lines(list[Line]):
    """Lines from top to bottom, which do not change any more; where spans are is found once."""

    def __init__(self, lines: Iterable[Line] = ()) -> None:
        super().__init__(lines)
        self._ends: list[int] | None = None
        self._pieces: dict[tuple[int, int], Sequence[Piece]] = {}

    def pieces(self, start: int, end: int) -> Sequence[Piece]:
        """Return the pieces of UTF-16 `[start, end)` on these lines, from top to bottom."""
        found = self._pieces.get((start, end))
        if found is None:
            if self._ends is None:
                self._ends = [line.end for line in self]
            found = _pieces(self, bisect_right(self._ends, start), start, end)
            self._pieces[start, end] = found
        return found


def visible_lines(view: QTextEdit, pitch: int, near: int = -1) -> Lines:
    """Return the lines that touch the viewport, from top to bottom, each `pitch` pixels high.

    Includes lines that end just above it, for what extends below them. `near` is a position that
    was visible recently: searching around it first is faster and finds the same lines.
    """
    layout = view.document().documentLayout()
    scroll_x, scroll_y = view.horizontalScrollBar().value(), view.verticalScrollBar().value()
    bottom = view.viewport().height()
    block = _block_at(view.document(), scroll_y, near)
    while (before := block.previous()).isValid():
        if layout.blockBoundingRect(before).bottom() + 2 * pitch < scroll_y:
            break
        block = before
    lines: list[Line] = []
    while block.isValid():
        box = layout.blockBoundingRect(block).translated(-scroll_x, -scroll_y)
        if box.top() > bottom:
            break
        lines += _lines_of(block, box.topLeft(), pitch, bottom)
        block = block.next()
    return Lines(lines)


def all_lines(document: QTextDocument, pitch: int) -> list[Line]:
    """Return every line of the document, from top to bottom, in its own coordinates."""
    layout, block = document.documentLayout(), document.begin()
    lines: list[Line] = []
    while block.isValid():
        lines += _lines_of(block, layout.blockBoundingRect(block).topLeft(), pitch, math.inf)
        block = block.next()
    return lines


def _pieces(lines: Lines, first: int, start: int, end: int) -> list[Piece]:
    """Return the pieces of UTF-16 `[start, end)` on the lines from the number `first` on."""
    found: list[Piece] = []
    for line in islice(lines, first, None):
        if line.start >= end:
            break
        if line.end > start:
            inner = max(start, line.start), min(end, line.ink_end)
            rects = list(_rects(line, *inner)) if inner[0] < inner[1] else []
            found += [
                Piece(
                    rect,
                    line.baseline,
                    first=number == 0 and start >= line.start,
                    last=number == len(rects) - 1 and end <= line.end,
                    rtl=rtl,
                    wraps=number == len(rects) - 1 and end > line.end,
                )
                for number, (rect, rtl) in enumerate(rects)
            ]
    return found


def boxes(found: Sequence[Piece]) -> list[QRectF]:
    """Return the boxes of a span's pieces.

    Where the text only wraps, nearly equal edges are made equal for a calm outline; where the
    span starts and ends, its box does so as well.
    """
    result = [QRectF(piece.rect) for piece in found]
    run: list[QRectF] = []
    edge, rtl = 0.0, False
    for piece, rect in zip(found, result, strict=True):
        if not piece.wraps:
            run = []
            continue
        if run and (piece.rtl != rtl or abs(edge - piece.end_x) >= _SNAP):
            run = []
        rtl = piece.rtl
        run.append(rect)
        farthest = min if piece.rtl else max
        edge = farthest(edge, piece.end_x) if len(run) > 1 else piece.end_x
        for other in run:
            (QRectF.setLeft if piece.rtl else QRectF.setRight)(other, edge)
    return result


def position_at(document: QTextDocument, y: float, near: int = -1) -> float:
    """Return roughly the position, in UTF-16 units and fractions, at this document height."""
    block = _block_at(document, y, near)
    box = document.documentLayout().blockBoundingRect(block)
    share = (y - box.top()) / max(1.0, box.height())
    return block.position() + block.length() * min(1.0, max(0.0, share))


def _block_at(document: QTextDocument, y: float, near: int) -> QTextBlock:
    """Return the last block that begins at this height or above it, else the first one.

    `near` is a position that may be close to it: Qt's own search goes through up to 200,000
    characters, which takes a millisecond.
    """
    layout, block = document.documentLayout(), document.findBlock(near)
    if y < layout.blockBoundingRect(document.begin()).bottom():
        # Above the first line Qt's search finds the last line that it has laid out so far.
        return document.begin()
    found = _walk_blocks(layout, block, y, _AROUND) if block.isValid() else None
    if found is None:
        # Not through cursorForPosition: above the first line it finds nothing.
        position = layout.hitTest(QPointF(1, y), Qt.HitTestAccuracy.FuzzyHit)
        block = document.findBlock(max(0, position))
        found = _walk_blocks(layout, block, y, _AROUND) or block
    return found


def _walk_blocks(
    layout: QAbstractTextDocumentLayout, block: QTextBlock, y: float, most: int
) -> QTextBlock | None:
    """Return the last block that begins at `y` or above, at most `most` blocks from `block`."""
    for _ in range(most):
        following = block.next()
        if layout.blockBoundingRect(block).top() > y:
            if not block.previous().isValid():
                return block
            block = block.previous()
        elif following.isValid() and layout.blockBoundingRect(following).top() <= y:
            block = following
        else:
            return block
    return None


def _lines_of(block: QTextBlock, origin: QPointF, pitch: int, bottom: float) -> Iterator[Line]:
    layout = block.layout()
    text = block.text()
    rtl = has_rtl(text)
    offsets = Utf16Offsets(text)
    for number in range(layout.lineCount()):
        line = layout.lineAt(number)
        baseline = origin.y() + line.y() + line.ascent()
        top = baseline - pitch * _ABOVE_BASELINE
        if top > bottom + pitch or top + pitch * 2 < 0:
            continue
        start = block.position() + line.textStart()
        yield Line(
            start=start,
            end=start + line.textLength(),
            ink_end=start + line.textLength() - _trailing_blanks(text, offsets, line),
            top=top,
            height=pitch,
            baseline=baseline,
            left=origin.x(),
            line=line,
            rtl=rtl,
            text=text,
        )


def _trailing_blanks(text: str, offsets: Utf16Offsets, line: QTextLine) -> int:
    begin = offsets.to_code_points(line.textStart())
    line_text = text[begin : offsets.to_code_points(line.textStart() + line.textLength())]
    return len(line_text) - len(line_text.rstrip())


def _rects(line: Line, start: int, end: int) -> Iterator[tuple[QRectF, bool]]:
    """Yield the boxes of `[start, end)` in one line, in text order, and whether they are RTL."""
    base = line.start - line.line.textStart()
    if not line.rtl:
        left, right = _x(line.line, start - base), _x(line.line, end - base)
        yield QRectF(line.left + left, line.top, right - left, line.height), False
        return
    # cursorToX gives the wrong side where the direction changes.
    parts = [(start, end)]
    if len({run.isRightToLeft() for run in line.line.glyphRuns(start - base, end - start)}) > 1:
        parts = _direction_runs(line, start, end)
    for first, last in parts:
        runs = line.line.glyphRuns(first - base, last - first)
        rtl = bool(runs) and all(run.isRightToLeft() for run in runs)
        sides = [(b.left(), b.right()) for b in (run.boundingRect() for run in runs) if b.width()]
        joined = _merged(sorted(sides))
        for left, right in reversed(joined) if rtl else joined:
            yield QRectF(line.left + left, line.top, right - left, line.height), rtl


def _direction_runs(line: Line, start: int, end: int) -> list[tuple[int, int]]:
    """Return the parts of `[start, end)` that run in one direction, in text order."""
    found: list[tuple[int, int, bool]] = []
    for first, last in _clusters(line, start, end):
        base = line.start - line.line.textStart()
        runs = line.line.glyphRuns(first - base, last - first)
        rtl = runs[0].isRightToLeft() if runs else bool(found) and found[-1][2]
        if found and found[-1][2] == rtl:
            found[-1] = (found[-1][0], last, rtl)
        else:
            found.append((first, last, rtl))
    return [(first, last) for first, last, _ in found]


class Letter(NamedTuple):
    """A letter with its marks: UTF-16 `[start, end)` of the document, and its viewport sides.

    In right-to-left text it begins at its right side.
    """

    start: int
    end: int
    left: float
    right: float
    rtl: bool

    def nearest(self, x: float) -> int:
        """Return the text position of the side of the letter that `x` is nearer to."""
        return self.end if (x > (self.left + self.right) / 2) != self.rtl else self.start


def letters(line: Line) -> Iterator[Letter]:
    """Yield the letters of a line, in text order, without the white space at its end."""
    base = line.start - line.line.textStart()
    for start, end in _clusters(line, line.start, line.ink_end):
        runs = line.line.glyphRuns(start - base, end - start)
        sides = [run.boundingRect() for run in runs]
        if sides:
            left, right = min(map(QRectF.left, sides)), max(map(QRectF.right, sides))
            rtl = runs[0].isRightToLeft()
            yield Letter(start, end, line.left + left, line.left + right, rtl)


def letter_at(line: Line, x: float) -> Letter | None:
    """Return the letter of a line at this place, else the nearest one."""
    return min(letters(line), key=lambda it: max(it.left - x, x - it.right, 0), default=None)


def swept_range(line: Line, x: float, other_x: float) -> tuple[int, int] | None:
    """Return the shortest range with every letter swept between two places of one line.

    It also extends from the one place to the other in text order, which is another range where
    the direction changes. UTF-16 units of the document; None if the range is empty.
    """
    low, high = sorted((x, other_x))
    found = [it for it in letters(line) if it.right > it.left]
    # On the border of two letters, the swept one is meant.
    inner = min(_BORDER, (high - low) / 2)
    ends = [
        min(found, key=lambda it: max(it.left - at, at - it.right, 0)).nearest(at)
        for at in (low + inner, high - inner)
        if found
    ]
    whole = [it for it in found if low <= (it.left + it.right) / 2 <= high]
    ends += [end for it in whole for end in (it.start, it.end)]
    return (min(ends), max(ends)) if ends and min(ends) < max(ends) else None


def _clusters(line: Line, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the inseparable parts of `[start, end)`: letters with marks, and lam with alef."""
    base, text = line.start - line.line.textStart(), line.text
    offsets = Utf16Offsets(text)
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Grapheme, text)

    def after(position: int) -> int:
        finder.setPosition(position - base)
        return max(position + 1, base + finder.toNextBoundary())

    first = start
    while first < end:
        last = after(first)
        letter, behind = (offsets.to_code_points(at - base) for at in (first, last))
        if text[letter] == _LAM and text[behind : behind + 1] in _ALEFS:
            last = after(last)
        yield first, min(last, end)
        first = last


def _x(line: QTextLine, position: int) -> float:
    # PySide's stubs call the (x, position) pair an object.
    x, _ = cast(tuple[float, int], line.cursorToX(position))
    return x


def _merged(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for left, right in spans:
        if joined and left <= joined[-1][1] + _TOUCHING:
            joined[-1] = (joined[-1][0], max(right, joined[-1][1]))
        else:
            joined.append((left, right))
    return joined
