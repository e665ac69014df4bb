"""The hits of a search in the open article: which one is current, and their painting."""

from bisect import bisect_left, bisect_right
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QRegion

from annotator.core.text_search import FoldedText, Matches, TextQuery
from annotator.ui.article.outline import draw_outline
from annotator.ui.article.view import ArticleView
from annotator.ui.article.visible_spans import Scene
from annotator.ui.session import Session
from annotator.ui.theme.theme import Theme


class _Ink(NamedTuple):
    fill: str
    edge: str
    current: str
    ring: str


_LIGHT: Final = _Ink("#fbdf70", "#c98f10", "#fbc02d", "#7a4d00")
_DARK: Final = _Ink("#5a4710", "#8f7220", "#8a6a12", "#ffd75e")


class Hits(QObject):
    """The hits of a query in the open article, in code points.

    Paints them under the text while `shown`.
    """

    changed = Signal()
    """The hits, the current one, or `shown` has changed."""

    def __init__(self, session: Session, view: ArticleView) -> None:
        super().__init__(view)
        self._session = session
        self._view = view
        self._text = FoldedText("")
        self._text_key: int | None = None
        self.sought = TextQuery("")
        self.places = Matches([], 0)
        self.current: int | None = None
        self.shown = False
        view.underlays.append(self._paint)
        session.article_opened.connect(self._follow_article)

    def seek(self, sought: TextQuery, near: int) -> None:
        """Search this query; the first hit that does not end before `near` becomes current."""
        self.sought = sought
        self._find(near)

    def show(self, *, on: bool) -> None:
        """Show or hide the hits."""
        self.shown = on
        self._update()

    def step(self, by: int, near: int) -> bool:
        """Go to the next (1) or previous (-1) hit; return False if it wrapped around an end.

        Without a current hit, start from `near`.
        """
        if self._text_key != self._session.article_key:
            self._find(near)
            self.current = None
        if not self.places:
            return True
        if self.current is None:
            after = bisect_left(self.places, (near, 0))
            target = after if by > 0 else after - 1
        else:
            target = self.current + by
        self.current = target % len(self.places)
        self._update()
        return 0 <= target < len(self.places)

    def forget_current(self) -> None:
        """Forget the current hit, so that the next step starts from its `near`."""
        self.current = None

    def place(self) -> tuple[int, int] | None:
        """Return the range of the current hit."""
        return self.places[self.current] if self.current is not None else None

    def _follow_article(self) -> None:
        if self._session.article_key == self._text_key:
            return
        if self.shown:
            self._find(0)
        else:
            self.places, self.current, self._text_key = Matches([], 0), None, None

    def _find(self, near: int) -> None:
        article = self._session.article
        if self._text_key != self._session.article_key or self._text_key is None:
            self._text_key = self._session.article_key
            self._text = FoldedText(article.text if article is not None else "")
        self.places = self.sought.places(self._text)
        self.current = None
        if self.places:
            after = bisect_right(self.places, near, key=lambda place: place[1])
            self.current = after % len(self.places)
        self._update()

    def _update(self) -> None:
        self._view.viewport().update()
        self.changed.emit()

    def _paint(self, painter: QPainter, scene: Scene, theme: Theme, _region: QRegion) -> None:
        if not self.shown or not scene.lines or not self.places:
            return
        ink, view = _DARK if theme.dark else _LIGHT, self._view
        first = view.offsets.to_code_points(scene.lines[0].start)
        last = view.offsets.to_code_points(scene.lines[-1].end)
        # The previous one may reach into the first line.
        number = max(0, bisect_left(self.places, (first, 0)) - 1)
        while number < len(self.places) and self.places[number][0] < last:
            current = number == self.current
            start, end = (view.to_units(offset) for offset in self.places[number])
            found = scene.lines.pieces(start, end)
            width = 2 if current else 1
            painter.setPen(QPen(QColor(ink.ring if current else ink.edge), width))
            painter.setBrush(QColor(ink.current if current else ink.fill))
            draw_outline(painter, found, 4, pen=width, lower=5)
            number += 1
