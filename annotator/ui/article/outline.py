"""A rounded outline around the lines of a span."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPainterPath

from annotator.ui.article.chips import pixel_aligned
from annotator.ui.article.geometry import Piece, boxes


def draw_outline(
    painter: QPainter, found: Sequence[Piece], radius: float, *, pen: float, lower: float = 0.0
) -> None:
    """Draw an outline around a span with the painter's pen, of width `pen`, and fill it.

    No pixel outside the span's text is painted: the pen is inside, and its outer edges are edges
    of pixels. Each line's box is inset by `lower` at the top and at the bottom.
    """

    def inside(rect: QRectF) -> QRectF:
        sides = pixel_aligned(painter, rect)
        half = min(pen / 2, sides.width() / 2)
        box = QRectF(sides.left(), rect.top(), sides.width(), rect.height())
        return box.adjusted(half, lower, -half, -lower)

    painter.drawPath(outline(map(inside, boxes(found)), radius))


def outline(rects: Iterable[QRectF], radius: float) -> QPainterPath:
    """Return a path around line boxes that follow one another from top to bottom.

    Boxes that do not touch the one above start a new outline.
    """
    path = QPainterPath()
    group: list[QRectF] = []
    for rect in rects:
        if group and not _are_touching(group[-1], rect):
            _add_rounded(path, _corners(group), radius)
            group = []
        group.append(rect)
    if group:
        _add_rounded(path, _corners(group), radius)
    return path


def _are_touching(upper: QRectF, lower: QRectF) -> bool:
    beside = upper.right() <= lower.left() or lower.right() <= upper.left()
    return not beside and abs(upper.bottom() - lower.top()) < 2.0


def _corners(rects: list[QRectF]) -> list[QPointF]:
    """Return the corners clockwise from the top left, each box ending at the top of the next."""
    right: list[QPointF] = []
    left: list[QPointF] = []
    for number, rect in enumerate(rects):
        top = rect.top()
        bottom = rects[number + 1].top() if number + 1 < len(rects) else rect.bottom()
        right += [QPointF(rect.right(), top), QPointF(rect.right(), bottom)]
        left += [QPointF(rect.left(), top), QPointF(rect.left(), bottom)]
    return _without_doubles([*right, *reversed(left)])


def _without_doubles(points: list[QPointF]) -> list[QPointF]:
    """Return the corners where the direction really changes."""
    kept: list[QPointF] = []
    for number, point in enumerate(points):
        before = points[number - 1]
        after = points[(number + 1) % len(points)]
        same = (point - before).manhattanLength() < 0.5
        straight = (abs(before.x() - point.x()) < 0.5 and abs(after.x() - point.x()) < 0.5) or (
            abs(before.y() - point.y()) < 0.5 and abs(after.y() - point.y()) < 0.5
        )
        if not same and not straight:
            kept.append(point)
    return kept


def _add_rounded(path: QPainterPath, corners: list[QPointF], radius: float) -> None:
    if len(corners) < 3:
        return
    for number, corner in enumerate(corners):
        before = corners[number - 1]
        after = corners[(number + 1) % len(corners)]
        entry = _towards(corner, before, radius)
        leave = _towards(corner, after, radius)
        if number == 0:
            path.moveTo(entry)
        else:
            path.lineTo(entry)
        path.quadTo(corner, leave)
    path.closeSubpath()


def _towards(corner: QPointF, other: QPointF, radius: float) -> QPointF:
    away = other - corner
    length = abs(away.x()) + abs(away.y())
    share = min(radius, length / 2) / length if length else 0.0
    return corner + away * share
