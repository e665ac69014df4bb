"""The visible spans of an annotation: the input of painting and of hit tests."""

from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from PySide6.QtCore import QPointF, QRectF

from annotator.core.annotation import Annotation
from annotator.core.models import Quote
from annotator.core.offsets import Utf16Offsets
from annotator.core.span_index import PlacedSpan, SpanIndex
from annotator.core.text import is_invisible
from annotator.ui.article.geometry import Lines, Piece

_GRIP: Final = 5.0
_GRIP_OUTSIDE: Final = 3.0
"""How far, in pixels, the grip of an edge extends into its span, and into a space beside it."""
_EDGE: Final = 1.0
"""A press this near to the border of two letters, in pixels, counts as outside."""


class VisibleSpan(NamedTuple):
    """One span that is at least partly visible. `depth` counts the mentions around it."""

    placed: PlacedSpan
    pieces: tuple[Piece, ...]
    depth: int = 0

    @property
    def key(self) -> tuple[str, str]:
        return self.placed.kind, self.placed.id

    def contains(self, point: QPointF) -> bool:
        return any(piece.rect.contains(point) for piece in self.pieces)


class VisibleQuote(NamedTuple):
    """One quote with its visible parts by role."""

    quote: Quote
    parts: tuple[VisibleSpan, ...]

    def rects(self, role: str) -> list[QRectF]:
        return [
            piece.rect
            for part in self.parts
            if part.placed.part is not None and part.placed.part.role == role
            for piece in part.pieces
        ]


@dataclass(slots=True)
class Scene:
    """The visible lines with the mentions and quotes on them, outer spans before inner ones."""

    lines: Lines = field(default_factory=Lines)
    mentions: list[VisibleSpan] = field(default_factory=list)
    quotes: list[VisibleQuote] = field(default_factory=list)

    def spans(self) -> Iterator[VisibleSpan]:
        yield from self.mentions
        for quote in self.quotes:
            yield from quote.parts

    def within(self, top: float, bottom: float) -> "Scene":
        """Return the part of the scene that painting this band of the viewport can touch."""

        def touches(shown: VisibleSpan) -> bool:
            return shown.pieces[0].rect.top() < bottom and shown.pieces[-1].rect.bottom() > top

        quotes = [quote for quote in self.quotes if any(map(touches, quote.parts))]
        return Scene(self.lines, [m for m in self.mentions if touches(m)], quotes)

    def at(self, point: QPointF) -> list[VisibleSpan]:
        """Return the spans under a point of the viewport, the shortest first."""
        found = [shown for shown in self.spans() if shown.contains(point)]
        return sorted(found, key=lambda shown: shown.placed.end - shown.placed.start)

    def edge_at(
        self, point: QPointF, wanted: set[tuple[str, str]], text: str
    ) -> tuple[VisibleSpan, str] | None:
        """Return the span of a key in `wanted` whose "start" or "end" edge is under the point.

        An edge is held on its span's own side, and in a space beside it: any other letter or sign
        that
        follows in `text` is a place where another selection begins.
        """
        for shown in sorted(self.spans(), key=lambda s: s.placed.end - s.placed.start):
            if shown.key not in wanted:
                continue
            start, end = shown.placed.start, shown.placed.end
            for piece in shown.pieces:
                if not piece.rect.top() <= point.y() <= piece.rect.bottom():
                    continue
                inwards = (point.x() - piece.start_x) * (-1 if piece.rtl else 1)
                if piece.first and _is_held(inwards, piece, beside=_visible_before(text, start)):
                    return shown, "start"
                inwards = (piece.end_x - point.x()) * (-1 if piece.rtl else 1)
                if piece.last and _is_held(inwards, piece, beside=_visible_after(text, end)):
                    return shown, "end"
        return None


def _is_held(inwards: float, piece: Piece, *, beside: str) -> bool:
    """Return whether a place this far inside an edge holds it; `beside` is next to the edge."""
    inside = min(_GRIP, piece.rect.width() / 3)
    outside = _GRIP_OUTSIDE if not beside or beside.isspace() else -_EDGE
    return -outside <= inwards <= inside


def _visible_before(text: str, offset: int) -> str:
    while offset and is_invisible(text[offset - 1]):
        offset -= 1
    return text[offset - 1] if offset else ""


def _visible_after(text: str, offset: int) -> str:
    while offset < len(text) and is_invisible(text[offset]):
        offset += 1
    return text[offset] if offset < len(text) else ""


def build_scene(
    lines: Lines,
    offsets: Utf16Offsets,
    index: SpanIndex,
    annotation: Annotation,
    kinds: Container[str],
) -> Scene:
    """Return the scene on these lines, of the spans of these kinds."""
    if not lines:
        return Scene()
    start = offsets.to_code_points(lines[0].start)
    end = offsets.to_code_points(lines[-1].end)
    scene = Scene(lines)
    by_quote: dict[str, list[VisibleSpan]] = {}
    around: list[PlacedSpan] = []
    for placed in index.touching(start, max(end, start + 1)):
        if placed.kind not in kinds:
            continue
        found = lines.pieces(offsets.to_units(placed.start), offsets.to_units(placed.end))
        if not found:
            continue
        if placed.kind == "quote":
            by_quote.setdefault(placed.id, []).append(VisibleSpan(placed, tuple(found)))
        else:
            around = [other for other in around if other.end > placed.start]
            scene.mentions.append(VisibleSpan(placed, tuple(found), len(around)))
            around.append(placed)
    scene.quotes = [
        VisibleQuote(annotation.quotes[id_], tuple(parts)) for id_, parts in by_quote.items()
    ]
    return scene
